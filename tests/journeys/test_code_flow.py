"""A person signs in to a client: the authorization code flow from end to end."""

import json

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import CHALLENGE, VERIFIER, Browser, answer_of, redeem
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.conftest import Clock

pytestmark = pytest.mark.journey


def test_a_person_signs_in(services: Services, http: FlaskClient, browser: Browser, ada: str) -> None:
    """RFC 6749 §4.1, OpenID Connect Core §3.1: login page, consent page, code, tokens, UserInfo."""
    client, secret = make_client(services)

    answer = answer_of(browser.follow(browser.authorize(client, scope="openid email", nonce="n-1")))
    tokens = redeem(http, client, secret, answer["code"])
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens.get_json()['access_token']}"})

    assert browser.pages == ["/login", "/authorize", "/consent"]
    assert answer["state"] == "st-1"
    assert answer["iss"] == services.settings.issuer
    assert tokens.status_code == 200
    assert tokens.headers["Cache-Control"] == "no-store"
    assert tokens.get_json()["token_type"] == "Bearer"
    assert tokens.get_json()["scope"] == "openid email"
    assert "refresh_token" not in tokens.get_json()
    assert info.get_json() == {"sub": ada, "email": "ada@example.org", "email_verified": True}


def test_the_id_token_verifies(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock
) -> None:
    """OpenID Connect Core §2, §3.1.3.6: signed with a published key, bound to nonce and access token."""
    client, secret = make_client(services)
    code = browser.code_for(client, nonce="n-1")

    tokens = redeem(http, client, secret, code).get_json()
    keys = jwt.PyJWKSet.from_dict(http.get("/jwks").get_json())
    header = jwt.get_unverified_header(tokens["id_token"])
    claims = jwt.decode(
        tokens["id_token"],
        keys[header["kid"]],
        algorithms=["RS256"],
        audience=client.client_id,
        issuer=services.settings.issuer,
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )

    assert header["alg"] == "RS256"
    assert claims["sub"] == ada
    assert claims["nonce"] == "n-1"
    assert claims["auth_time"] == clock()
    assert claims["exp"] == clock() + services.settings.id_token_seconds
    assert claims.keys() == {
        *("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "at_hash", "auth_time"),
        *("acr", "amr", "sid"),
    }


def test_a_remembered_consent_asks_nothing(services: Services, browser: Browser, ada: str) -> None:
    """OpenID Connect Core §3.1.2.4: what was allowed is not asked again; a new scope is."""
    client, _ = make_client(services)
    browser.code_for(client, scope="openid email")
    browser.pages.clear()

    again = browser.authorize(client, scope="email openid")
    more = browser.authorize(client, scope="openid phone")

    assert "code" in answer_of(again)
    assert more.location.startswith("/consent")


def test_a_public_client_needs_s256(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9700 §2.1.1: a challenge is required, and its verifier."""
    client = make_public_client(services)

    without = answer_of(browser.authorize(client, code_challenge=None, code_challenge_method=None))
    plain = answer_of(browser.authorize(client, code_challenge_method="plain"))
    code = browser.code_for(client)
    missing = redeem(http, client, "", code, code_verifier=None)
    wrong = redeem(http, client, "", code, code_verifier=VERIFIER + "x")
    right = redeem(http, client, "", code)

    assert without["error"] == "invalid_request"
    assert plain["error"] == "invalid_request"
    assert (missing.status_code, missing.get_json()["error"]) == (400, "invalid_grant")
    assert (wrong.status_code, wrong.get_json()["error"]) == (400, "invalid_grant")
    assert right.status_code == 200


def test_a_verifier_without_a_challenge_is_refused(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9700 §2.1.1, §4.8.2: it tells of a challenge that was stripped."""
    client, secret = make_client(services)

    response = redeem(http, client, secret, browser.code_for(client), code_verifier=VERIFIER)

    assert response.get_json()["error"] == "invalid_grant"


def test_a_challenge_of_a_confidential_client_is_enforced(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 7636 §4.6."""
    client, secret = make_client(services)
    code = browser.code_for(client, code_challenge=CHALLENGE, code_challenge_method="S256")

    without = redeem(http, client, secret, code)
    right = redeem(http, client, secret, code, code_verifier=VERIFIER)

    assert without.get_json()["error"] == "invalid_grant"
    assert right.status_code == 200


def test_a_used_code_ends_what_it_gave(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §4.1.2, RFC 9700 §4.2.4."""
    client, secret = make_client(services)
    code = browser.code_for(client)
    tokens = redeem(http, client, secret, code).get_json()

    again = redeem(http, client, secret, code)
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert info.status_code == 401


@pytest.mark.parametrize(
    ("seconds", "status"), [pytest.param(59, 200, id="in-time"), pytest.param(60, 400, id="too-late")]
)
def test_a_code_lives_a_minute(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock, seconds: int, status: int
) -> None:
    """RFC 6749 §4.1.2."""
    client, secret = make_client(services)
    code = browser.code_for(client)

    clock.advance(seconds=seconds)

    assert redeem(http, client, secret, code).status_code == status


def test_a_code_is_its_clients_own(services: Services, http: FlaskClient, browser: Browser, ada: str) -> None:
    """RFC 6749 §4.1.3: another client neither gets tokens nor spoils the code."""
    client, secret = make_client(services)
    thief, stolen_secret = make_client(services)
    code = browser.code_for(client)

    stolen = redeem(http, thief, stolen_secret, code)
    right = redeem(http, client, secret, code)

    assert stolen.get_json()["error"] == "invalid_grant"
    assert right.status_code == 200


@pytest.mark.parametrize(
    ("asked", "sent", "status"),
    [
        pytest.param(REDIRECT_URI, REDIRECT_URI, 200, id="same"),
        pytest.param(REDIRECT_URI, REDIRECT_URI + "/", 400, id="other"),
        pytest.param(REDIRECT_URI, None, 400, id="left-out"),
        pytest.param(None, None, 200, id="left-out-in-both"),
        pytest.param(None, REDIRECT_URI, 200, id="the-only-one"),
        pytest.param(None, "https://evil.example/", 400, id="named-late"),
    ],
)
def test_the_redirect_uri_is_confirmed(
    services: Services,
    http: FlaskClient,
    browser: Browser,
    ada: str,
    asked: str | None,
    sent: str | None,
    status: int,
) -> None:
    """RFC 6749 §4.1.3: identical to the one of the authorization request, else invalid_grant."""
    client, secret = make_client(services)
    code = browser.code_for(client, redirect_uri=asked)

    response = redeem(http, client, secret, code, redirect_uri=sent)

    assert response.status_code == status
    assert status == 200 or response.get_json()["error"] == "invalid_grant"


def test_form_post_carries_the_answer_in_a_form(services: Services, browser: Browser, ada: str) -> None:
    """OAuth 2.0 Form Post Response Mode §2; nothing is in the query."""
    client, _ = make_client(services)
    browser.code_for(client)

    page = browser.authorize(client, response_mode="form_post")

    assert page.status_code == 200
    assert f'action="{REDIRECT_URI}"' in page.text
    assert 'name="code"' in page.text
    assert 'name="state" value="st-1"' in page.text
    assert "form-action" not in page.headers["Content-Security-Policy"]


def test_jwt_access_tokens_on_request(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9068 §2.1, §2.2; such a token works like an opaque one."""
    client, secret = make_client(services, paper_access_token_format="jwt")

    token = redeem(http, client, secret, browser.code_for(client)).get_json()["access_token"]
    info = http.get("/userinfo", headers={"Authorization": f"bearer {token}"})
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": False})

    assert info.get_json()["sub"] == ada
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    assert claims.keys() >= {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}
    assert claims["aud"] == services.settings.issuer


def test_the_claims_parameter_asks_for_single_claims(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """OpenID Connect Core §5.5: in UserInfo and in the ID token, each where it was asked."""
    client, secret = make_client(services)
    asked = {"userinfo": {"name": {"essential": True}}, "id_token": {"locale": None}}

    tokens = redeem(http, client, secret, browser.code_for(client, claims=json.dumps(asked))).get_json()
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})

    assert info.get_json() == {"sub": ada, "name": "Kim Ada"}
    assert claims["locale"] == "ko-KR"
    assert "name" not in claims
