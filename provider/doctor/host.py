"""The machine: which one it is, and whether the provider fits it."""

import platform
from collections.abc import Iterator
from pathlib import Path

from provider.doctor.findings import Finding, fine, warning
from provider.doctor.raspberry_pi import Board, board_of, code_in_cpuinfo, code_in_device_tree
from provider.host import SYSTEM_MB, usable_cores, usable_memory_mb, worker_count
from provider.settings import Settings
from validators.passwords import PasswordPolicy

TOPIC = "host"
CPUINFO = "proc/cpuinfo"
DEVICE_TREE_REVISION = "proc/device-tree/system/linux,revision"
WORKER_MB = 100  # what one worker process keeps in memory


class Host:
    """One machine, as its files describe it.

    Args:
        root: where ``proc`` is; another folder in tests.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    @property
    def board_code(self) -> int | None:
        """The revision code of a Raspberry Pi; ``None`` on other machines."""
        try:
            code = code_in_device_tree((self._root / DEVICE_TREE_REVISION).read_bytes())
        except OSError:
            code = None
        if code is not None:
            return code
        try:
            return code_in_cpuinfo((self._root / CPUINFO).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return None


def examine_host(settings: Settings, host: Host) -> Iterator[Finding]:
    """Say what the host is, and whether workers, passwords and keys suit it."""
    code = host.board_code
    board = None if code is None else board_of(code)
    if board is not None:
        yield fine(TOPIC, f"{board.name} (code {code:x})")
        yield from _key_type(board)
    elif code is not None:
        yield fine(TOPIC, f"a board with the unknown revision code {code:x}")
    else:
        yield fine(TOPIC, f"{platform.system()} on {platform.machine()}, {platform.python_version()}")
    yield from examine_size(settings, memory_mb=usable_memory_mb(), cores=usable_cores())


def examine_size(settings: Settings, *, memory_mb: int, cores: int) -> Iterator[Finding]:
    """Compare what the provider may need with what there is."""
    password_mb = -(-PasswordPolicy().memory_kib // 1024)
    workers = worker_count(settings)
    threads = workers * settings.threads
    most_mb = workers * WORKER_MB + threads * password_mb
    text = (
        f"processors: {cores}, memory: {memory_mb} MB; workers: {workers}, threads of each:"
        f" {settings.threads}, which need {most_mb} MB at most, {password_mb} MB (Argon2) for each sign-in"
    )
    if most_mb + SYSTEM_MB > memory_mb:
        yield warning(TOPIC, text, "set PAPER_WORKERS=1 and PAPER_THREADS=2")
    elif workers > cores:
        yield warning(TOPIC, text, f"set PAPER_WORKERS to {cores}, one for each processor")
    else:
        yield fine(TOPIC, text)
    fits = max(1, min(cores, (memory_mb - SYSTEM_MB) // (WORKER_MB + settings.threads * password_mb)))
    if fits > workers:
        yield fine(TOPIC, f"there is room for up to {fits} workers (PAPER_WORKERS)")


def _key_type(board: Board) -> Iterator[Finding]:
    if board.architecture != "armv8":
        yield fine(
            TOPIC,
            f"RS256 signatures are slow on {board.architecture}: register clients that can with"
            " id_token_signed_response_alg ES256",
        )
