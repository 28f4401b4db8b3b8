"""How many statements a flow costs the database; DESIGN's promise, kept on both databases."""

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem, refresh
from tests.builders import make_client

pytestmark = pytest.mark.journey


def test_each_flow_costs_what_it_must(
    services: Services, http: FlaskClient, signed_in: Browser, statements: list[str]
) -> None:
    """Authorization 1 read and 1 insert; code and refresh 1 read and 1 update; UserInfo 1 read."""
    client, secret = make_client(services)
    scope = "openid email offline_access"
    tokens = redeem(http, client, secret, signed_in.code_for(client, scope=scope)).get_json()

    statements.clear()
    code = answer_of(signed_in.authorize(client, scope=scope))["code"]
    authorization = list(statements)
    statements.clear()
    redeem(http, client, secret, code)
    exchange = list(statements)
    statements.clear()
    refresh(http, client, secret, tokens["refresh_token"])
    refreshing = list(statements)
    statements.clear()
    http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert authorization == ["SELECT", "INSERT"]
    assert exchange == ["SELECT", "UPDATE"]
    assert refreshing == ["SELECT", "UPDATE"]
    assert statements == ["SELECT"]


@pytest.mark.parametrize("response_type", ["id_token", "id_token token", "code id_token token"])
def test_tokens_at_once_cost_no_more(
    services: Services, signed_in: Browser, statements: list[str], response_type: str
) -> None:
    """One read, and one insert for all that the answer holds."""
    client, _ = make_client(
        services, grant_types=["authorization_code", "implicit"], response_types=[response_type]
    )
    asked = {"response_type": response_type, "nonce": "n-1", "scope": "openid email"}
    signed_in.follow(signed_in.authorize(client, **asked))

    statements.clear()
    answer = answer_of(signed_in.authorize(client, **asked))

    assert "id_token" in answer
    assert statements == ["SELECT", "INSERT"]


def test_public_documents_cost_nothing(http: FlaskClient, signed_in: Browser, statements: list[str]) -> None:
    """Discovery and jwks are answered from memory."""
    for path in ("/.well-known/openid-configuration", "/jwks"):
        http.get(path)

    statements.clear()
    for path in ("/.well-known/openid-configuration", "/jwks"):
        assert http.get(path).status_code == 200

    assert statements == []
