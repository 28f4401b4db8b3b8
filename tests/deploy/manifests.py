"""The YAML files of ``deploy/``, read."""

from pathlib import Path
from typing import Any

import yaml

from provider.setting_kinds import CHECKOUT
from provider.settings import Settings

DEPLOY = CHECKOUT / "deploy"


def documents(path: Path) -> list[dict[str, Any]]:
    """Return the documents of a file."""
    return list(yaml.safe_load_all(path.read_text()))


def read_settings(environ: dict[str, str], folder: Path) -> Settings:
    """Return what Paper reads from ``environ``, its secret files standing in ``folder`` for these.

    Raises:
        BadSettings: one of them is no setting, or is refused.
    """
    secrets = {"PAPER_DATABASE_URL_FILE": "postgresql://paper:secret@postgres/paper"}
    secrets["PAPER_RATE_LIMIT_STORAGE_FILE"] = "redis://redis"
    given = dict(environ)
    for name in given.keys() & secrets.keys():
        (folder / name).write_text(secrets[name])
        given[name] = str(folder / name)
    return Settings.from_environ(given)
