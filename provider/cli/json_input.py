"""JSON objects and passwords that commands read from a file or from standard input."""

import sys
from typing import Any

import click

from provider.cli.output import refuse
from validators.json_document import read_json, read_json_object

STDIN = "-"
EXISTING_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
MAX_BYTES = 1024 * 1024
MAX_LARGE_BYTES = 256 * MAX_BYTES
MAX_PASSWORD_LINE = 4096


def read_object(path: str | None, option: str) -> dict[str, Any]:
    """Return the JSON object in a file or, for ``-``, on standard input; an empty one for ``None``.

    Raises:
        BadInput: it is not one JSON object in UTF-8, has a member twice or is too long.
    """
    if path is None:
        return {}
    try:
        return read_json_object(_read(path, option, MAX_BYTES))
    except ValueError as error:
        refuse(option, f"must be a JSON object in UTF-8 ({error})")


def read_value(path: str, option: str) -> Any:
    """Return the JSON value, which may be large, in a file or, for ``-``, on standard input.

    Raises:
        BadInput: it is not JSON in UTF-8, has a member twice or is too long.
    """
    try:
        return read_json(_read(path, option, MAX_LARGE_BYTES))
    except ValueError as error:
        refuse(option, f"must be JSON in UTF-8 ({error})")


def _read(path: str, option: str, most: int) -> bytes:
    with click.open_file(path, "rb") as file:
        data: bytes = file.read(most + 1)
    if len(data) > most:
        refuse(option, f"must be at most {most} bytes")
    return data


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
