"""npm's openid-client: discovery, PKCE, state, nonce, iss, code, refresh and UserInfo by its own checks."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.builders import REDIRECT_URI
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]

IS_REQUIRED = os.environ.get("PAPER_TEST_NODE") == "require"
SOURCE = Path(__file__).parent / "openid_client"
INSTALL_SECONDS = 180


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script beside an installed openid-client; without node or its packages the test is left out."""
    folder = tmp_path_factory.mktemp("openid_client")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    if problem := install(folder):
        if IS_REQUIRED:
            pytest.fail(f"PAPER_TEST_NODE=require, but {problem}")
        pytest.skip(f"openid-client is left out: {problem}")
    return folder / "sign_in.js"


def install(folder: Path) -> str | None:
    """Install what ``package.json`` names; return what went wrong, in one line."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node and npm are not here"
    options = ("--no-audit", "--no-fund", "--ignore-scripts", f"--fetch-retries={2 if IS_REQUIRED else 0}")
    try:
        done = subprocess.run(
            [npm, "install", *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"npm install takes longer than {INSTALL_SECONDS} seconds"
    errors = [line for line in done.stderr.splitlines() if line.startswith(("npm error", "npm ERR!"))]
    return f"npm install fails: {' '.join(errors[:2])}" if done.returncode else None


def run(script: Path, provider: LiveProvider, client: dict[str, Any]) -> dict[str, Any]:
    """Run the script with a person who opens what it prints; return what it learnt."""
    arguments = (provider.issuer, client["client_id"], client.get("client_secret", ""), REDIRECT_URI)
    with subprocess.Popen(
        ["node", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        answer = Person().authorize(address, REDIRECT_URI) if address else ""
        output, errors = process.communicate(answer + "\n", timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    learnt: dict[str, Any] = json.loads(output)
    return learnt


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_person_signs_in(script: Path, live_provider: LiveProvider, method: str) -> None:
    """OpenID Connect Core §3.1, RFC 7636, RFC 9207 §2.4: the client verifies every answer, or throws."""
    client = live_provider.register(token_endpoint_auth_method=method)

    learnt = run(script, live_provider, client)

    assert learnt["claims"]["sub"] == learnt["refreshedClaims"]["sub"] == live_provider.sub
    assert learnt["claims"]["aud"] == client["client_id"]
    assert learnt["scope"] == "openid email offline_access"
    assert learnt["rotated"] is True
    assert learnt["userinfo"] == {
        "sub": live_provider.sub,
        "email": "ada@example.org",
        "email_verified": True,
    }
