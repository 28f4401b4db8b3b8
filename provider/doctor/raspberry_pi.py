"""Which Raspberry Pi a revision code names; the codes' tables are in ``raspberry_pi.json``.

Boards up to 2014 have a number each. Newer ones spell it out: ``NOQuuuWuFMMMCCCCPPPPTTTTTTTTRRRR``, where
F says that the code is of the new kind, M is the memory, C the manufacturer, P the processor, T the
model and R the revision; N, O, Q and W are flags that say nothing about the board.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TABLES = Path(__file__).with_suffix(".json")
NEW_KIND = 1 << 23
OLD_DIGITS = 0xFFFF  # above them: that the board was over-volted
REVISION_LINE = re.compile(r"(?m)^Revision\s*:\s*([0-9a-fA-F]{4,8})\s*$")


class Board(NamedTuple):
    """One kind of Raspberry Pi.

    Attributes:
        model: such as ``B`` or ``Zero 2 W``.
        revision: such as ``1.2``.
        memory_mb: every size that the code may mean; empty where the code does not tell.
        manufacturer: who made it.
        processor: such as ``BCM2711``.
        architecture: ``armv6``, ``armv7`` or ``armv8``.
    """

    model: str
    revision: str
    memory_mb: tuple[int, ...]
    manufacturer: str
    processor: str
    architecture: str

    @property
    def name(self) -> str:
        """The board in words."""
        memory = " or ".join(f"{size} MB" for size in self.memory_mb) or "memory unknown"
        return (
            f"Raspberry Pi {self.model}, revision {self.revision}, {memory}, {self.processor}"
            f" ({self.architecture}), made by {self.manufacturer}"
        )


def board_of(code: int) -> Board | None:
    """Return the board with the revision ``code``; ``None`` for a code that nobody knows."""
    return _new_board(code) if code & NEW_KIND else _old_board(code & OLD_DIGITS)


def code_in_cpuinfo(cpuinfo: str) -> int | None:
    """Return the revision code in the text of ``/proc/cpuinfo``; ``None`` where there is none."""
    match = REVISION_LINE.search(cpuinfo)
    return int(match[1], 16) if match else None


def code_in_device_tree(value: bytes) -> int | None:
    """Return the code in the device tree's ``linux,revision``: four bytes, big endian."""
    return int.from_bytes(value, "big") if len(value) == 4 else None


def _new_board(code: int) -> Board | None:
    tables = _tables()
    model = tables["model"].get(str(code >> 4 & 0xFF))
    processor = tables["processor"].get(str(code >> 12 & 0xF))
    if model is None or processor is None:
        return None
    memory = tables["memory_mb"].get(str(code >> 20 & 0x7))
    return Board(
        model=model,
        revision=f"1.{code & 0xF}",
        memory_mb=() if memory is None else (memory,),
        manufacturer=tables["manufacturer"].get(str(code >> 16 & 0xF), "somebody else"),
        processor=processor,
        architecture=tables["architecture"][processor],
    )


def _old_board(code: int) -> Board | None:
    known = _tables()["old"].get(f"{code:04x}")
    if known is None:
        return None
    architecture = _tables()["architecture"][known["processor"]]
    return Board(**{**known, "memory_mb": tuple(known["memory_mb"])}, architecture=architecture)


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    return tables
