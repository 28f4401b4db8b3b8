"""npm's oidc-client-ts in a real Chromium: scripts, frames and cookies as people's browsers have them."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.builders import PASSWORD
from tests.clients.chromium import CHROMIUM, FLAGS, needs_chromium
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.node import scripts_of
from tests.ports import free_port

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    needs_chromium,
]


def test_a_page_signs_in_renews_and_signs_out(open_provider: LiveProvider, tmp_path: Path) -> None:
    """CORS at discovery, /token and /userinfo; prompt=none in a frame; Session Management §3; logout."""
    folder, port = scripts_of("browser", tmp_path / "browser"), free_port()
    origin = f"http://localhost:{port}"
    client = open_provider.register(
        token_endpoint_auth_method="none",
        redirect_uris=[f"{origin}/callback", f"{origin}/silent"],
        grant_types=["authorization_code"],
        post_logout_redirect_uris=[f"{origin}/"],
    )
    arguments = (open_provider.issuer, client["client_id"], str(port), "ada", PASSWORD, str(CHROMIUM))

    done = subprocess.run(
        ["node", "spa.js", *arguments, str(tmp_path / "profile"), *FLAGS],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS * 2,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    learnt = json.loads(done.stdout)
    assert learnt["problems"] == []
    assert learnt["profile"]["sub"] == learnt["renewed"]["sub"] == open_provider.sub
    assert learnt["profile"]["email"] == "ada@example.org"
    assert learnt["isNoticed"] is True
    assert learnt["after"] == "login_required"
