"""Which Raspberry Pi one runs on: revision codes of both kinds, and what suits the board."""

from pathlib import Path

import pytest

from provider.doctor.findings import Level
from provider.doctor.host import CPUINFO, DEVICE_TREE_REVISION, Host, examine_host, examine_size
from provider.doctor.raspberry_pi import board_of, code_in_cpuinfo, code_in_device_tree
from provider.settings import Settings

SAMPLE = """\
processor       : 0
model name      : ARMv6-compatible processor rev 7 (v6l)
BogoMIPS        : 2.00
Features        : half thumb fastmult vfp edsp java tls
CPU implementer : 0x41
CPU architecture: 7
CPU variant     : 0x0
CPU part        : 0xb76
CPU revision    : 7

Hardware        : BCM2708
Revision        : 000d
Serial          : xxxxxxxxxxxxxxxx
"""


def test_sample_is_a_model_b_of_the_second_revision() -> None:
    """``CPU revision`` is the processor's, ``Hardware`` is the same on all boards: neither is asked."""
    code = code_in_cpuinfo(SAMPLE)

    assert code == 0x000D
    board = board_of(code)
    assert board is not None
    assert board.name == ("Raspberry Pi B, revision 2.0, 512 MB, BCM2835 (armv6), made by Egoman")


@pytest.mark.parametrize(
    ("code", "model", "revision", "memory_mb", "processor"),
    [
        (0x0002, "B", "1.0", (256,), "BCM2835"),
        (0x0007, "A", "2.0", (256,), "BCM2835"),
        (0x000F, "B", "2.0", (512,), "BCM2835"),
        (0x0015, "A+", "1.1", (256, 512), "BCM2835"),
        (0xA21041, "2B", "1.1", (1024,), "BCM2836"),
        (0x900092, "Zero", "1.2", (512,), "BCM2835"),
        (0x902120, "Zero 2 W", "1.0", (512,), "BCM2837"),
        (0xC03111, "4B", "1.1", (4096,), "BCM2711"),
        (0xE04171, "5", "1.1", (16384,), "BCM2712"),
        (0xF03111, "4B", "1.1", (), "BCM2711"),  # memory 7: the code does not tell
    ],
)
def test_code_names_the_board(
    code: int, model: str, revision: str, memory_mb: tuple[int, ...], processor: str
) -> None:
    """Known boards of both kinds; a new one is read from its fields, not looked up whole."""
    board = board_of(code)

    assert board is not None
    assert (board.model, board.revision, board.memory_mb, board.processor) == (
        model,
        revision,
        memory_mb,
        processor,
    )


@pytest.mark.parametrize(
    ("flagged", "plain"),
    [(0x1000002, 0x0002), (0x100000D, 0x000D), (0x2A02082, 0xA02082), (0xE0A02082, 0xA02082)],
)
def test_flags_are_no_part_of_the_board(flagged: int, plain: int) -> None:
    """Over-volted, warranty void, one-time memory closed: the same board."""
    assert board_of(flagged) == board_of(plain) is not None


@pytest.mark.parametrize("code", [0x0000, 0x0001, 0x000A, 0x0016, 0xFFFF, 0x900FF0, 0xA0F040])
def test_unknown_code_is_no_board(code: int) -> None:
    """Holes in the old list, models and processors that nobody has named."""
    assert board_of(code) is None


@pytest.mark.parametrize("text", ["", "Revision : zzzz", "CPU revision : 7", "Revision : 0123456789"])
def test_no_code_where_there_is_none(text: str) -> None:
    """Most machines are no Raspberry Pi."""
    assert code_in_cpuinfo(text) is None


def test_device_tree_is_asked_first(tmp_path: Path) -> None:
    """Four bytes, big endian; 64-bit kernels may leave the line in cpuinfo out."""
    (tmp_path / CPUINFO).parent.mkdir(parents=True)
    (tmp_path / CPUINFO).write_text(SAMPLE)
    assert Host(tmp_path).board_code == 0x000D
    tree = tmp_path / DEVICE_TREE_REVISION
    tree.parent.mkdir(parents=True)
    tree.write_bytes(bytes.fromhex("00c03111"))

    assert Host(tmp_path).board_code == 0xC03111
    assert code_in_device_tree(b"\x00") is None


def test_a_slow_board_is_told_of_its_keys(tmp_path: Path, settings: Settings) -> None:
    """RS256 costs an ARMv6 most of its time."""
    (tmp_path / "proc").mkdir()
    (tmp_path / CPUINFO).write_text(SAMPLE)

    texts = [finding.text for finding in examine_host(settings, Host(tmp_path))]

    assert texts[0].startswith("Raspberry Pi B, revision 2.0, 512 MB")
    assert "ES256" in texts[1]


def test_another_machine_says_what_it_is(tmp_path: Path, settings: Settings) -> None:
    """Nothing there to read: the system, and no guess."""
    first = next(examine_host(settings, Host(tmp_path)))

    assert first.text.startswith("Linux on ")


@pytest.mark.parametrize(
    ("memory_mb", "cores", "workers", "level", "advice"),
    [
        (256, 1, 1, Level.WARNING, "PAPER_WORKERS=1"),
        (512, 1, 1, Level.OK, ""),
        (1024, 4, 4, Level.OK, ""),
        (8192, 2, 4, Level.WARNING, "PAPER_WORKERS to 2"),
    ],
)
def test_workers_fit_memory_and_processors(
    memory_mb: int, cores: int, workers: int, level: Level, advice: str
) -> None:
    """100 MB a worker, 19 MB a sign-in (Argon2id), 100 MB for the rest."""
    found = next(examine_size(Settings(workers=workers), memory_mb=memory_mb, cores=cores))

    assert found.level is level
    assert advice in found.advice
