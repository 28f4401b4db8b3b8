"""examples/api: an API in a process of its own, by JWT and by introspection."""

import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.builders import REDIRECT_URI
from tests.live import LiveProvider, background, wait_for
from tests.person import Person
from tests.ports import free_port

pytestmark = [pytest.mark.journey, pytest.mark.slow]

METADATA = "/.well-known/oauth-protected-resource"
TIMEOUT_SECONDS = 60


class Api(NamedTuple):
    """A running example: its address, the format of its tokens, and itself as a client."""

    url: str
    token_format: str
    client: dict[str, Any]


class App(NamedTuple):
    """A client of the API."""

    provider: LiveProvider
    client: dict[str, Any]

    def post(self, member: str, **form: str) -> requests.Response:
        """Send a form to an endpoint of the provider, as this client."""
        auth = (self.client["client_id"], self.client["client_secret"])
        return requests.post(self.provider.endpoint(member), form, auth=auth, timeout=TIMEOUT_SECONDS)

    def token_of(self, person: Person, api: Api, scope: str) -> str:
        """Return an access token for ``api`` that the person allows."""
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
            "resource": api.url,
        }
        url = f"{self.provider.endpoint('authorization_endpoint')}?{urlencode(query)}"
        answer = parse_qs(urlsplit(person.authorize(url, REDIRECT_URI)).query)
        form = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": REDIRECT_URI}
        return str(self.post("token_endpoint", **form).json()["access_token"])


@pytest.fixture(scope="module", params=["jwt", "opaque"])
def api(
    live_provider: LiveProvider, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Api]:
    """The example, once for each format."""
    port = free_port()
    url = f"http://localhost:{port}"
    client = live_provider.register(client_name="Photos", redirect_uris=[], grant_types=[], response_types=[])
    live_provider.flask(
        *("resource", "create", url, "--scope", "photos.read photos.write", "--token-format", request.param)
    )
    environ = {
        "PATH": live_provider.environ["PATH"],
        "ISSUER": live_provider.issuer,
        "RESOURCE": url,
        "CLIENT_ID": client["client_id"],
        "CLIENT_SECRET": client["client_secret"],
        "MAX_AGE": "1",
    }
    log = tmp_path_factory.mktemp("api") / "log"
    arguments = ["-m", "flask", "--app", "examples.api.app", "run", "--port", str(port)]
    with background(arguments, environ, log) as process:
        wait_for(url + METADATA, process, log)
        yield Api(url, request.param, client)


@pytest.fixture
def app(live_provider: LiveProvider) -> App:
    """A client that may do the code flow and act for itself."""
    grant_types = ["authorization_code", "client_credentials"]
    return App(live_provider, live_provider.register(grant_types=grant_types))


def call(api: Api, token: str | None, method: str = "GET", **form: str) -> requests.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return requests.request(method, f"{api.url}/photos", headers=headers, data=form, timeout=TIMEOUT_SECONDS)


def challenge_of(answer: requests.Response) -> dict[str, str]:
    header = answer.headers["WWW-Authenticate"]
    assert header.startswith("Bearer ")
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


def test_a_person_lets_an_app_in(api: Api, app: App, person: Person) -> None:
    """RFC 8707 §2, RFC 6750 §2.1: a token for this API opens it."""
    token = app.token_of(person, api, "photos.read photos.write")

    added = call(api, token, "POST", name="cat")

    assert (token.count(".") == 2) == (api.token_format == "jwt")
    assert added.json() == {"owner": app.provider.sub, "photos": ["cat"]}
    assert call(api, token).json() == added.json()


def test_an_app_for_itself(api: Api, app: App) -> None:
    """RFC 6749 §4.4."""
    form = {"grant_type": "client_credentials", "resource": api.url, "scope": "photos.read"}
    token = app.post("token_endpoint", **form).json()["access_token"]

    assert call(api, token).json() == {"owner": app.client["client_id"], "photos": []}


def test_the_way_in_is_found_from_outside(api: Api, app: App) -> None:
    """RFC 9728 §5: challenge, metadata, authorization server."""
    answer = call(api, None)
    challenge = challenge_of(answer)
    document = requests.get(challenge["resource_metadata"], timeout=TIMEOUT_SECONDS).json()

    assert answer.status_code == 401
    assert "error" not in challenge
    assert document["resource"] == api.url
    assert document["authorization_servers"] == [app.provider.issuer]


def test_a_missing_scope_is_named(api: Api, app: App, person: Person) -> None:
    """RFC 6750 §3.1."""
    answer = call(api, app.token_of(person, api, "photos.read"), "POST", name="dog")

    assert answer.status_code == 403
    assert challenge_of(answer)["error"] == "insufficient_scope"
    assert challenge_of(answer)["scope"] == "photos.write"


def test_a_sign_in_of_long_ago_is_not_enough(api: Api, app: App, person: Person) -> None:
    """RFC 9470 §3: the person has to sign in anew."""
    token = app.token_of(person, api, "photos.write")
    time.sleep(2.1)

    answer = call(api, token, "DELETE")

    assert answer.status_code == 401
    assert challenge_of(answer)["error"] == "insufficient_user_authentication"
    assert challenge_of(answer)["max_age"] == "1"


@pytest.mark.security
def test_other_tokens_open_nothing(api: Api, app: App) -> None:
    """RFC 9068 §4, RFC 7662 §4: for elsewhere, made up, or none at all."""
    elsewhere = app.post("token_endpoint", grant_type="client_credentials").json()["access_token"]

    for token in (elsewhere, "unknown", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", ""):
        answer = call(api, token)
        assert answer.status_code == 401, token
        assert challenge_of(answer)["error"] == "invalid_token"


def test_a_revoked_token_is_known_by_introspection(api: Api, app: App, person: Person) -> None:
    """RFC 7009 §3: an API that reads JWTs by itself learns of it only when they expire."""
    token = app.token_of(person, api, "photos.read")
    assert app.post("revocation_endpoint", token=token).status_code == 200

    assert call(api, token).status_code == (200 if api.token_format == "jwt" else 401)
