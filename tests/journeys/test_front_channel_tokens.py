"""The access token of an authorization response: what it is for, its life, and the grant it names."""

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.grant import Grant
from provider.wiring import Services
from tests.browser import PKCE, Browser, redeem
from tests.builders import RESOURCE, make_resource
from tests.conftest import Clock
from tests.front_channel import IMPLICIT, ask, fragment_of, make_front_channel_client, userinfo

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("response_type", IMPLICIT)
def test_a_grant_without_a_code_ends_with_what_it_gave(
    services: Services, signed_in: Browser, clock: Clock, response_type: str
) -> None:
    """RFC 6749 §4.2: one row, whose code was never there to be spent."""
    client, _ = make_front_channel_client(services)

    ask(signed_in, client, response_type, **PKCE)
    with services.database.reading() as session:
        (grant,) = session.scalars(select(Grant))

    settings = services.settings
    seconds = settings.access_token_seconds if "token" in response_type.split() else settings.id_token_seconds
    assert (grant.generation, grant.code_expires_at, grant.code_challenge) == (1, None, None)
    assert grant.expires_at == clock() + seconds


def test_an_access_token_lives_as_long_as_it_says(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """RFC 6749 §4.2.2."""
    client, _ = make_front_channel_client(services)
    answer = ask(signed_in, client, "token")

    clock.advance(seconds=int(answer["expires_in"]) - 1)
    last = userinfo(http, answer["access_token"])
    clock.advance(seconds=1)

    assert last.status_code == 200
    assert userinfo(http, answer["access_token"]).status_code == 401


def test_redeeming_the_code_leaves_the_first_token_its_life(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """OpenID Connect Core §3.3.3.8: the two access tokens are each good in their own time."""
    make_resource(services, token_seconds=3600)
    client, secret = make_front_channel_client(services)
    first = ask(signed_in, client, "code token", resource=RESOURCE, scope="openid photos.read")

    second = redeem(http, client, secret, first["code"], resource=services.settings.issuer).get_json()
    clock.advance(seconds=3599)

    assert (first["expires_in"], second["expires_in"]) == ("3600", services.settings.access_token_seconds)
    assert services.access_tokens.check(first["access_token"]) is not None
    assert services.access_tokens.check(second["access_token"]) is None


def test_a_token_at_once_is_for_the_resource(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """RFC 8707 §2.1: audience, format, life and scopes are the resource's; Paper itself refuses it."""
    make_resource(services, token_format="jwt", token_seconds=120)
    client, _ = make_front_channel_client(services)

    answer = ask(signed_in, client, "id_token token", scope="openid photos.read", resource=RESOURCE)
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False, "verify_exp": False})

    assert (claims["aud"], claims["scope"], claims["client_id"]) == (
        RESOURCE,
        "photos.read",
        client.client_id,
    )
    assert (answer["scope"], answer["expires_in"]) == ("photos.read", "120")
    assert userinfo(http, answer["access_token"]).status_code == 401


def test_one_token_is_for_one_resource(services: Services, signed_in: Browser) -> None:
    """RFC 8707 §2.1: two are refused for a token at once, an unknown one always; nobody is asked first."""
    uris = ["https://a.example/", "https://b.example/"]
    for uri in uris:
        make_resource(services, uri)
    client, _ = make_front_channel_client(services)

    two = signed_in.authorize(client, response_type="code token", resource=uris)
    unknown = signed_in.authorize(client, response_type="token", resource="https://c.example/")
    without_token = signed_in.authorize(client, response_type="code id_token", nonce="n-1", resource=uris)

    assert fragment_of(two)["error"] == "invalid_target"
    assert fragment_of(unknown)["error"] == "invalid_target"
    assert without_token.location.startswith("/consent")
