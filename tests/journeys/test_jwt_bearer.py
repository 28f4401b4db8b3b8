"""JWTs of trusted issuers as authorization grants (RFC 7523 §2.1, §3)."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from oauthlib.oauth2 import ServiceApplicationClient
from werkzeug.test import TestResponse

from keys.algorithms import generate_private_key
from provider.wiring import Services
from tests.browser import token_request
from tests.builders import make_client, make_public_client, make_user
from tests.conftest import Clock
from tests.foreign_issuer import ForeignIssuer
from validators.client import Client
from validators.metadata_members import JWT_BEARER

pytestmark = pytest.mark.journey

SCOPE = "openid email"


@pytest.fixture
def issuer(services: Services) -> ForeignIssuer:
    """An issuer that is trusted for people by their names."""
    return ForeignIssuer(services).trusted(subject="username")


@pytest.fixture
def bearer_client(services: Services, ada: str) -> tuple[Client, str]:
    """A client with the grant type, and its secret."""
    return make_client(services, grant_types=[JWT_BEARER, "refresh_token"], response_types=[])


def ask(http: FlaskClient, client: tuple[Client, str], assertion: str, **form: Any) -> TestResponse:
    """Present an assertion."""
    values = {"grant_type": JWT_BEARER, "assertion": assertion, "scope": SCOPE} | form
    return token_request(http, *client, **values)


def error_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]


def userinfo(http: FlaskClient, token: str) -> TestResponse:
    return http.get("/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_an_assertion_gives_an_access_token(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer, ada: str
) -> None:
    """RFC 7523 §2.1; RFC 7521 §4.1: never a refresh token."""
    answer = ask(http, bearer_client, issuer.sign("ada")).get_json()
    info = userinfo(http, answer["access_token"]).get_json()

    assert set(answer) == {"access_token", "expires_in", "token_type", "scope"}
    assert (answer["expires_in"], answer["scope"]) == (900, SCOPE)
    assert (info["sub"], info["email"]) == (ada, "ada@example.org")


def test_its_grant_ends_with_the_token(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer, services: Services
) -> None:
    """Nothing else can come of it, whatever else the client may do."""
    ask(http, bearer_client, issuer.sign("ada"), scope="email")

    with services.database.reading() as session:
        ends = session.connection().exec_driver_sql("SELECT expires_at, generation FROM grants").all()
    assert [tuple(row) for row in ends] == [(services.clock() + 900, 1)]


def test_oauthlibs_service_client_is_answered(http: FlaskClient, services: Services, ada: str) -> None:
    """RFC 7523 §2.1 as ServiceApplicationClient writes it: no kid, no jti, made out to the token endpoint."""
    client = make_public_client(services, grant_types=[JWT_BEARER], response_types=[], redirect_uris=[])
    key = generate_private_key("RS256")
    issuer = ForeignIssuer(services, key=key, alg="RS256").trusted(subject="username")
    service = ServiceApplicationClient(
        client.client_id,
        private_key=key,
        issuer=issuer.name,
        subject="ada",
        audience=f"{services.settings.issuer}/token",
    )
    now = services.clock()
    body = service.prepare_request_body(
        issued_at=now, expires_at=now + 3600, scope=["openid"], include_client_id=True
    )

    first, again = (
        http.post("/token", data=body, content_type="application/x-www-form-urlencoded") for _ in range(2)
    )

    assert service.parse_request_body_response(first.text)["access_token"]
    assert error_of(again) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "https://other.example"}, id="another audience"),
        pytest.param({"aud": ["http://localhost:9031"]}, id="a list of audiences"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"exp": 1_799_999_999}, id="expired"),
        pytest.param({"exp": 1_800_000_000}, id="expiring now"),
        pytest.param({"exp": None}, id="no end"),
        pytest.param({"exp": "soon"}, id="an end that is no time"),
        pytest.param({"exp": True}, id="an end that is no number"),
        pytest.param({"exp": 1_800_003_661}, id="living for more than an hour"),
        pytest.param({"exp": 10**400}, id="living for ever"),
        pytest.param({"nbf": 1_800_000_011}, id="not valid yet"),
        pytest.param({"iat": 1_800_000_011}, id="made in the future"),
        pytest.param({"jti": ""}, id="an empty jti"),
        pytest.param({"jti": "j" * 256}, id="a jti too long"),
        pytest.param({"sub": None}, id="no subject"),
        pytest.param({"sub": "nobody"}, id="a stranger"),
        pytest.param({"sub": "ada@example.org"}, id="an address where names are meant"),
        pytest.param({"sub": "ada\u200b"}, id="a name with something invisible"),
        pytest.param({"iss": "https://stranger.example"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"iss": "http://localhost:9031"}, id="our own name"),
    ],
)
def test_an_assertion_that_is_not_believed(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer, claims: dict[str, Any]
) -> None:
    """RFC 7523 §3, §3.1: invalid_grant; the reason is the log's."""
    said = {"sub": "ada"} | claims
    refused = ask(http, bearer_client, issuer.sign(**said))

    assert error_of(refused) == (400, "invalid_grant")
    assert refused.get_json()["error_description"] == "The assertion is not acceptable."


@pytest.mark.parametrize("headers", [{"crit": ["exp"]}, {"kid": "other"}, {"jku": "https://issuer.example/"}])
def test_a_header_that_is_not_believed(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer, headers: dict[str, Any]
) -> None:
    """RFC 8725 §3.10."""
    assert error_of(ask(http, bearer_client, issuer.sign("ada", headers=headers))) == (400, "invalid_grant")


def test_another_key_proves_nothing(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer
) -> None:
    """RFC 7523 §3 item 9."""
    thief = ForeignIssuer(issuer.services, key=generate_private_key("ES256"))
    forged = thief.sign("ada", headers={"kid": issuer.jwk["kid"]})

    assert error_of(ask(http, bearer_client, forged)) == (400, "invalid_grant")


def test_an_assertion_serves_once(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer
) -> None:
    """RFC 7523 §3 item 7; another issuer may use the same jti."""
    assertion = issuer.sign("ada", jti="1")
    other = ForeignIssuer(issuer.services, "https://other.example").trusted(subject="username")

    assert ask(http, bearer_client, assertion).status_code == 200
    assert error_of(ask(http, bearer_client, assertion)) == (400, "invalid_grant")
    assert error_of(ask(http, bearer_client, issuer.sign("ada", jti="1", exp=1_800_000_200)))[0] == 400
    assert ask(http, bearer_client, other.sign("ada", jti="1")).status_code == 200


def test_a_refused_request_does_not_spend_it(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer
) -> None:
    """Nothing is spent before every check has passed."""
    assertion = issuer.sign("ada")

    assert error_of(ask(http, bearer_client, assertion, scope="photos")) == (400, "invalid_scope")
    assert error_of(ask(http, bearer_client, assertion, resource="https://api.example"))[0] == 400
    assert ask(http, bearer_client, assertion).status_code == 200


def test_the_client_is_checked_first(
    http: FlaskClient, services: Services, bearer_client: tuple[Client, str], issuer: ForeignIssuer
) -> None:
    """RFC 6749 §5.2: a client without the grant type, or a wrong secret."""
    assertion = issuer.sign("ada")

    assert error_of(ask(http, make_client(services), assertion)) == (400, "unauthorized_client")
    assert error_of(ask(http, (bearer_client[0], "x" * 43), assertion)) == (401, "invalid_client")
    assert error_of(ask(http, bearer_client, "")) == (400, "invalid_request")


def test_an_issuer_may_be_for_some_clients(
    http: FlaskClient, services: Services, bearer_client: tuple[Client, str]
) -> None:
    """A client that is not named has no use for its assertions."""
    other = make_client(services, grant_types=[JWT_BEARER], response_types=[])
    issuer = ForeignIssuer(services).trusted(subject="username", client_ids=[other[0].client_id])
    assertion = issuer.sign("ada")

    assert error_of(ask(http, bearer_client, assertion)) == (400, "invalid_grant")
    assert ask(http, other, assertion).status_code == 200


def test_an_issuer_has_a_ceiling(
    http: FlaskClient, services: Services, bearer_client: tuple[Client, str]
) -> None:
    """RFC 7521 §4.1: no more than it may grant; left out, what both agree on."""
    issuer = ForeignIssuer(services).trusted(subject="username", scope="openid read")
    reader = make_client(services, grant_types=[JWT_BEARER], response_types=[], scope="read write")

    assert error_of(ask(http, bearer_client, issuer.sign("ada"), scope="openid email"))[1] == "invalid_scope"
    assert error_of(ask(http, reader, issuer.sign("ada"), scope="read write"))[1] == "invalid_scope"
    assert ask(http, reader, issuer.sign("ada"), scope=None).get_json()["scope"] == "read"


def test_there_is_no_offline_access(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer
) -> None:
    """RFC 7521 §4.1: a client that wants more presents another assertion."""
    assert error_of(ask(http, bearer_client, issuer.sign("ada"), scope="openid offline_access")) == (
        400,
        "invalid_scope",
    )


def test_a_disabled_person_is_nobody(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer, services: Services, ada: str
) -> None:
    """And what they were given ends."""
    token = ask(http, bearer_client, issuer.sign("ada")).get_json()["access_token"]
    services.people.disable(ada)

    assert error_of(ask(http, bearer_client, issuer.sign("ada"))) == (400, "invalid_grant")
    assert userinfo(http, token).status_code == 401


def test_a_deleted_clients_tokens_end(
    http: FlaskClient, bearer_client: tuple[Client, str], issuer: ForeignIssuer, services: Services
) -> None:
    """With the client everything that was granted to it."""
    token = ask(http, bearer_client, issuer.sign("ada")).get_json()["access_token"]
    services.client_directory.delete(bearer_client[0].client_id)

    assert userinfo(http, token).status_code == 401


def test_a_verified_address_names_a_person(
    http: FlaskClient, services: Services, bearer_client: tuple[Client, str]
) -> None:
    """Verified on both sides; a name is no address."""
    issuer = ForeignIssuer(services).trusted(subject="email", subject_claim="email")
    make_user(services, "grace", claims={})
    address = "ADA@example.org"

    assert ask(http, bearer_client, issuer.sign("1", email=address, email_verified=True)).status_code == 200
    for claims in (
        {"email": address},
        {"email": address, "email_verified": "true"},
        {"email": "ada", "email_verified": True},
        {"email": "grace@example.org", "email_verified": True},
    ):
        assert error_of(ask(http, bearer_client, issuer.sign("1", **claims))) == (400, "invalid_grant")


def test_a_sub_names_a_person(
    http: FlaskClient, services: Services, bearer_client: tuple[Client, str], ada: str
) -> None:
    """Ours, to the character; a name does not do."""
    issuer = ForeignIssuer(services).trusted()

    assert ask(http, bearer_client, issuer.sign(ada)).status_code == 200
    assert error_of(ask(http, bearer_client, issuer.sign("ada"))) == (400, "invalid_grant")


def test_published_keys_are_fetched_and_followed(
    http: FlaskClient,
    services: Services,
    bearer_client: tuple[Client, str],
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    """RFC 7517 §5: a key that appears at the address is found within the request."""
    issuer = ForeignIssuer(services).trusted(subject="username", jwks_uri="https://issuer.example/jwks")
    published: list[dict[str, Any]] = []
    monkeypatch.setattr(services.jwk_sets, "_fetch", lambda _uri: {"keys": list(published)})

    before = ask(http, bearer_client, issuer.sign("ada"))
    clock.advance(seconds=11)
    published.append(issuer.jwk)
    after = ask(http, bearer_client, issuer.sign("ada"))

    assert error_of(before) == (400, "invalid_grant")
    assert after.status_code == 200
