"""Views of the same app behind access tokens."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.grant import Grant
from provider.confirmation import PROOFS
from provider.protected_resource import metadata_url, resource_metadata, serve_resource_metadata
from provider.resource import require_oauth
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, token_request
from tests.builders import RESOURCE, make_client, make_resource
from tests.conftest import Clock
from tests.sqlite_only import database_url as database_url
from validators.client import Client
from validators.resources import TokenTarget

LINK = 'resource_metadata="https://api.example.org/.well-known/oauth-protected-resource/photos"'


@pytest.fixture
def app(app: Flask) -> Flask:
    """The provider with an API of three views."""

    @app.get("/photos")
    @require_oauth("photos.read", resource=RESOURCE)
    def photos() -> dict[str, Any]:
        return {"sub": g.access_token.subject, "client_id": g.access_token.client_id}

    @app.post("/photos/<name>")
    @require_oauth("photos.write", resource=RESOURCE, acr_values=["mfa", "phr"], max_age=60)
    def upload(name: str) -> dict[str, str]:
        return {"name": name}

    @app.get("/me")
    @require_oauth()
    def me() -> dict[str, Any]:
        return {"client_id": g.access_token.client_id}

    serve_resource_metadata(app, RESOURCE, scopes=["photos.read", "photos.write"])
    return app


@pytest.fixture
def owner(services: Services) -> tuple[Client, str]:
    """A client that may ask for tokens of the API."""
    make_resource(services)
    return make_client(services, grant_types=["authorization_code", "client_credentials"])


@pytest.fixture
def token(http: FlaskClient, owner: tuple[Client, str], browser: Browser, ada: str) -> str:
    """Ada's token for reading."""
    code = browser.code_for(owner[0], scope="photos.read", resource=RESOURCE)
    return str(redeem(http, *owner, code).get_json()["access_token"])


def call(http: FlaskClient, token: str | None, path: str = "/photos", method: str = "GET") -> TestResponse:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return http.open(path, method=method, headers=headers)


def challenge_of(answer: TestResponse) -> dict[str, str]:
    """Return the parameters of the Bearer challenge; each comes once."""
    header = answer.headers["WWW-Authenticate"]
    assert header.startswith("Bearer ")
    pairs = re.findall(r'(\w+)="([^"]*)"', header)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_a_good_token_opens_the_view(
    http: FlaskClient, token: str, owner: tuple[Client, str], ada: str
) -> None:
    """RFC 6750 §2.1; the view sees whose it is."""
    answer = call(http, token)

    assert answer.get_json() == {"sub": ada, "client_id": owner[0].client_id}


@pytest.mark.parametrize("header", [None, "Basic YTpi", ""])
def test_without_a_token_no_error_is_told(http: FlaskClient, header: str | None) -> None:
    """RFC 6750 §3.1: only how to get in; RFC 9728 §5.1: and where to read more."""
    answer = http.get("/photos", headers={} if header is None else {"Authorization": header})

    assert answer.status_code == 401
    assert challenge_of(answer) == {
        "realm": "paper",
        "scope": "photos.read",
        "resource_metadata": "https://api.example.org/.well-known/oauth-protected-resource/photos",
    }


@pytest.mark.parametrize("bad", ["", "unknown", "가", "A" * 9000, "a b"])
def test_a_bad_token_is_told_so(http: FlaskClient, bad: str) -> None:
    """RFC 6750 §3.1: invalid_token."""
    answer = http.get("/photos", headers={"Authorization": f"Bearer {bad}".encode().decode("latin-1")})

    assert answer.status_code == 401
    assert challenge_of(answer)["error"] == "invalid_token"
    assert LINK in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_query_is_refused(http: FlaskClient, token: str) -> None:
    """RFC 9700 §4.3.2."""
    answer = http.get(f"/photos?access_token={token}")

    assert answer.status_code == 400
    assert challenge_of(answer)["error"] == "invalid_request"


@pytest.mark.security
def test_a_token_for_elsewhere_is_refused(http: FlaskClient, token: str, owner: tuple[Client, str]) -> None:
    """RFC 9068 §4: the audience is compared, both ways."""
    for_paper = token_request(http, *owner, grant_type="client_credentials").get_json()["access_token"]

    assert call(http, for_paper, "/me").status_code == 200
    assert challenge_of(call(http, token, "/me"))["error"] == "invalid_token"
    assert challenge_of(call(http, for_paper))["error"] == "invalid_token"


def test_a_missing_scope_is_named(http: FlaskClient, token: str) -> None:
    """RFC 6750 §3.1: 403 insufficient_scope, with the scope it takes."""
    answer = call(http, token, "/photos/cat", "POST")

    assert answer.status_code == 403
    assert challenge_of(answer)["error"] == "insufficient_scope"
    assert challenge_of(answer)["scope"] == "photos.write"


def test_an_authentication_that_is_not_good_enough_is_stepped_up(
    services: Services, http: FlaskClient, owner: tuple[Client, str], browser: Browser, ada: str, clock: Clock
) -> None:
    """RFC 9470 §3: acr_values and max_age say what would do."""
    code = browser.code_for(owner[0], scope="photos.write", resource=RESOURCE)
    token = redeem(http, *owner, code).get_json()["access_token"]
    weak = call(http, token, "/photos/cat", "POST")
    with services.database.session() as session:
        session.query(Grant).update({"acr": "phr"})
    strong = call(http, token, "/photos/cat", "POST")
    clock.advance(seconds=61)
    old = call(http, token, "/photos/cat", "POST")

    assert strong.get_json() == {"name": "cat"}
    for answer in (weak, old):
        assert answer.status_code == 401
        challenge = challenge_of(answer)
        assert challenge["error"] == "insufficient_user_authentication"
        assert (challenge["acr_values"], challenge["max_age"]) == ("mfa phr", "60")


@pytest.mark.security
def test_a_client_alone_is_no_authenticated_person(http: FlaskClient, owner: tuple[Client, str]) -> None:
    """RFC 9470 §4: nobody has authenticated at all."""
    token = token_request(
        http, *owner, grant_type="client_credentials", resource=RESOURCE, scope="photos.write"
    ).get_json()["access_token"]

    answer = call(http, token, "/photos/cat", "POST")
    assert challenge_of(answer)["error"] == "insufficient_user_authentication"


@pytest.mark.security
@pytest.mark.parametrize("event", ["revoked", "expired", "disabled", "client-deleted"])
def test_what_has_ended_opens_nothing(
    services: Services,
    http: FlaskClient,
    token: str,
    owner: tuple[Client, str],
    ada: str,
    clock: Clock,
    event: str,
) -> None:
    """RFC 6750 §3.1: invalid_token, a JWT too, at once."""
    match event:
        case "revoked":
            client_request(http, "/revoke", *owner, token=token)
        case "expired":
            clock.advance(seconds=900)
        case "disabled":
            services.people.disable(ada)
        case _:
            services.client_directory.delete(owner[0].client_id)

    assert challenge_of(call(http, token))["error"] == "invalid_token"


@pytest.fixture
def proofs() -> Iterator[dict[str, Any]]:
    """The ways of proving a key, given back as they were."""
    before = dict(PROOFS)
    yield PROOFS
    PROOFS.clear()
    PROOFS.update(before)


@pytest.mark.security
def test_a_bound_token_needs_its_key(
    services: Services, http: FlaskClient, owner: tuple[Client, str], clock: Clock, proofs: dict[str, Any]
) -> None:
    """RFC 7800 §3.1, CVE-2024-49755: refused where nobody can check the key, and where the check fails."""
    token = services.access_tokens.issue(
        TokenTarget(RESOURCE, "jwt", None, frozenset(), frozenset()),
        client_id=owner[0].client_id,
        record=None,
        scopes=["photos.read"],
        expires_at=clock() + 60,
        confirmation={"test#kind": "right"},
    )

    unknown = call(http, token)
    proofs["test#kind"] = lambda value, _token, _sent: value == "wrong"
    unproven = call(http, token)
    proofs["test#kind"] = lambda value, _token, _sent: value == "right"

    assert [unknown.status_code, unproven.status_code, call(http, token).status_code] == [401, 401, 200]


def test_the_api_describes_itself(services: Services, http: FlaskClient) -> None:
    """RFC 9728 §2, §3: at the address that its challenges name."""
    answer = http.get("/.well-known/oauth-protected-resource/photos")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.get_json() == {
        "resource": RESOURCE,
        "authorization_servers": [services.settings.issuer],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["photos.read", "photos.write"],
    }


def test_paper_describes_itself(services: Services, http: FlaskClient) -> None:
    """RFC 9728 §2: UserInfo is an API as well; its identifier is the issuer."""
    link = challenge_of(call(http, None, "/me"))["resource_metadata"]

    document = http.get(link.removeprefix(services.settings.issuer)).get_json()

    assert document["resource"] == services.settings.issuer
    assert document["bearer_methods_supported"] == ["header", "body"]


@pytest.mark.parametrize(
    ("resource", "url"),
    [
        ("https://api.example", "https://api.example/.well-known/oauth-protected-resource"),
        ("https://api.example/", "https://api.example/.well-known/oauth-protected-resource"),
        ("https://api.example/v1", "https://api.example/.well-known/oauth-protected-resource/v1"),
        ("https://api.example/v1/", "https://api.example/.well-known/oauth-protected-resource/v1/"),
        ("https://api.example/v1?k=v", "https://api.example/.well-known/oauth-protected-resource/v1?k=v"),
    ],
)
def test_the_well_known_part_is_inserted(resource: str, url: str) -> None:
    """RFC 9728 §3: between host and path; a query stays where it is."""
    assert metadata_url(resource) == url


def test_members_without_values_are_left_out() -> None:
    """RFC 9728 §3.2."""
    assert "scopes_supported" not in resource_metadata("https://api.example", "https://op.example")
