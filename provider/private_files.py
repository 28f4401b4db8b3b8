"""Folders and files that only their owner may read."""

import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` with mode 0700 if it is missing; one that is there stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Make an empty file with mode 0600, and its folder, where they are missing."""
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_CREAT, 0o600))
