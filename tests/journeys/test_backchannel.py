"""A client asks for a person who is elsewhere, and polls (OpenID Connect CIBA Core)."""

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.backchannel import decide, make_call_centre
from tests.browser import Browser, redeem, refresh
from tests.builders import REDIRECT_URI, make_resource
from tests.conftest import Clock
from tests.foreign_issuer import ForeignIssuer
from validators.metadata_backchannel import GRANT_TYPE

pytestmark = pytest.mark.journey


def test_a_person_approves(services: Services, http: FlaskClient, browser: Browser, ada: str) -> None:
    """§7.3, §10.1.1, §11: pending, then tokens for the person named; the id works once, for its client."""
    centre, other = make_call_centre(services, http), make_call_centre(services, http)
    answer = centre.ask(scope="openid email offline_access", binding_message="W4SCT")
    said = answer.get_json()
    auth_req_id = said.pop("auth_req_id")

    pending = centre.error(auth_req_id)
    login = http.get("/approvals")
    page = browser.follow(login)
    done = decide(browser, page=page)
    foreign = other.error(auth_req_id)
    tokens = centre.poll(auth_req_id).get_json()
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert (said, len(auth_req_id) >= 43) == ({"expires_in": 300, "interval": 5}, True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert (pending, foreign) == ("authorization_pending", "invalid_grant")
    assert login.location == "/login?page=approvals"
    for words in ("Call Centre", "W4SCT", "See your e-mail address", "ada"):
        assert words in page.text
    assert "approvals-done" in done.text
    assert "no-approvals" in done.text
    assert (claims["sub"], claims["aud"], claims["amr"]) == (ada, centre.client.client_id, ["pwd"])
    assert {"at_hash", "acr", "auth_time"} <= claims.keys()
    assert {"nonce", "c_hash", "urn:openid:params:jwt:claim:auth_req_id"}.isdisjoint(claims)
    assert info.get_json()["email"] == "ada@example.org"
    assert refresh(http, centre.client, centre.secret, tokens["refresh_token"]).status_code == 200
    assert centre.error(auth_req_id) == "invalid_grant"


def test_a_person_refuses(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """§11: access_denied, and the decision counts once."""
    centre = make_call_centre(services, http)
    auth_req_id = centre.asked()
    page = http.get("/approvals")

    decide(signed_in, "deny", page)
    afterwards = decide(signed_in, "allow", page)

    assert "approvals-failed" in afterwards.text
    assert centre.error(auth_req_id) == "access_denied"


def test_polling_too_often_and_too_late(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """§7.1, §7.3, §11: slow_down within the interval; requested_expiry is kept, an hour at most."""
    centre = make_call_centre(services, http)
    short, long = centre.ask(requested_expiry="10").get_json(), centre.ask(requested_expiry="9999")
    auth_req_id = short["auth_req_id"]

    errors = [centre.error(auth_req_id), centre.error(auth_req_id)]
    page = http.get("/approvals")
    clock.advance(seconds=10)
    errors.append(centre.error(auth_req_id))

    assert errors == ["authorization_pending", "slow_down", "expired_token"]
    assert (short["expires_in"], long.get_json()["expires_in"]) == (10, 3600)
    assert page.text.count('name="decision" value="allow"') == 2
    assert http.get("/approvals").text.count('name="decision" value="allow"') == 1


def test_hints_that_are_tokens(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str, clock: Clock
) -> None:
    """§7.1: an ID token of this client, public or pairwise, or a JWT of an issuer that is trusted."""
    grants = [GRANT_TYPE, "authorization_code"]
    made = {"redirect_uris": [REDIRECT_URI], "grant_types": grants}
    centre = make_call_centre(services, http, **made)
    pairwise = make_call_centre(services, http, subject_type="pairwise", **made)
    issuer = ForeignIssuer(services).trusted()
    endpoint = f"{services.settings.issuer}/bc-authorize"
    hints = []
    for each in (centre, pairwise):
        code = signed_in.code_for(each.client)
        hints.append(redeem(http, each.client, each.secret, code).get_json()["id_token"])

    own, from_elsewhere = (
        centre.ask(login_hint=None, id_token_hint=hints[0]),
        centre.ask(login_hint=None, id_token_hint=hints[1]),
    )
    of_pairwise = pairwise.ask(login_hint=None, id_token_hint=hints[1])
    token = centre.ask(login_hint=None, login_hint_token=issuer.sign(ada, aud=endpoint))
    stranger = centre.ask(login_hint=None, login_hint_token=issuer.sign("nobody"))
    over = centre.ask(login_hint=None, login_hint_token=issuer.sign(ada, exp=clock() - 60))
    forged = centre.ask(login_hint=None, login_hint_token=issuer.sign(ada)[:-8] + "AAAAAAAA")

    assert [each.status_code for each in (own, of_pairwise, token)] == [200, 200, 200]
    assert [each.get_json()["error"] for each in (from_elsewhere, stranger, over, forged)] == [
        "invalid_request",
        "unknown_user_id",
        "expired_login_hint_token",
        "invalid_request",
    ]


def test_clients_prove_themselves(services: Services, http: FlaskClient, ada: str) -> None:
    """§7.1, §13: as at the token endpoint, at both; 401 with invalid_client, in JSON whatever is wrong."""
    centre = make_call_centre(services, http)
    auth_req_id = centre.asked()
    centre.secret = "wrong-secret-wrong-secret-wrong-secret"

    refused = (centre.ask(), centre.poll(auth_req_id), http.post("/bc-authorize", data={"scope": "openid"}))
    got = http.get("/bc-authorize")

    assert [(each.status_code, each.get_json()["error"]) for each in refused] == [(401, "invalid_client")] * 3
    assert (got.status_code, got.mimetype) == (405, "application/json")


def test_the_token_endpoint_needs_the_id(services: Services, http: FlaskClient) -> None:
    """§10.1, RFC 6749 §5.2: a missing auth_req_id is invalid_request, an unknown one invalid_grant."""
    centre = make_call_centre(services, http)

    missing = centre.poll("")
    wrong_client = make_call_centre(services, http, grant_types=["refresh_token"])

    assert missing.get_json()["error"] == "invalid_request"
    assert centre.error("x") == "invalid_grant"
    assert wrong_client.error("x") == "unauthorized_client"


def test_tokens_for_a_resource(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 8707 §2: what the person has seen named is what the token is for; acr_values are followed."""
    resource = make_resource(services)
    centre = make_call_centre(services, http)
    password = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
    auth_req_id = centre.asked(
        scope="openid photos.read", resource=resource.uri, acr_values=f"nope {password}"
    )

    assert resource.uri in http.get("/approvals").text
    decide(signed_in)
    tokens = centre.poll(auth_req_id).get_json()

    assert jwt.decode(tokens["access_token"], options={"verify_signature": False})["aud"] == resource.uri
    assert jwt.decode(tokens["id_token"], options={"verify_signature": False})["acr"] == password
