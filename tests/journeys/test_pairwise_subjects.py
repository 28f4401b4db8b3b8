"""People whom each sector knows by another name (OpenID Connect Core §8, §8.1)."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, answer_of, client_request, redeem, refresh, token_request
from tests.builders import REDIRECT_URI, make_client, make_user
from tests.device import approve, make_confidential_device
from tests.foreign_issuer import ForeignIssuer
from tests.front_channel import ask, make_front_channel_client, userinfo
from validators.client import Client
from validators.metadata_members import JWT_BEARER, TOKEN_EXCHANGE
from validators.resource_directory import ResourceDirectory
from validators.subject_tokens import ACCESS_TOKEN, ID_TOKEN
from validators.subjects import Subjects

pytestmark = pytest.mark.journey

API = "https://api.example.org/photos"
OTHER_URI = "https://other.example/callback"
Credentials = tuple[Client, str]


def make_pairwise(services: Services, **metadata: Any) -> Credentials:
    """Register a client with pairwise subjects."""
    return make_client(services, **({"subject_type": "pairwise"} | metadata))


def said(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, unverified."""
    return dict(jwt.decode(token, options={"verify_signature": False}))


def tokens_of(http: FlaskClient, browser: Browser, client: Credentials, **asked: Any) -> dict[str, Any]:
    """Go through the code flow; return the tokens."""
    parameters = {"scope": "openid offline_access", "prompt": "consent"} | asked
    redirect_uri = parameters.get("redirect_uri", REDIRECT_URI)
    code = browser.code_for(client[0], **parameters)
    answer: dict[str, Any] = redeem(http, *client, code, redirect_uri=redirect_uri).get_json()
    return answer


def test_one_sub_in_every_answer(services: Services, http: FlaskClient, signed_in: Browser, ada: str) -> None:
    """Core §5.3.2, §12.2: ID tokens, UserInfo and introspection agree; none tells the local one."""
    client = make_pairwise(services)

    tokens = tokens_of(http, signed_in, client)
    again = refresh(http, *client, tokens["refresh_token"]).get_json()
    introspected = [
        client_request(http, "/introspect", *client, token=token).get_json()
        for token in (tokens["access_token"], again["refresh_token"])
    ]

    sub = said(tokens["id_token"])["sub"]
    assert sub != ada
    assert len(sub) == 43
    assert said(again["id_token"])["sub"] == sub
    assert userinfo(http, again["access_token"]).get_json()["sub"] == sub
    assert [each["sub"] for each in introspected] == [sub, sub]
    assert all(ada not in each.values() and "username" not in each for each in introspected)


@pytest.mark.parametrize("response_type", ["id_token", "id_token token", "code id_token"])
def test_the_front_channel_says_the_same(
    services: Services, signed_in: Browser, ada: str, response_type: str
) -> None:
    """Core §3.2.2.10, §3.3.2.11."""
    client, _ = make_front_channel_client(services, subject_type="pairwise")

    answer = ask(signed_in, client, response_type)

    assert said(answer["id_token"])["sub"] == services.subjects.of(client, ada) != ada


def test_a_device_gets_it_too(services: Services, http: FlaskClient, signed_in: Browser, ada: str) -> None:
    """RFC 8628 §3.5: an operator may let a client with a proven sector use devices."""
    device = make_confidential_device(services, http, subject_type="pairwise", redirect_uris=[REDIRECT_URI])
    codes = device.codes(scope="openid")
    approve(signed_in, codes)

    tokens = device.poll(codes).get_json()

    assert said(tokens["id_token"])["sub"] == services.subjects.of(device.client, ada) != ada


def test_sectors_share_and_others_do_not(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """Core §8.1: the same in one sector, unlike in another, unlike for another person."""
    first, second = make_pairwise(services), make_pairwise(services)
    other = make_pairwise(services, redirect_uris=[OTHER_URI])
    grace = make_user(services, "grace")

    subs = [said(tokens_of(http, signed_in, each)["id_token"])["sub"] for each in (first, second)]
    elsewhere = said(tokens_of(http, signed_in, other, redirect_uri=OTHER_URI)["id_token"])["sub"]

    assert subs[0] == subs[1]
    assert len({*subs, elsewhere, ada, services.subjects.of(first[0], grace)}) == 4


def test_the_salt_is_kept(services: Services, ada: str) -> None:
    """DESIGN §5: another process, or a restart, makes the same subjects."""
    client, _ = make_pairwise(services)
    first = services.subjects.of(client, ada)
    del services.__dict__["subjects"]

    assert services.subjects.of(client, ada) == first
    assert Subjects(lambda: bytes(32)).of(client, ada) != first


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_an_access_token_for_paper_works(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str, token_format: str
) -> None:
    """RFC 9068 §2.2: a JWT names the person as its client knows them."""
    client = make_pairwise(services, paper_access_token_format=token_format)

    token = tokens_of(http, signed_in, client)["access_token"]
    told = userinfo(http, token).get_json()

    sub = services.subjects.of(client[0], ada)
    assert told == {"sub": sub}
    if token_format == "jwt":
        assert said(token)["sub"] == sub
        assert ada not in str(said(token))


def test_an_access_token_for_a_resource(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """RFC 9068 §5: what a resource server sees is the client's name for the person."""
    directory = ResourceDirectory(services.database, services.clock, services.settings.issuer)
    directory.create(API, scope="photos.read")
    client = make_pairwise(services, scope="openid photos.read")

    token = tokens_of(http, signed_in, client, scope="photos.read", resource=API)["access_token"]

    assert said(token)["sub"] == services.subjects.of(client[0], ada)
    assert ada not in str(said(token))


def test_a_hint_names_the_person_as_its_client_does(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """Core §3.1.2.1: one's own ID token, or that of another client of the same person."""
    client, plain = make_pairwise(services), make_client(services)
    own = tokens_of(http, signed_in, client)["id_token"]
    foreign = tokens_of(http, signed_in, plain)["id_token"]

    answers = [
        answer_of(signed_in.authorize(each, prompt="none", id_token_hint=hint))
        for each, hint in ((client[0], own), (client[0], foreign), (plain[0], own))
    ]

    assert all("code" in answer for answer in answers)


@pytest.mark.security
def test_the_local_sub_is_no_name_for_the_client(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """Core §5.5.1, §8.1: a claimed ``sub`` is compared as the client knows people."""
    client = make_pairwise(services)
    tokens_of(http, signed_in, client)

    def claimed(sub: str) -> dict[str, str]:
        claims = '{"id_token": {"sub": {"value": "' + sub + '"}}}'
        return answer_of(signed_in.authorize(client[0], prompt="none", claims=claims))

    assert "code" in claimed(services.subjects.of(client[0], ada))
    assert claimed(ada)["error"] == "login_required"


@pytest.mark.security
def test_the_hint_of_somebody_else_asks_again(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """Core §3.1.2.1: also where only the pairwise name tells."""
    client = make_pairwise(services)
    tokens = tokens_of(http, signed_in, client)
    grace = said(tokens["id_token"]) | {"sub": services.subjects.of(client[0], make_user(services, "grace"))}
    hint = services.signer.sign(grace, alg="RS256")

    answer = answer_of(signed_in.authorize(client[0], prompt="none", id_token_hint=hint))

    assert answer["error"] == "login_required"


@pytest.mark.security
@pytest.mark.parametrize("token_type", [ACCESS_TOKEN, ID_TOKEN])
def test_an_exchanged_token_keeps_the_name(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str, token_type: str
) -> None:
    """RFC 8693 §4.1: subject and actor are named as the client knows them, in whatever it is given."""
    client = make_pairwise(
        services,
        grant_types=["authorization_code", "refresh_token", TOKEN_EXCHANGE],
        paper_exchange_audiences=[services.settings.issuer],
    )
    tokens = tokens_of(http, signed_in, client)
    presented = tokens["access_token" if token_type == ACCESS_TOKEN else "id_token"]

    response = token_request(
        http,
        *client,
        grant_type=TOKEN_EXCHANGE,
        subject_token=presented,
        subject_token_type=token_type,
        actor_token=presented,
        actor_token_type=token_type,
        resource=services.settings.issuer,
        requested_token_type="urn:ietf:params:oauth:token-type:jwt",
    )

    token = response.get_json()["access_token"]
    assert said(token)["sub"] == said(tokens["id_token"])["sub"]
    assert ada not in str(said(token))
    assert userinfo(http, token).get_json() == {"sub": said(tokens["id_token"])["sub"]}


def test_a_bearer_assertion_gives_the_same_person(services: Services, http: FlaskClient, ada: str) -> None:
    """RFC 7523 §2.1: the assertion names the person as its issuer does, the tokens as the client does."""
    issuer = ForeignIssuer(services).trusted(subject="username")
    client = make_pairwise(services, grant_types=["authorization_code", "refresh_token", JWT_BEARER])

    response = token_request(
        http, *client, grant_type=JWT_BEARER, assertion=issuer.sign(sub="ada"), scope="openid"
    )

    assert userinfo(http, response.get_json()["access_token"]).get_json()["sub"] == services.subjects.of(
        client[0], ada
    )


def test_it_costs_no_statement_more(
    services: Services, http: FlaskClient, signed_in: Browser, statements: list[str]
) -> None:
    """DESIGN §4: nothing is read for it but the salt, once in a process."""
    client = make_pairwise(services)
    tokens = tokens_of(http, signed_in, client)

    statements.clear()
    redeem(http, *client, answer_of(signed_in.authorize(client[0], scope="openid"))["code"])
    userinfo(http, tokens["access_token"])

    assert statements == ["SELECT", "INSERT", "SELECT", "UPDATE", "SELECT"]
