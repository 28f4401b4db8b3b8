"""Where the examples find their provider, their client and the tokens of the last sign-in."""

import json
import os
from pathlib import Path
from typing import Any

ISSUER, CLIENT_ID = (os.environ[name] for name in ("ISSUER", "CLIENT_ID"))
CLIENT_SECRET = os.environ.get("CLIENT_SECRET", "")  # public clients have none
REDIRECT_URI = os.environ.get("REDIRECT_URI", "http://localhost:9032/callback")
AUTHORIZATION_ENDPOINT = f"{ISSUER}/authorize"
TOKEN_ENDPOINT = f"{ISSUER}/token"
USERINFO_ENDPOINT = f"{ISSUER}/userinfo"
TOKEN_FILE = Path(os.environ.get("TOKEN_FILE", "instance/example-token.json"))

# oauthlib insists on https; where the provider is on this machine, nothing leaves it.
if ISSUER.startswith("http://localhost"):
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


def load_token() -> dict[str, Any]:
    """Return what ``save_token`` was last given."""
    token: dict[str, Any] = json.loads(TOKEN_FILE.read_text())
    return token


def save_token(token: dict[str, Any]) -> None:
    """Keep a token response where only this user can read it."""
    TOKEN_FILE.touch(mode=0o600)
    TOKEN_FILE.write_text(json.dumps(token))
