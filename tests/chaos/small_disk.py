"""A small disk of its own, which can be full."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCK = 1 << 16


class SmallDisk:
    """A folder on a file system of its own.

    Attributes:
        folder: where things are kept.
        can_be_full: whether it is small; without root it is a folder like others.
    """

    def __init__(self, folder: Path, *, can_be_full: bool) -> None:
        self.folder = folder
        self.can_be_full = can_be_full
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Take every byte that is left."""
        with self._filler.open("wb") as file:
            for size in (BLOCK, 512):
                try:
                    while os.write(file.fileno(), bytes(size)) == size:
                        continue
                except OSError:  # it is full
                    continue

    def empty(self) -> None:
        """Give back what ``fill`` took."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Lend a disk in ``folder``: an ext4 image where root can mount one, else the folder itself."""
    place, image = folder / "disk", folder / "disk.img"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None or not _mount(image, place, megabytes):
        yield SmallDisk(place, can_be_full=False)
        return
    place.chmod(0o755)
    try:
        yield SmallDisk(place, can_be_full=True)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _mount(image: Path, place: Path, megabytes: int) -> bool:
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], check=True)
    return (
        subprocess.run(["mount", "-o", "loop", image, place], check=False, capture_output=True).returncode
        == 0
    )
