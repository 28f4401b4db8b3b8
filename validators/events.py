"""How the layers below HTTP tell of security events; the layer above decides where they go."""

from typing import Protocol


class Report(Protocol):
    """Takes the name of an event and its details; never a secret among them."""

    def __call__(self, event: str, **details: str | int | None) -> None:
        """Tell of one event."""
