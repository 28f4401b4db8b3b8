"""What the machine, or the container that limits it, lets the server use."""

import os
from pathlib import Path

from provider.settings import Settings

WORKER_MB = 160
"""What a worker may take: itself, and a password being checked in each of its threads."""
SYSTEM_MB = 160
"""What the parent process and a small system need beside the workers."""
MOST_WORKERS = 4
UNLIMITED = "max"


def worker_count(settings: Settings, root: Path = Path("/sys/fs/cgroup")) -> int:
    """Return how many workers to start.

    Args:
        settings: where nothing is said of workers, there is one for each core while memory lasts, at most
            four; and one alone where each process would count attempts for itself.
        root: the limits of this container.
    """
    if settings.workers is not None:
        return settings.workers
    if settings.rate_limit_storage.startswith("memory:"):
        return 1
    room = (usable_memory_mb(root) - SYSTEM_MB) // WORKER_MB
    return max(1, min(usable_cores(root), room, MOST_WORKERS))


def usable_cores(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Return how many processors this process may keep busy: its affinity, and the container's quota."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, period = (
        _words(root / "cpu.max")
        or [
            *_words(root / "cpu/cpu.cfs_quota_us"),
            *_words(root / "cpu/cpu.cfs_period_us"),
        ]
        or (UNLIMITED, "1")
    )
    if quota in (UNLIMITED, "-1"):
        return cores
    return max(1, min(cores, int(quota) // int(period)))


def usable_memory_mb(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Return the machine's memory, or what of it the container may use, in MB."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _words(root / "memory.max") or _words(root / "memory/memory.limit_in_bytes") or [UNLIMITED]
    return (machine if limit == [UNLIMITED] else min(machine, int(limit[0]))) // 2**20


def _words(file: Path) -> list[str]:
    """Return the words of a file; none where this kind of limit does not exist."""
    return file.read_text(encoding="ascii").split() if file.is_file() else []
