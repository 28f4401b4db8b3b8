"""What must be there before the first request; safe to run again (``python -m provider.first_run``).

Master key, schema and signing keys are made where they are missing. While nobody is there, each run prints
a link by which the first operator chooses name and password.
"""

import os
import sys

from keys.errors import KeysError
from keys.master_key import MasterKeys
from models.errors import StoreUnavailable
from provider.link_addresses import setup_address
from provider.migrate import UnknownRevision, upgrade
from provider.private_files import make_private_folder
from provider.settings import BadSettings, Settings
from provider.wiring import Services
from validators.set_up import LIFETIME_SECONDS

WELCOME = """\
Paper is ready at {issuer}

Open this link to choose your name and password (it works once, for {minutes} minutes):

  {link}

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


def setup_link(services: Services) -> str | None:
    """Return a fresh link for the first operator, which ends the old one; ``None`` once anybody is there.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    token = services.set_up.offer()
    if token is None:
        return None
    services.audit_trail.record("setup_link_made", {})
    return setup_address(services.settings.issuer, token)


def main() -> int:
    """Prepare everything and say what to do next; return the exit status."""
    try:
        services = Services(Settings.from_environ(os.environ))
        prepare(services)
        link = setup_link(services)
    except (BadSettings, KeysError, StoreUnavailable, UnknownRevision, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if link is not None:
        print(WELCOME.format(issuer=services.settings.issuer, link=link, minutes=LIFETIME_SECONDS // 60))
    return 0


if __name__ == "__main__":
    sys.exit(main())
