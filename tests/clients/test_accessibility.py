"""Every page under the rules of WCAG 2.2 AA, as axe-core checks them in Chromium, and under its own CSP."""

import json
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.builders import PASSWORD, REDIRECT_URI
from tests.clients.chromium import CHROMIUM, FLAGS, needs_chromium
from tests.journeys.authorization_details.payment import PAYMENT
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.node import scripts_of
from validators.device_codes import GRANT_TYPE as DEVICE_CODE
from validators.metadata_backchannel import GRANT_TYPE as CIBA

pytestmark = [pytest.mark.journey, pytest.mark.slow, needs_chromium]

PAGES = 45
SCOPE = "openid profile email address phone offline_access"


def test_everybody_can_use_every_page(tmp_path: Path) -> None:
    """Light and wide in English, dark and narrow in Korean: no violation, no error, nothing cut off."""
    folder, provider = scripts_of("pages", tmp_path / "pages"), LiveProvider(tmp_path)
    empty = _empty_provider(tmp_path / "empty")
    provider.flask("user", "operator", "ada")
    provider.flask("user", "create", "zoe")
    provider.flask(
        "authorization-type", "create", "payment", "--schema", "-", stdin='{"additionalProperties": true}'
    )
    client = provider.register(
        grant_types=["authorization_code", "refresh_token", DEVICE_CODE, CIBA],
        client_uri="https://client.example/",
        policy_uri="https://client.example/policy",
        tos_uri="https://client.example/terms",
        initiate_login_uri="https://client.example/login",
    )
    auth, client_id = (client["client_id"], client["client_secret"]), client["client_id"]
    asked = {
        **{"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT_URI},
        **{"scope": SCOPE, "authorization_details": json.dumps([PAYMENT]), "prompt": "consent"},
    }

    with provider.serving(), empty.serving():
        issuer = provider.issuer
        devices = [_sent(f"{issuer}/device_authorization", auth, scope=SCOPE) for _ in range(2)]
        for message in ("W4SC", "Table 7"):
            _sent(f"{issuer}/bc-authorize", auth, scope="openid", login_hint="ada", binding_message=message)
        given = {
            **{"issuer": issuer, "authorize": f"{issuer}/authorize?{urlencode(asked)}"},
            **{"username": "ada", "password": PASSWORD, "flags": FLAGS},
            "userCodes": [device["user_code"] for device in devices],
            "setup": empty.flask("user", "setup-link").strip(),
            "invitation": json.loads(provider.flask("user", "invite", "minji"))["link"],
            "reset": json.loads(provider.flask("user", "reset-link", "ada"))["link"],
        }
        done = subprocess.run(
            ["node", "pages.js", str(CHROMIUM), json.dumps(given)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS * 3,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    learnt = json.loads(done.stdout)
    assert learnt["problems"] == []
    assert len(learnt["seen"]) == 2 * PAGES


def _empty_provider(folder: Path) -> LiveProvider:
    """Return a provider where nobody is yet."""
    folder.mkdir()
    provider = LiveProvider(folder)
    provider.flask("user", "delete", "ada")
    return provider


def _sent(url: str, auth: tuple[str, str], **form: str) -> dict[str, str]:
    response = requests.post(url, data=form, auth=auth, timeout=PATIENCE_SECONDS)
    assert response.status_code == 200, response.text
    return dict(response.json())
