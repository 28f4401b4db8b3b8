"""A page of docs/ that is made from code: printed, or compared with the file that holds it."""

import sys
from pathlib import Path


def print_or_check(page: str, module: str, arguments: list[str]) -> int:
    """Print the page, or tell whether the file named after ``--check`` holds it; return the exit status.

    Args:
        page: what ``python -m module`` makes.
        module: named to somebody whose file is stale.
        arguments: of the command line.
    """
    if arguments[:1] != ["--check"]:
        sys.stdout.write(page)
        return 0
    path = Path(arguments[1])
    if path.exists() and path.read_text() == page:
        return 0
    sys.stderr.write(f"{path} is stale; run: python -m {module} > {path}\n")
    return 1
