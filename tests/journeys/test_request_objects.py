"""Requests that clients sign (RFC 9101, OpenID Connect Core §6)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import ISSUER, KeyHolder, hand_made
from tests.browser import Browser, answer_of, request_of
from tests.builders import REDIRECT_URI, make_client
from tests.conftest import Clock
from tests.document_server import DocumentServer, document, status
from validators.client import Client

pytestmark = pytest.mark.journey

OTHER = "https://other.example/callback"


@pytest.fixture(scope="module")
def holder() -> KeyHolder:
    return KeyHolder("RS256")


@pytest.fixture
def client(services: Services, holder: KeyHolder) -> Client:
    return make_client(services, jwks={"keys": [holder.jwk]})[0]


def claims_of(client: Client, **changes: Any) -> dict[str, Any]:
    """Return what a sound request object says; ``None`` leaves a claim out."""
    claims = {**request_of(client), "iss": client.client_id, "aud": ISSUER, "state": "inner", **changes}
    return {name: value for name, value in claims.items() if value is not None}


def send(browser: Browser, client: Client, text: str, **outside: Any) -> TestResponse:
    """Send a request object with no more beside it than OpenID Connect Core §6.1 asks for."""
    return browser.authorize(client, request=text, **({"state": "outer"} | outside))


def test_a_signed_request_is_answered(
    browser: Browser, ada: str, client: Client, holder: KeyHolder, clock: Clock
) -> None:
    """Core §6.1: by what it says, through sign-in and consent."""
    claims = claims_of(client, exp=clock() + 60, iat=clock(), max_age=300, claims={"userinfo": {}})

    answer = answer_of(browser.follow(send(browser, client, holder.sign(claims))))

    assert answer["state"] == "inner"
    assert "code" in answer


@pytest.mark.security
def test_what_is_sent_beside_it_counts_for_nothing(
    browser: Browser, ada: str, client: Client, holder: KeyHolder
) -> None:
    """RFC 9101 §6.3; oidcc-ensure-request-object-with-redirect-uri: the inner redirect URI is used."""
    text = holder.sign(claims_of(client, state=None))

    response = browser.follow(send(browser, client, text, redirect_uri=OTHER, prompt="none"))

    assert response.location.startswith(REDIRECT_URI)
    assert answer_of(response).keys() == {"code", "iss", "session_state"}


@pytest.mark.security
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iss": "other"}, id="another issuer"),
        pytest.param({"client_id": "other"}, id="another client"),
        pytest.param({"aud": "https://other.example"}, id="another audience"),
        pytest.param({"aud": []}, id="no audience"),
        pytest.param({"exp": 1}, id="expired"),
        pytest.param({"exp": "soon"}, id="an end that is none"),
        pytest.param({"exp": True}, id="a boolean end"),
        pytest.param({"nbf": 2_000_000_000}, id="not yet"),
        pytest.param({"iat": 2_000_000_000}, id="of the future"),
        pytest.param({"request": "e30.e30."}, id="nested"),
        pytest.param({"request_uri": "https://client.example/r"}, id="a reference within"),
        pytest.param({"sub": "CLIENT"}, id="a client assertion"),
        pytest.param({"state": 1}, id="a number for a text"),
        pytest.param({"max_age": 1.5}, id="half a second"),
        pytest.param({"max_age": False}, id="a boolean age"),
        pytest.param({"scope": ["openid"]}, id="a list for a text"),
        pytest.param({"resource": [1]}, id="a resource that is none"),
        pytest.param({"nonce": "a\u0007b"}, id="a control character"),
    ],
)
def test_an_object_for_another_end_is_refused(
    browser: Browser, client: Client, holder: KeyHolder, changes: dict[str, Any]
) -> None:
    """RFC 9101 §6.2, §10.8: the client is told, where it is known to be."""
    said = {name: client.client_id if value == "CLIENT" else value for name, value in changes.items()}

    answer = answer_of(send(browser, client, holder.sign(claims_of(client, **said))))

    assert (answer["error"], answer["state"]) == ("invalid_request_object", "outer")


@pytest.mark.security
def test_an_object_that_nobody_of_this_client_has_signed_is_refused(
    browser: Browser, client: Client, holder: KeyHolder
) -> None:
    """RFC 8725 §3.1, §3.11: none, another's key, the alg of another kind, the typ of another JWT, no JWT."""
    claims = claims_of(client)
    texts = [
        hand_made({"alg": "none"}, claims),
        KeyHolder("RS256").sign(claims),
        KeyHolder("ES256").sign(claims),
        hand_made({"alg": "HS256"}, claims, b"x" * 32),
        holder.sign(claims, typ="client-authentication+jwt"),
        holder.sign(claims)[:-4] + "AAAA",
        "nonsense",
    ]

    errors = [answer_of(send(browser, client, text))["error"] for text in texts]

    assert errors == ["invalid_request_object"] * len(texts)


def test_nobody_is_redirected_where_nothing_proves_the_place(
    browser: Browser, client: Client, holder: KeyHolder
) -> None:
    """RFC 6749 §4.1.2.1: neither a bad object nor what stands beside it names where to go."""
    bad = KeyHolder("RS256").sign(claims_of(client))
    elsewhere = holder.sign(claims_of(client, redirect_uri=OTHER))

    assert send(browser, client, bad, redirect_uri=OTHER).status_code == 400
    assert send(browser, client, elsewhere).status_code == 400
    assert browser.http.get("/authorize?client_id=nobody&request=a.b.c").status_code == 400


def test_the_registered_algorithm_is_the_only_one(
    services: Services, browser: Browser, ada: str, holder: KeyHolder
) -> None:
    """Registration §2, request_object_signing_alg."""
    client, _ = make_client(services, jwks={"keys": [holder.jwk]}, request_object_signing_alg="PS256")
    right, wrong = holder.sign(claims_of(client), alg="PS256"), holder.sign(claims_of(client))

    assert answer_of(send(browser, client, wrong))["error"] == "invalid_request_object"
    assert "code" in answer_of(browser.follow(send(browser, client, right)))


def test_a_client_that_always_signs(
    services: Services, browser: Browser, ada: str, holder: KeyHolder
) -> None:
    """RFC 9101 §10.5: also when its request has waited for the person."""
    client, _ = make_client(services, jwks={"keys": [holder.jwk]}, require_signed_request_object=True)

    plain = answer_of(browser.authorize(client))
    signed = answer_of(browser.follow(send(browser, client, holder.sign(claims_of(client)))))

    assert plain["error"] == "invalid_request"
    assert "code" in signed


def test_a_key_that_was_registered_a_moment_ago(
    services: Services, browser: Browser, ada: str, client: Client, clock: Clock
) -> None:
    """DESIGN §4: a cached client refuses nobody."""
    new = KeyHolder("RS256", kid="new")
    services.clients.get(client.client_id)
    services.client_directory.update(client.client_id, {"jwks": {"keys": [new.jwk]}})
    clock.advance(seconds=1)

    assert "code" in answer_of(browser.follow(send(browser, client, new.sign(claims_of(client)))))


class TestByReference:
    """Core §6.2."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[DocumentServer]:
        with DocumentServer(tmp_path).serving() as running:
            yield running

    @pytest.fixture
    def browser(self, services: Services, server: DocumentServer) -> Browser:
        """At a provider that may fetch from the test's own server."""
        services.settings = replace(
            services.settings, outbound_allow=("127.0.0.0/8",), ca_bundle=server.ca_bundle
        )
        return Browser(create_app(services=services).test_client())

    @pytest.fixture
    def client(self, services: Services, holder: KeyHolder, server: DocumentServer) -> Client:
        uris = [f"{server.url}/r#v1", "https://unreachable.invalid/r"]
        return make_client(services, jwks={"keys": [holder.jwk]}, request_uris=uris)[0]

    def test_a_registered_address_is_fetched(
        self, browser: Browser, ada: str, client: Client, holder: KeyHolder, server: DocumentServer
    ) -> None:
        """oidcc-request-uri-signed-rs256: compared and fetched without its fragment."""
        server.answers["/r"] = document(holder.sign(claims_of(client)).encode())

        answer = answer_of(browser.follow(browser.authorize(client, request_uri=f"{server.url}/r#v2")))

        assert answer["state"] == "inner"
        assert [request.path for request in server.seen] == ["/r"]

    @pytest.mark.security
    def test_another_address_is_never_called(
        self, browser: Browser, client: Client, server: DocumentServer
    ) -> None:
        """Core §15.6.1; RFC 9101 §10.4.1: an open one makes the provider knock at any door."""
        for uri in (
            f"{server.url}/r?x=1",
            f"{server.url}/other",
            "http://169.254.169.254/",
            "file:///etc/passwd",
        ):
            assert answer_of(browser.authorize(client, request_uri=uri))["error"] == "invalid_request_uri"

        assert server.seen == []

    def test_nothing_usable_is_there(
        self, browser: Browser, client: Client, server: DocumentServer, holder: KeyHolder
    ) -> None:
        """Core §3.1.2.6: invalid_request_uri, or of a document that is no request, invalid_request_object."""
        server.answers["/r"] = status(404)
        missing = answer_of(browser.authorize(client, request_uri=f"{server.url}/r"))
        server.answers["/r"] = document(json.dumps({}).encode())
        wrong = answer_of(browser.authorize(client, request_uri=f"{server.url}/r"))
        both = answer_of(browser.authorize(client, request_uri=f"{server.url}/r", request="a.b.c"))

        assert missing["error"] == "invalid_request_uri"
        assert wrong["error"] == both["error"] == "invalid_request_object"


def test_a_form_may_carry_it(
    http: FlaskClient, browser: Browser, ada: str, client: Client, holder: KeyHolder
) -> None:
    """Core §3.1.2.1: POST."""
    form = request_of(client, request=holder.sign(claims_of(client)))

    answer = answer_of(browser.follow(http.post("/authorize", data=form)))

    assert answer["state"] == "inner"
