"""The provider and the example web application together, until Ctrl-C (``make demo``)."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from keys.errors import KeysError
from models.errors import StoreUnavailable
from provider.first_run import prepare, setup_link
from provider.migrate import UnknownRevision
from provider.serve import resolve, why_not
from provider.setting_kinds import CHECKOUT, Address
from provider.settings import BadSettings, Settings
from provider.wiring import Services
from validators.client_directory import ClientDirectory
from validators.client_metadata import InvalidClientMetadata
from validators.set_up import LIFETIME_SECONDS

CLIENT_ID = "demo-web-app"
PORT = 9032
PATIENCE_SECONDS = 60
WELCOME = """\
The example client is at {client}, the provider at {issuer}

{steps}

Ctrl-C stops both.
"""
FIRST_STEPS = """\
  First open   {link}
  to choose your name and password (it works once, for {minutes} minutes), then
  open         {client}"""
LATER_STEPS = """\
  Open         {client}
  and sign in with your name and password"""


class CannotStart(Exception):
    """What stands in the way, in one line."""


def main() -> int:
    """Run both; return the exit status, 2 when they cannot begin and 1 when one of them ends by itself."""
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="of the example client (%(default)s)")
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(Settings.from_environ(os.environ), port)
    except (
        *(BadSettings, KeysError, StoreUnavailable, UnknownRevision),
        *(InvalidClientMetadata, CannotStart),
    ) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0


def run(settings: Settings, port: int) -> int:
    """Prepare the provider, register the example, serve both; return when one of them ends.

    Raises:
        CannotStart: an address is taken, or the provider does not get ready.
    """
    for address in (resolve(settings.address), Address("127.0.0.1", port)):
        if problem := why_not(address):
            raise CannotStart(f"{address.host}:{address.port}: {problem}")
    client = f"http://localhost:{port}"
    services = Services(settings)
    prepare(services)
    link = setup_link(services)
    steps = LATER_STEPS if link is None else FIRST_STEPS
    secret = register(services.client_directory, f"{client}/callback")
    services.database.dispose()
    environ = {
        "ISSUER": settings.issuer,
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": secret,
        "REDIRECT_URI": f"{client}/callback",
    }
    with child("-m", "provider.serve") as provider:
        wait_for(f"{settings.issuer}/readyz", provider)
        with child(
            *("-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"),
            *("--workers-kill-timeout", "5", "--log-level", "warning", "examples.web_app.app:app"),
            **environ,
        ) as example:
            wait_for(client, example)
            told = steps.format(link=link, client=client, minutes=LIFETIME_SECONDS // 60)
            print(WELCOME.format(client=client, issuer=settings.issuer, steps=told), flush=True)
            while provider.poll() is None and example.poll() is None:
                time.sleep(0.2)
    return 1


def register(clients: ClientDirectory, redirect_uri: str) -> str:
    """Register the example or bring its registration up to date; return a new secret.

    Raises:
        InvalidClientMetadata: the registration was deleted once, and an identifier is never used again.
    """
    metadata = {
        "client_name": "Example client",
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    if clients.update(CLIENT_ID, metadata) is None:
        clients.create(metadata, CLIENT_ID)
    return clients.rotate_secret(CLIENT_ID) or ""


@contextmanager
def child(*arguments: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python with ``arguments``; stop it at the end."""
    process = subprocess.Popen([sys.executable, *arguments], cwd=CHECKOUT, env={**os.environ, **environ})
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when ``url`` answers.

    Raises:
        CannotStart: it does not.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(url, timeout=PATIENCE_SECONDS)
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise CannotStart(f"{url} does not answer")


if __name__ == "__main__":
    sys.exit(main())
