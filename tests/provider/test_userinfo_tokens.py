"""Which access tokens UserInfo believes, and what it tells for each (OpenID Connect Core §5.3)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from keys.master_key import MasterKeys
from keys.sealed import Sealer
from models.user import User
from provider.wiring import ACCESS_TOKEN, Services
from tests.browser import Browser, redeem, refresh
from tests.builders import CLAIMS, issue_access_token, make_client, make_user
from tests.conftest import Clock
from tests.provider.userinfo_requests import FORM as FORM
from tests.provider.userinfo_requests import assert_bearer_error as assert_bearer_error
from tests.provider.userinfo_requests import get as get
from tests.provider.userinfo_requests import story as story
from tests.provider.userinfo_requests import token as token
from tests.sqlite_only import database_url as database_url


@pytest.mark.parametrize(
    "made_up",
    [
        pytest.param("", id="empty"),
        pytest.param("x", id="word"),
        pytest.param("a.b.c", id="three-parts"),
        pytest.param("..", id="dots"),
        pytest.param("a.b", id="two-parts"),
        pytest.param("eyJhbGciOiJub25lIn0.e30.", id="alg-none"),
        pytest.param("A" * 200, id="zeros"),
        pytest.param("A" * 9000, id="over-long"),
        pytest.param("é" * 50, id="not-ascii"),
        pytest.param("{token}x", id="one-more"),
        pytest.param("{token}=", id="padding"),
        pytest.param("{token}, Bearer {token}", id="two-in-one"),
        pytest.param("{token} {token}", id="two-words"),
    ],
)
def test_what_is_no_token_is_invalid(http: FlaskClient, token: str, made_up: str) -> None:
    """RFC 6750 §3.1: invalid_token, 401."""
    assert_bearer_error(get(http, made_up.format(token=token)), 401, "invalid_token")


@pytest.mark.security
@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
def test_no_prefix_of_a_token_is_valid(
    services: Services, http: FlaskClient, browser: Browser, ada: str, token_format: str
) -> None:
    """CVE-2026-27840: a truncated token was valid."""
    client, secret = make_client(services, paper_access_token_format=token_format)
    token = redeem(http, client, secret, browser.code_for(client)).get_json()["access_token"]

    accepted = [
        length for length in range(len(token)) if services.access_tokens.check(token[:length]) is not None
    ]

    assert accepted == []
    assert services.access_tokens.check(token) is not None


@pytest.mark.security
def test_other_credentials_are_no_access_tokens(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9068 §4, DESIGN §4: neither an ID token, nor a code, nor a refresh token."""
    client, secret = make_client(services)
    code = browser.code_for(client, scope="openid offline_access")
    tokens = redeem(http, client, secret, code).get_json()

    for wrong in (tokens["id_token"], tokens["refresh_token"], code):
        assert_bearer_error(get(http, wrong), 401, "invalid_token")


@pytest.mark.parametrize(
    ("seconds", "status"), [pytest.param(899, 200, id="last-second"), pytest.param(900, 401, id="over")]
)
def test_a_token_ends(http: FlaskClient, token: str, clock: Clock, seconds: int, status: int) -> None:
    """RFC 6750 §3.1: expired is invalid_token."""
    clock.advance(seconds=seconds)

    assert get(http, token).status_code == status


@pytest.mark.security
def test_a_token_of_another_issuer_or_master_key(services: Services, http: FlaskClient, token: str) -> None:
    """DESIGN §4: the seal is bound to issuer and purpose, and to this provider's master key."""
    plaintext = Sealer(services.master_keys, ACCESS_TOKEN, services.settings.issuer.encode()).open_text(token)
    forgers = (
        Sealer(services.master_keys, ACCESS_TOKEN, b"https://other.example"),
        Sealer(services.master_keys, "sealed-value", services.settings.issuer.encode()),
        Sealer(MasterKeys.generate(), ACCESS_TOKEN, services.settings.issuer.encode()),
    )

    for forger in forgers:
        assert_bearer_error(get(http, forger.seal_text(plaintext)), 401, "invalid_token")


@pytest.mark.security
@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "https://other.example"}, id="issuer"),
        pytest.param({"aud": "https://api.example"}, id="audience"),
        pytest.param({"sub": "somebody"}, id="subject"),
        pytest.param({"client_id": "other"}, id="client"),
        pytest.param({"scope": "openid profile email"}, id="scope"),
    ],
)
def test_a_jwt_that_says_more_than_its_grant(
    services: Services, http: FlaskClient, browser: Browser, ada: str, claims: dict[str, Any]
) -> None:
    """DESIGN §4: issuer, audience, subject, client and scope are compared, our signature or not."""
    client, secret = make_client(services, paper_access_token_format="jwt")
    token = redeem(http, client, secret, browser.code_for(client)).get_json()["access_token"]
    honest = services.verifier.verify(token, typ="at+jwt", algs=("ES256",))
    forged = services.signer.sign(honest | claims, alg="ES256", typ="at+jwt")
    again = services.signer.sign(honest, alg="ES256", typ="at+jwt")

    assert get(http, again).status_code == 200
    assert_bearer_error(get(http, forged), 401, "invalid_token")


def test_a_token_without_openid_is_insufficient(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """Core §5.3.3, RFC 6750 §3.1: 403, and which scope is needed."""
    client, secret = make_client(services, scope="photos email")
    token = redeem(http, client, secret, browser.code_for(client, scope="photos email")).get_json()[
        "access_token"
    ]

    response = get(http, token)

    assert_bearer_error(response, 403, "insufficient_scope")
    assert 'scope="openid"' in response.headers["WWW-Authenticate"]


def test_a_narrowed_token_tells_less(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §6: the scope is the token's, not the grant's."""
    client, secret = make_client(services)
    first = redeem(
        http, client, secret, browser.code_for(client, scope="openid email offline_access")
    ).get_json()

    narrow = refresh(http, client, secret, first["refresh_token"], scope="openid").get_json()
    without = refresh(http, client, secret, narrow["refresh_token"], scope="email").get_json()

    assert get(http, narrow["access_token"]).get_json() == {"sub": ada}
    assert_bearer_error(get(http, without["access_token"]), 403, "insufficient_scope")


def test_every_standard_claim_by_its_scope(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock
) -> None:
    """Core §5.4."""
    client, secret = make_client(services)
    code = browser.code_for(client, scope="openid profile email address phone")

    info = get(http, redeem(http, client, secret, code).get_json()["access_token"]).get_json()

    assert info == CLAIMS | {
        "sub": ada,
        "email": "ada@example.org",
        "preferred_username": "ada",
        "updated_at": clock(),
    }


@pytest.mark.security
def test_a_persons_claims_never_pass_for_the_protocols(
    services: Services, http: FlaskClient, browser: Browser
) -> None:
    """Core §5.3.2: ``sub`` and its like come from the provider, whatever row and request say."""
    user_id = make_user(services)
    with services.database.session() as session:
        user = session.get_one(User, user_id)
        user.claims = '{"sub": "admin", "iss": "evil", "exp": 1, "nonce": "n", "at_hash": "h", "name": "Ada"}'
    client, secret = make_client(services)
    asked = '{"userinfo": {"sub": null, "name": null}, "id_token": {"sub": null, "iss": null, "exp": null,'
    code = browser.code_for(client, claims=asked + ' "nonce": null, "at_hash": null}}')
    tokens = redeem(http, client, secret, code).get_json()

    info = get(http, tokens["access_token"]).get_json()
    claims = services.verifier.verify(tokens["id_token"], typ=None, algs=("RS256",))

    assert info == {"sub": user_id, "name": "Ada"}
    assert (claims["sub"], claims["iss"]) == (user_id, services.settings.issuer)
    assert "nonce" not in claims
    assert "evil" not in str(claims)
    assert claims["at_hash"] != "h"


def test_a_token_never_outlives_its_grant(services: Services, token: str, clock: Clock) -> None:
    """DESIGN §4: the end of the row is the end of everything that names it."""
    found = services.access_tokens.check(token)
    assert found is not None
    said, record = found
    assert record is not None
    text = issue_access_token(services, record, scopes=said.scopes, expires_at=record.expires_at + 1000)

    clock.advance(seconds=record.expires_at - clock())

    assert services.access_tokens.check(text) is None
