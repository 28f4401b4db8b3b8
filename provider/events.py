"""Security events: who did what to whom, never with a secret."""

import structlog

log = structlog.get_logger("paper.events")


def report(event: str, **details: str | int | None) -> None:
    """Write one security event to the log."""
    log.info(event, **details)
