"""Which grants exist, and who answers a request."""

import json

import pytest
from oauthlib.oauth2 import WebApplicationServer
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error, UnsupportedGrantTypeError

from provider.server import ProviderServer
from provider.wiring import Services
from tests.sqlite_only import database_url as database_url
from validators.request import ProviderRequest


@pytest.fixture
def server(services: Services) -> ProviderServer:
    return services.server


def test_only_our_own_grants_exist(server: ProviderServer) -> None:
    """OAUTHLIB §1: neither oauthlib's defaults nor ``none`` nor ``openid``."""
    assert isinstance(server, WebApplicationServer)
    assert set(server.response_types) == {
        *("code", "token", "id_token", "id_token token", "code id_token", "code token"),
        "code id_token token",
    }
    assert set(server.grant_types) == {
        *("authorization_code", "refresh_token", "client_credentials", "password"),
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    }


@pytest.mark.parametrize("grant_type", ["openid", "implicit", "Authorization_code", "*"])
def test_another_grant_type_is_unsupported(server: ProviderServer, grant_type: str) -> None:
    """RFC 6749 §5.2; oauthlib would hand it to the code grant."""
    with pytest.raises(UnsupportedGrantTypeError):
        server.answer_token_request(ProviderRequest({"grant_type": grant_type, "code": "x"}))


def test_a_missing_grant_type_is_an_invalid_request(server: ProviderServer) -> None:
    """OAUTHLIB §3: oauthlib says unsupported_grant_type."""
    with pytest.raises(InvalidRequestError):
        server.answer_token_request(ProviderRequest({}))


def test_building_another_server_changes_none(services: Services) -> None:
    """OAUTHLIB §1: register_response_type changes a class attribute."""
    first = services.server.response_types["code"]
    before = list(first.response_types), dict(services.server.grant_types)

    other = Services(services.settings, clock=services.clock, master_keys=services.master_keys)
    _ = other.server
    other.database.dispose()

    assert (list(first.response_types), dict(services.server.grant_types)) == before
    assert first.response_types == ["code"]


def test_the_code_grant_knows_s256_alone(server: ProviderServer) -> None:
    """OAUTHLIB §4: ``plain`` is on in oauthlib."""
    assert set(server.grant_types["authorization_code"]._code_challenge_methods) == {"S256"}


def test_every_error_of_oauthlib_can_be_told(server: ProviderServer) -> None:
    """RFC 6749 §5.2: a name, and a JSON that is one."""
    with pytest.raises(OAuth2Error) as raised:
        server.answer_token_request(ProviderRequest({"grant_type": "x"}))

    assert json.loads(raised.value.json)["error"] == "unsupported_grant_type"
