"""Logins that begin at the provider (OpenID Connect Core §4)."""

import pytest

from tests.validators.clients_in_memory import client_of
from validators.login_initiation import login_address
from validators.login_sessions import SessionRecord

ISSUER = "https://op.example"
ADA = SessionRecord(b"", "sub", 0, "pwd", 0, 0, "ada & co", "ada@example.org", "{}", 0, None)
ISS = "iss=https%3A%2F%2Fop.example"


@pytest.mark.parametrize(
    ("uri", "begins"),
    [
        pytest.param("https://client.example/login", f"https://client.example/login?{ISS}", id="path"),
        pytest.param("https://client.example/?a=1", f"https://client.example/?a=1&{ISS}", id="query"),
        pytest.param("https://client.example/?", f"https://client.example/?{ISS}", id="empty-query"),
        pytest.param("http://127.0.0.1:3000/login", f"http://127.0.0.1:3000/login?{ISS}", id="loopback"),
    ],
)
def test_the_issuer_is_told(uri: str, begins: str) -> None:
    """Core §4: ``iss`` always; what the client has in its query stays."""
    assert login_address(client_of(initiate_login_uri=uri), ISSUER, ADA, ["openid"]) == begins


@pytest.mark.parametrize(
    ("scopes", "hint"),
    [
        pytest.param(["openid"], "", id="neither"),
        pytest.param(["openid", "profile"], "&login_hint=ada+%26+co", id="profile"),
        pytest.param(["openid", "profile", "email"], "&login_hint=ada%40example.org", id="email"),
    ],
)
def test_the_person_is_named_to_who_may_know(scopes: list[str], hint: str) -> None:
    """Core §4: ``login_hint``; a link tells no more than UserInfo would, and injects nothing."""
    client = client_of(initiate_login_uri="https://client.example/login")

    assert login_address(client, ISSUER, ADA, scopes) == f"https://client.example/login?{ISS}{hint}"


def test_without_an_address_the_name_is_told() -> None:
    """Who has no e-mail address is named only where the profile is known."""
    client, nobody = client_of(initiate_login_uri="https://c.example/"), ADA._replace(user_email=None)

    assert login_address(client, ISSUER, nobody, ["email"]) == f"https://c.example/?{ISS}"


@pytest.mark.parametrize("uri", [None, "javascript:alert(1)", "data:text/html,x", "//client.example", 7])
def test_only_web_addresses_become_links(uri: object) -> None:
    """Core §4: https; whatever else a registration may hold is no link."""
    assert login_address(client_of(initiate_login_uri=uri), ISSUER, ADA, ["openid"]) is None
