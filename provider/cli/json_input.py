"""JSON objects and passwords that commands read from a file or from standard input."""

import sys
from typing import Any

import click

from provider.cli.output import refuse
from validators.json_document import read_json_object

STDIN = "-"
EXISTING_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
MAX_BYTES = 1024 * 1024
MAX_PASSWORD_LINE = 4096


def read_object(path: str | None, option: str) -> dict[str, Any]:
    """Return the JSON object in a file or, for ``-``, on standard input; an empty one for ``None``.

    Raises:
        BadInput: it is not one JSON object in UTF-8, has a member twice or is too long.
    """
    if path is None:
        return {}
    with click.open_file(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        refuse(option, f"must be at most {MAX_BYTES} bytes")
    try:
        return read_json_object(data)
    except ValueError as error:
        refuse(option, f"must be a JSON object in UTF-8 ({error})")


def read_password(option: str) -> str:
    """Return the first line of standard input.

    Raises:
        BadInput: it is not UTF-8.
    """
    line = sys.stdin.buffer.readline(MAX_PASSWORD_LINE)
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        refuse(option, "must be UTF-8")
