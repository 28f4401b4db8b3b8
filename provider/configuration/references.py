"""Secrets that a document names instead of holding them, so that it can be kept where others read it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provider.configuration.entries import BadEntry

MAX_BYTES = 4096


class References:
    """Looks up ``{"env": NAME}`` and ``{"file": PATH}``.

    Args:
        folder: what a relative path begins at: where the document is.
        environ: the environment.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._folder = folder
        self._environ = environ

    def secret(self, entry: Mapping[str, Any], member: str) -> str | None:
        """Return the secret that a member holds or names; ``None`` if the member is not there.

        Raises:
            BadEntry: it is neither a string nor such an object, or what it names is not there.
        """
        value = entry.get(member)
        if value is None or isinstance(value, str):
            return value
        if (
            isinstance(value, dict)
            and len(value) == 1
            and isinstance(name := next(iter(value.values())), str)
        ):
            if "env" in value:
                return self._from_environ(member, name)
            if "file" in value:
                return self._from_file(member, name)
        raise BadEntry(member, 'must be a string, {"env": "NAME"} or {"file": "PATH"}')

    def _from_environ(self, member: str, name: str) -> str:
        secret = self._environ.get(name)
        if not secret:
            raise BadEntry(member, f"the environment variable {name} is not set")
        return secret

    def _from_file(self, member: str, name: str) -> str:
        try:
            with (self._folder / name).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise BadEntry(member, f"the file {name} has more than {MAX_BYTES} bytes")
            secret = data.decode().rstrip("\r\n")
        except (OSError, ValueError) as error:
            raise BadEntry(member, f"the file {name} cannot be read ({error})") from None
        if not secret:
            raise BadEntry(member, f"the file {name} is empty")
        return secret
