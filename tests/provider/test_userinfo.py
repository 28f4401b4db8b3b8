"""UserInfo: how a token may be sent, which tokens are good, and what is told (RFC 6750, Core §5.3)."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from keys.master_key import MasterKeys
from keys.sealed import Sealer
from provider.wiring import ACCESS_TOKEN, Services
from tests.browser import Browser, redeem, refresh
from tests.builders import CLAIMS, make_client, make_user
from tests.conftest import Clock
from tests.sqlite_only import database_url as database_url

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def tokens(services: Services, http: FlaskClient, browser: Browser, ada: str) -> dict[str, Any]:
    """The tokens of a grant of openid and email."""
    client, secret = make_client(services)
    found: dict[str, Any] = redeem(http, client, secret, browser.code_for(client, scope="openid email")).get_json()
    return found


@pytest.fixture
def token(tokens: dict[str, Any]) -> str:
    return str(tokens["access_token"])


def get(http: FlaskClient, token: str, scheme: str = "Bearer") -> TestResponse:
    return http.get("/userinfo", headers={"Authorization": f"{scheme} {token}"})


def assert_bearer_error(response: TestResponse, status: int, error: str | None) -> None:
    """RFC 6750 §3: a Bearer challenge that names the error, and JSON."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert (f'error="{error}"' in response.headers["WWW-Authenticate"]) is (error is not None)
    assert response.get_json().get("error") == error
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_in_the_header(http: FlaskClient, token: str, ada: str, method: str, scheme: str) -> None:
    """RFC 6750 §2.1, Core §5.3.1; the scheme in any case (RFC 9110 §11.1)."""
    response = http.open("/userinfo", method=method, headers={"Authorization": f"{scheme} {token}"})

    assert response.get_json() == {"sub": ada, "email": "ada@example.org", "email_verified": True}
    assert response.headers["Cache-Control"] == "no-store"


def test_an_empty_form_beside_the_header(http: FlaskClient, token: str) -> None:
    """Conformance, oidcc-userinfo-post-header: a form content type and no body."""
    response = http.post("/userinfo", headers={"Authorization": f"Bearer {token}"}, content_type=FORM)

    assert response.status_code == 200


def test_a_token_in_the_form(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2.2."""
    assert http.post("/userinfo", data={"access_token": token}).status_code == 200


def test_no_token_is_401_without_an_error(http: FlaskClient) -> None:
    """RFC 6750 §3.1: who sent nothing is told nothing more."""
    assert_bearer_error(http.get("/userinfo"), 401, None)
    assert_bearer_error(http.post("/userinfo"), 401, None)


def test_another_scheme_is_no_token(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2.1."""
    for scheme in ("Basic", "DPoP", "Token", "Bearer2"):
        assert_bearer_error(get(http, token, scheme), 401, None)


@pytest.mark.security
def test_a_token_in_the_query_is_refused(http: FlaskClient, token: str) -> None:
    """RFC 9700 §4.3.2: alone or beside the header."""
    alone = http.get("/userinfo", query_string={"access_token": token})
    beside = http.get(
        "/userinfo", query_string={"access_token": "x"}, headers={"Authorization": f"Bearer {token}"}
    )

    assert_bearer_error(alone, 400, "invalid_request")
    assert_bearer_error(beside, 400, "invalid_request")


def test_two_ways_at_once_are_refused(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2: not more than one way in a request."""
    headers = {"Authorization": f"Bearer {token}"}

    assert_bearer_error(
        http.post("/userinfo", data={"access_token": token}, headers=headers), 400, "invalid_request"
    )


def test_the_body_of_a_get_does_not_count(http: FlaskClient, token: str) -> None:
    """RFC 6750 §2.2: GET must not be used."""
    response = http.get("/userinfo", data={"access_token": token}, content_type=FORM)

    assert_bearer_error(response, 401, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("access_token={token}&access_token={token}", id="twice"),
        pytest.param("access_token={token}&access_token=x", id="two"),
        pytest.param("access_token=%ff", id="not-utf-8"),
        pytest.param("access_token={token}%00", id="nul"),
        pytest.param("access_token=" + "a" * 20_000, id="over-long"),
        pytest.param("access_token={token}&" + "&".join(f"p{n}=" for n in range(200)), id="many"),
    ],
)
def test_a_malformed_form_is_an_invalid_request(http: FlaskClient, token: str, body: str) -> None:
    """RFC 6750 §3.1: repeated or otherwise malformed is 400 invalid_request."""
    response = http.post("/userinfo", data=body.format(token=token), content_type=FORM)

    assert_bearer_error(response, 400, "invalid_request")


@pytest.mark.security
def test_a_repeated_query_token_is_no_way_round(http: FlaskClient, token: str) -> None:
    """RFC 6750 §3.1: two of them are not none of them."""
    response = http.get(
        "/userinfo?access_token=a&access_token=b", headers={"Authorization": f"Bearer {token}"}
    )

    assert_bearer_error(response, 400, "invalid_request")


def test_a_body_over_the_limit_is_413(http: FlaskClient) -> None:
    """RFC 9110 §15.5.14."""
    response = http.post("/userinfo", data={"access_token": "a" * 66_000})

    assert (response.status_code, response.get_json()["error"]) == (413, "invalid_request")


def test_another_method_is_405(http: FlaskClient) -> None:
    """Core §5.3: GET and POST."""
    response = http.put("/userinfo")

    assert response.status_code == 405
    assert {"GET", "POST"} <= {method.strip() for method in response.headers["Allow"].split(",")}


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
        pytest.param({"exp": 4_000_000_000}, id="end"),
    ],
)
def test_a_jwt_that_says_more_than_its_grant(
    services: Services, http: FlaskClient, browser: Browser, ada: str, claims: dict[str, Any]
) -> None:
    """DESIGN §4: issuer, audience, subject, client, scope and end are compared, our signature or not."""
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
    token = redeem(http, client, secret, browser.code_for(client, scope="photos email")).get_json()["access_token"]

    response = get(http, token)

    assert_bearer_error(response, 403, "insufficient_scope")
    assert 'scope="openid"' in response.headers["WWW-Authenticate"]


def test_a_narrowed_token_tells_less(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 6749 §6: the scope is the token's, not the grant's."""
    client, secret = make_client(services)
    first = redeem(http, client, secret, browser.code_for(client, scope="openid email offline_access")).get_json()

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
        from models.user import User

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


def test_a_grant_that_lives_shorter_than_its_token_rules(services: Services, token: str) -> None:
    """DESIGN §4: a token never outlives its grant."""
    found = services.access_tokens.check(token)
    assert found is not None
    said, record = found

    longer = replace(said, expires_at=record.expires_at + 1)
    text = services.access_tokens.issue(
        record, scopes=longer.scopes, expires_at=longer.expires_at, token_format="opaque"
    )

    assert services.access_tokens.check(text) is None
