"""npm's openid-client: the code flow, devices, services, introspection and revocation by its own checks."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.assertions import SERVICE
from tests.builders import REDIRECT_URI
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.node import scripts_of
from tests.person import Person
from validators.device_codes import GRANT_TYPE

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts beside an installed openid-client."""
    return scripts_of("openid_client", tmp_path_factory.mktemp("openid_client"))


def run(script: Path, *arguments: str, reply: Callable[[str], str]) -> dict[str, Any]:
    """Run a script; ``reply`` takes its first line and gives what it reads; return what it learnt."""
    with subprocess.Popen(
        ["node", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        answer = reply(line) if line else ""
        output, errors = process.communicate(answer + "\n", timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    learnt: dict[str, Any] = json.loads(output)
    return learnt


def credentials(client: dict[str, Any]) -> tuple[str, str]:
    return client["client_id"], client.get("client_secret", "")


def approve(line: str) -> str:
    """Type the code of a device, sign in, allow; there is nothing to tell the device."""
    codes = json.loads(line)
    person = Person()
    page = person.press(
        person.browse(codes["verification_uri"]), "device-form", "continue", user_code=codes["user_code"]
    )
    page = person.press(page, "device-confirm-form", "allow")
    assert 'id="device-allowed"' in page.text, page.text
    return ""


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_person_signs_in(scripts: Path, live_provider: LiveProvider, method: str) -> None:
    """OpenID Connect Core §3.1, RFC 7636, RFC 9207 §2.4: the client verifies every answer, or throws."""
    client = live_provider.register(token_endpoint_auth_method=method)

    learnt = run(
        scripts / "sign_in.js",
        live_provider.issuer,
        *credentials(client),
        REDIRECT_URI,
        reply=lambda address: Person().authorize(address, REDIRECT_URI),
    )

    assert learnt["claims"]["sub"] == learnt["refreshedClaims"]["sub"] == live_provider.sub
    assert learnt["claims"]["aud"] == client["client_id"]
    assert learnt["scope"] == "openid email offline_access"
    assert learnt["rotated"] is True
    assert learnt["userinfo"] == {
        "sub": live_provider.sub,
        "email": "ada@example.org",
        "email_verified": True,
    }


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_device_signs_in(scripts: Path, live_provider: LiveProvider, method: str) -> None:
    """RFC 8628 §3.1 to §3.5: it polls while Ada approves; RFC 7009 §2.1: a revoked refresh token is spent."""
    client = live_provider.register(
        token_endpoint_auth_method=method, grant_types=[GRANT_TYPE, "refresh_token"], redirect_uris=[]
    )

    learnt = run(scripts / "device.js", live_provider.issuer, *credentials(client), reply=approve)

    assert (learnt["claims"]["sub"], learnt["claims"]["aud"]) == (live_provider.sub, client["client_id"])
    assert learnt["scope"] == "openid email offline_access"
    assert learnt["userinfo"]["email"] == "ada@example.org"
    assert learnt["refused"] == "invalid_grant"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "ES256", "RS256"])
def test_a_service_introspects_and_revokes(scripts: Path, live_provider: LiveProvider, method: str) -> None:
    """RFC 7662 §2.2, RFC 7009 §2, RFC 7523 §2.2: by secrets, and by a key that never leaves node."""
    registered: dict[str, Any] = {}

    def register(line: str) -> str:
        registered.update(live_provider.register(**SERVICE, **json.loads(line)))
        return json.dumps(registered)

    learnt = run(scripts / "service.js", live_provider.issuer, method, reply=register)

    before = learnt["before"]
    assert learnt["scope"] == before["scope"] == "files"
    assert (before["active"], before["client_id"]) == (True, registered["client_id"])
    assert learnt["after"] == {"active": False}


@pytest.mark.parametrize("mode", ["jarm", "par", "dpop", "jar", "all"])
def test_it_secures_requests_answers_and_tokens(
    scripts: Path, open_provider: LiveProvider, mode: str
) -> None:
    """JARM, RFC 9126, RFC 9449, RFC 9101, after RFC 7591; RP-Initiated Logout §2 at the end."""
    person = Person()

    learnt = run(
        scripts / "secured.js",
        open_provider.issuer,
        mode,
        REDIRECT_URI,
        reply=lambda address: person.authorize(address, REDIRECT_URI),
    )

    assert learnt["claims"]["sub"] == open_provider.sub
    assert learnt["claims"]["aud"] == learnt["clientId"]
    assert learnt["userinfo"]["email"] == "ada@example.org"
    assert learnt["tokenType"] == ("dpop" if mode in ("dpop", "all") else "bearer")
    assert person.authorize(learnt["logout"], REDIRECT_URI) == f"{REDIRECT_URI}?state=bye"
