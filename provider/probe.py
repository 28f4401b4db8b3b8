"""Whether the server of this environment is ready: ``python -m provider.probe``, for health checks.

Exit status 0: it is; 1: it is not, with the reason on stderr; 2: the environment is wrong.
"""

import os
import sys

import requests

from provider.setting_kinds import Address
from provider.settings import BadSettings, Settings

PATIENCE_SECONDS = 5
LISTENS_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def main() -> int:
    """Ask /readyz on this machine; return the exit status."""
    try:
        settings = Settings.from_environ(os.environ)
    except BadSettings as error:
        sys.stderr.write(f"{error}\n")
        return 2
    url = f"http://{_authority(settings.address)}{settings.path}/readyz"
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy for the way out has no part in this
            response = session.get(url, timeout=PATIENCE_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        sys.stderr.write(f"{url}: {type(error).__name__}\n")
        return 1
    if response.status_code != 200:
        sys.stderr.write(f"{url}: {response.status_code} {response.text[:200]}\n")
        return 1
    return 0


def _authority(address: Address) -> str:
    host = LISTENS_EVERYWHERE.get(address.host, address.host)
    return f"[{host}]:{address.port}" if ":" in host else f"{host}:{address.port}"


if __name__ == "__main__":
    sys.exit(main())
