"""Who could misuse a request that waits for a person elsewhere (CIBA Core §15)."""

import threading
from dataclasses import replace
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import claims_of
from tests.backchannel import JWK, KEY, CallCentre, decide, make_call_centre
from tests.browser import Browser, hidden_fields, redeem
from tests.builders import make_client, make_user
from tests.conftest import Clock
from tests.registration import register
from tests.sqlite_only import database_url as database_url
from validators.client_assertions import ASSERTION_TYPE
from validators.metadata_backchannel import GRANT_TYPE
from validators.metadata_values import InvalidClientMetadata

pytestmark = pytest.mark.security

UNVERIFIED: Any = {"verify_signature": False}


def test_nobody_else_decides(services: Services, http: FlaskClient, ada: str) -> None:
    """§15: another person neither sees a request nor answers it, with its own page or with a stolen form."""
    make_user(services, "eve")
    centre = make_call_centre(services, http)
    auth_req_id = centre.asked()
    ada_browser, eve_browser = (
        Browser(create_app(services=services).test_client(), name) for name in ("ada", "eve")
    )
    for browser in (ada_browser, eve_browser):
        browser.sign_in(browser.http.get("/login"))
    own, foreign = ada_browser.http.get("/approvals"), eve_browser.http.get("/approvals")
    account = eve_browser.http.get("/account")
    stolen = hidden_fields(own)
    fields = hidden_fields(account) | {"person": stolen["person"], "request": stolen["request"]}

    answers = [eve_browser.http.post("/approvals", data=fields | {"decision": "allow"})]
    without_token = {name: value for name, value in stolen.items() if name != "csrf_token"}
    answers.append(ada_browser.http.post("/approvals", data=without_token | {"decision": "allow"}))
    anonymous = create_app(services=services).test_client().post("/approvals", data=stolen)

    assert "no-approvals" in foreign.text
    assert [answer.location for answer in answers] == ["/approvals", "/approvals"]
    assert anonymous.location == "/login?page=approvals"
    assert centre.error(auth_req_id) == "authorization_pending"


def test_the_page_is_for_the_person_it_was_shown_to(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """A form shown to Ada counts for nobody who has signed in at her browser since."""
    make_user(services, "eve")
    centre = make_call_centre(services, http)
    auth_req_id, for_eve = centre.asked(), centre.asked(login_hint="eve")
    page = http.get("/approvals")
    signed_in.sign_in(http.get("/login"), username="eve")

    decide(signed_in, page=page)
    own = hidden_fields(http.get("/approvals")) | {
        "person": hidden_fields(page)["person"],
        "decision": "allow",
    }
    http.post("/approvals", data=own)

    assert centre.error(auth_req_id) == "authorization_pending"
    assert centre.error(for_eve) == "authorization_pending"


def test_what_ends_an_approval(services: Services, http: FlaskClient, signed_in: Browser, ada: str) -> None:
    """DESIGN §4: a person who is disabled after the approval gives nothing any more."""
    centre = make_call_centre(services, http)
    auth_req_id = centre.asked()
    decide(signed_in)

    services.people.disable(ada)

    assert centre.error(auth_req_id) == "invalid_grant"


def test_parallel_polls_get_one_grant(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """DESIGN §4: taking the request is one conditional statement; one poll of many gets the tokens."""
    centre = make_call_centre(services, http)
    auth_req_id = centre.asked()
    decide(signed_in)
    app, statuses = create_app(services=services), []
    barrier = threading.Barrier(4)

    def poll() -> None:
        mine = replace(centre, http=app.test_client())
        barrier.wait()
        statuses.append(mine.poll(auth_req_id).status_code)

    threads = [threading.Thread(target=poll) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 400, 400, 400]


def test_one_client_cannot_flood_a_person(services: Services, http: FlaskClient, ada: str) -> None:
    """§15: every request is shown to somebody; after twenty in ten minutes the client has to wait."""
    centre = make_call_centre(services, http)
    for _ in range(20):
        centre.asked()

    answer = centre.ask()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")


def test_fapi_clients_sign_and_bind(services: Services, http: FlaskClient, clock: Clock, ada: str) -> None:
    """FAPI-CIBA §5.2.2: under these profiles a request is signed, and not with RS256; so are assertions."""
    profile = {"paper_profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt"}
    registered = profile | {"jwks": {"keys": [JWK]}}
    alg = "backchannel_authentication_request_signing_alg"
    with pytest.raises(InvalidClientMetadata, match=alg):
        make_call_centre(services, http, **registered, **{alg: "RS256"})
    centre = make_call_centre(services, http, **registered)
    issuer = services.settings.issuer

    def ask(**form: Any) -> TestResponse:
        claims = claims_of(centre.client.client_id, clock)
        assertion = jwt.encode(claims, KEY, "ES256", headers={"kid": JWK["kid"]})
        proof = {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE}
        return http.post("/bc-authorize", data=form | proof)

    unsigned = ask(scope="openid", login_hint="ada")
    signed = ask(request=centre.signed(issuer, clock()))

    assert unsigned.get_json()["error"] == "invalid_request"
    assert signed.status_code == 200


def test_an_endpoint_of_its_own_may_be_the_audience(
    services: Services, http: FlaskClient, clock: Clock, ada: str
) -> None:
    """§7.1: an assertion may be made out to the issuer, the token endpoint or this one; to no other."""
    centre = make_call_centre(
        services, http, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [JWK]}
    )
    statuses = []
    for path in ("", "/token", "/bc-authorize", "/par"):
        claims = claims_of(centre.client.client_id, clock, aud=services.settings.issuer + path)
        assertion = jwt.encode(claims, KEY, "ES256", headers={"kid": JWK["kid"]})
        proof = {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE}
        sent = {"scope": "openid", "login_hint": "ada"} | proof
        statuses.append(http.post("/bc-authorize", data=sent).status_code)

    assert statuses == [200, 200, 200, 401]


def test_strangers_may_not_call_people(services: Services) -> None:
    """DESIGN §6: a client that anybody may have registered does not call for people who never saw it."""
    services.settings = replace(services.settings, registration="open")
    http = create_app(services=services).test_client()

    response = register(http, grant_types=[GRANT_TYPE], response_types=[])

    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata")
    assert GRANT_TYPE in response.get_json()["error_description"]


def test_a_hint_that_a_client_has_made_itself(
    services: Services, http: FlaskClient, ada: str, clock: Clock
) -> None:
    """§7.1: who signs with HS256 can write ID tokens; one about nobody, or another client's, is none."""
    other, secret = make_client(services)
    browser = Browser(http)
    code = browser.code_for(other)
    given = jwt.decode(redeem(http, other, secret, code).get_json()["id_token"], options=UNVERIFIED)
    alg = {"id_token_signed_response_alg": "HS256"}
    centre = make_call_centre(services, http, **alg)
    pairwise = make_call_centre(
        services, http, subject_type="pairwise", redirect_uris=["https://centre.example/callback"], **alg
    )
    made = {"iss": services.settings.issuer, "exp": clock(), "jti": given["jti"], "sub": "x"}

    def ask(asking: CallCentre, **claims: Any) -> str:
        said = {**made, "aud": asking.client.client_id, **claims}
        hint = {name: value for name, value in said.items() if value is not None}
        response = asking.ask(login_hint=None, id_token_hint=jwt.encode(hint, asking.secret, "HS256"))
        return str(response.get_json()["error"])

    assert ask(centre, sub=None) == ask(centre, sub=5) == "invalid_request"
    assert ask(pairwise) == "unknown_user_id"
    assert services.backchannel_requests.waiting_for(ada) == []
