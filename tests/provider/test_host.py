"""What the server may use of the machine, and how many workers that makes."""

import os
from pathlib import Path

import pytest

from provider.host import usable_cores, usable_memory_mb, worker_count
from provider.settings import Settings

REDIS = {"PAPER_RATE_LIMIT_STORAGE": "redis://localhost"}


def limits(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"{text}\n")
    return folder


@pytest.mark.parametrize(
    "files",
    [
        {"cpu.max": "150000 100000", "memory.max": "268435456"},
        {
            "cpu/cpu.cfs_quota_us": "150000",
            "cpu/cpu.cfs_period_us": "100000",
            "memory/memory.limit_in_bytes": "268435456",
        },
    ],
)
def test_a_container_has_what_it_is_given(tmp_path: Path, files: dict[str, str]) -> None:
    """Control groups of both versions; a core and a half is one."""
    root = limits(tmp_path, files)

    assert (usable_cores(root), usable_memory_mb(root)) == (1, 256)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"cpu.max": "max 100000", "memory.max": "max"},
        {
            "cpu/cpu.cfs_quota_us": "-1",
            "cpu/cpu.cfs_period_us": "100000",
            "memory/memory.limit_in_bytes": "9223372036854771712",
        },
    ],
)
def test_without_a_limit_it_has_the_machine(tmp_path: Path, files: dict[str, str]) -> None:
    """As the system tells."""
    root = limits(tmp_path, files)

    assert usable_cores(root) == len(os.sched_getaffinity(0))
    assert usable_memory_mb(root) == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


@pytest.mark.parametrize(
    ("environ", "memory", "cores", "workers"),
    [
        ({}, "max", 8, 1),  # attempts would be counted in each by itself
        ({"PAPER_WORKERS": "3"}, "max", 1, 3),
        (REDIS, "max", 8, 4),
        (REDIS, "max", 2, 2),
        (REDIS, "536870912", 8, 2),
        (REDIS, "134217728", 8, 1),
        (REDIS | {"PAPER_WORKERS": "3"}, "134217728", 1, 3),
    ],
)
def test_workers_suit_the_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    memory: str,
    cores: int,
    workers: int,
) -> None:
    """What is said counts; else cores, and memory for each."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    root = limits(tmp_path, {"memory.max": memory})

    assert worker_count(Settings.from_environ(environ), root) == workers
