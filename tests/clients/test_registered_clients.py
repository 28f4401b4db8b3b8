"""npm's openid-client and oauth4webapi: strangers that register themselves and use all that they get."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import REDIRECT_URI
from tests.live import LiveProvider
from tests.node import Answer, converse, scripts_of
from tests.person import Person
from tests.relying_party import POST_LOGOUT_URI

pytestmark = [pytest.mark.journey, pytest.mark.slow]

USERINFO = {"email": "ada@example.org", "email_verified": True}
SECRETS = {"client_secret_basic", "client_secret_post", "client_secret_jwt"}


@pytest.fixture(scope="module")
def openid_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripts_of("openid_client", tmp_path_factory.mktemp("openid_client"))


@pytest.fixture(scope="module")
def oauth4webapi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripts_of("oauth4webapi", tmp_path_factory.mktemp("oauth4webapi"))


def answers_of(person: Person) -> Answer:
    """Do at one browser what the scripts ask for."""

    def answer(kind: str, value: Any) -> Any:
        if kind == "authorize":
            return person.authorize(value, REDIRECT_URI)
        if kind == "sign_out":
            return person.authorize(value, POST_LOGOUT_URI)
        assert kind == "device"
        page = person.press(
            person.browse(value["verification_uri"]), "device-form", "continue", user_code=value["user_code"]
        )
        assert 'id="device-allowed"' in person.press(page, "device-confirm-form", "allow").text
        return None

    return answer


def assert_all_worked(learnt: dict[str, Any], provider: LiveProvider, method: str) -> None:
    """What both libraries do: registration, code, hybrid, refresh, UserInfo, RFC 7662, 7009, 8628, logout."""
    registered = learnt["registered"]
    assert registered["token_endpoint_auth_method"] == method
    assert ("client_secret" in registered) is (method in SECRETS)
    for flow in filter(learnt.get, ("code", "hybrid", "device")):
        claims = learnt[flow]["claims"]
        assert (claims["iss"], claims["sub"]) == (provider.issuer, provider.sub)
        assert claims["aud"] == registered["client_id"]
    for flow in filter(learnt.get, ("code", "device")):
        assert learnt[flow]["userinfo"] == USERINFO | {"sub": provider.sub}
        assert learnt[flow]["refused"] == "invalid_grant"
        assert method == "none" or learnt[flow]["active"] == [True, False]
    assert learnt["signedOut"] == f"{POST_LOGOUT_URI}?state=signed-out"


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "private_key_jwt"])
def test_openid_client_registers_itself(
    openid_client: Path, open_provider: LiveProvider, method: str
) -> None:
    """OpenID Connect Registration §3, Core §3.1 to §3.3, RP-Initiated Logout §2: it checks or throws."""
    arguments = (open_provider.issuer, method, REDIRECT_URI, POST_LOGOUT_URI)

    learnt = converse(openid_client / "registered.js", *arguments, answer=answers_of(Person()))

    assert_all_worked(learnt, open_provider, method)
    assert bool(learnt["device"]) is (method == "private_key_jwt")
    assert learnt["hybrid"]["userinfo"] == USERINFO | {"sub": open_provider.sub}
    assert learnt["implicit"]["claims"]["sub"] == open_provider.sub
    assert learnt["implicit"]["claims"]["email"] == "ada@example.org"


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post", "client_secret_jwt"])
def test_oauth4webapi_registers_itself(oauth4webapi: Path, open_provider: LiveProvider, method: str) -> None:
    """RFC 7591 §3, RFC 9101, RFC 9126 §2, RFC 9449 §5 to §7, JARM §2: the library checks every answer."""
    arguments = (open_provider.issuer, method, REDIRECT_URI, POST_LOGOUT_URI)

    learnt = converse(oauth4webapi / "registered.js", *arguments, answer=answers_of(Person()))

    assert_all_worked(learnt, open_provider, method)
    assert learnt["pushed"]["tokenType"] == "dpop"
    assert learnt["pushed"]["stolen"] == 401
    assert method == "none" or len(learnt["pushed"]["cnf"]["jkt"]) == 43
    assert learnt["pushed"]["claims"]["sub"] == learnt["pushed"]["userinfo"]["sub"] == open_provider.sub
