"""How long the machines run: a few derandomized examples, or as many as ``FUZZ_EXAMPLES`` says."""

import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
COUNT_FILE = os.environ.get("FUZZ_COUNT_FILE")


def profile(short: int, share: float = 1.0, **more: int) -> settings:
    """Return Hypothesis's settings: ``short`` examples, or this share of those that were asked for."""
    return settings(
        max_examples=max(1, int(EXAMPLES * share)) if EXAMPLES else short,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=(Phase.generate,),  # the examples share a store: what one finds cannot be made smaller
        suppress_health_check=list(HealthCheck),
        **more,  # type: ignore[arg-type]
    )


def count_example() -> None:
    """Write down that one more example has run."""
    if COUNT_FILE:
        with Path(COUNT_FILE).open("a") as file:
            file.write(".")
