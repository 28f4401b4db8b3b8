"""Secret settings in files: ``PAPER_DATABASE_URL_FILE`` names one that holds ``PAPER_DATABASE_URL``."""

from collections.abc import Iterable, Mapping
from pathlib import Path

SUFFIX = "_FILE"
MAX_BYTES = 64 * 1024


def with_files_read(environ: Mapping[str, str], names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return ``environ`` with the text of files in the place of their paths, and what is wrong with them.

    Args:
        environ: environment variables.
        names: those that may be given by a file, as systemd, Docker and Kubernetes hand over secrets.
    """
    read, problems = dict(environ), []
    for name in names:
        if (path := read.pop(name + SUFFIX, None)) is None:
            continue
        if name in read:
            problems.append(f"{name + SUFFIX}: {name} is set too; set one of them")
            continue
        try:
            read[name] = _text(Path(path))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            problems.append(f"{name + SUFFIX}: {path[:100]!r} cannot be used: {reason}")
    return read, problems


def _text(path: Path) -> str:
    if not path.is_absolute():
        raise ValueError("not an absolute path")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError("too long")
    if not content.isascii():
        raise ValueError("not ASCII text")
    text = content.decode("ascii").removesuffix("\n").removesuffix("\r")
    if "\n" in text:
        raise ValueError("more than one line")
    return text
