"""The clock: tokens are worth nothing on a machine that does not know what time it is."""

import ctypes
import os
from collections.abc import Callable, Iterator

from provider.doctor.findings import Finding, error, fine, warning

TOPIC = "clock"
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
TIMEX_BYTES = 512  # more than the structure has on any machine; all zero, it only asks
RELEASED = 1_767_225_600  # 2026-01-01: an earlier clock has lost its battery


def kernel_clock_state() -> int:
    """Return what the kernel says of its clock, as adjtimex(2) does; -1 where it does not tell."""
    try:
        ask = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return -1
    return int(ask(ctypes.create_string_buffer(TIMEX_BYTES)))


def examine_clock(now: int, state: Callable[[], int] = kernel_clock_state) -> Iterator[Finding]:
    """Say whether something keeps the clock right.

    Args:
        now: NumericDate.
        state: as ``kernel_clock_state``.
    """
    if now < RELEASED:
        yield error(TOPIC, "the clock stands before this program was written", "set it, and synchronise it")
        return
    found = state()
    if found == UNSYNCHRONISED:
        yield warning(
            TOPIC,
            "nothing keeps the clock right: tokens may be refused elsewhere, and codes expire early or late",
            "run: timedatectl set-ntp true (in a container: on its host)",
        )
    elif found < 0:
        yield fine(TOPIC, f"{os.uname().sysname} does not tell whether the clock is synchronised")
    else:
        yield fine(TOPIC, "synchronised")
