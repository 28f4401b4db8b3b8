"""What must be there before the first request; safe to run again (``python -m provider.first_run``).

Master key, schema and signing keys are made where they are missing, and on an empty database a first
person with a generated password, which is shown once.
"""

import os
import secrets
import sys

from sqlalchemy import select

from keys.errors import KeysError
from keys.master_key import MasterKeys
from models.errors import StoreUnavailable
from models.user import User
from provider.migrate import UnknownRevision, upgrade
from provider.private_files import make_private_folder
from provider.settings import BadSettings, Settings
from provider.wiring import Services

FIRST_PERSON = "admin"
WELCOME = """\
Paper is ready at {issuer}

  Sign in as         {name}
  with the password  {password}      (shown only this once)

Next: register a client, from another shell:
  .venv/bin/flask client create --client-name "My app" --redirect-uri http://localhost:8000/callback
"""


def prepare(services: Services) -> None:
    """Make what is missing: master key, database and its schema, signing keys.

    Raises:
        KeysError: the master key file cannot be used.
        StoreUnavailable: the database cannot be reached.
        UnknownRevision: the database was made by a newer Paper.
    """
    make_private_folder(services.settings.master_key_file.parent)
    MasterKeys.load_or_create(services.settings.master_key_file)
    upgrade(services.database)
    services.prepare()


def first_person(services: Services) -> str | None:
    """Store a first person where there is none; return their password, or ``None`` if there is one."""
    with services.database.reading() as session:
        if session.scalars(select(User.id).limit(1)).first() is not None:
            return None
    password = secrets.token_urlsafe(12)
    services.people.create(FIRST_PERSON, password=password)
    return password


def main() -> int:
    """Prepare everything and say what to do next; return the exit status."""
    try:
        services = Services(Settings.from_environ(os.environ))
        prepare(services)
        password = first_person(services)
    except (BadSettings, KeysError, StoreUnavailable, UnknownRevision, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if password is not None:
        print(WELCOME.format(issuer=services.settings.issuer, name=FIRST_PERSON, password=password))
    return 0


if __name__ == "__main__":
    sys.exit(main())
