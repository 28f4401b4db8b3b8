"""No secret of any grant, of revocation or of introspection is found in a log line, whoever writes it."""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from provider.logs import QUIET
from provider.settings import Settings
from provider.wiring import Services
from tests import device, front_channel
from tests.assertions import KeyHolder, claims_of, make_signing_client
from tests.assertions import ask as ask_signed
from tests.browser import Browser, client_request, redeem, refresh, token_request
from tests.builders import PASSWORD, make_client
from tests.conftest import Clock
from tests.foreign_issuer import ForeignIssuer
from validators.client import Client
from validators.client_assertions import ASSERTION_TYPE
from validators.metadata_members import JWT_BEARER, TOKEN_EXCHANGE
from validators.subject_tokens import ACCESS_TOKEN

pytestmark = pytest.mark.security

SERVICE: dict[str, Any] = {"redirect_uris": [], "response_types": []}
PROOF = {"client_assertion_type": ASSERTION_TYPE}
Secrets = dict[str, str]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As an operator has them who looks for a fault."""
    return replace(settings, log_level="debug", log_format="json")


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """Everything that the provider's own handler writes, every logger at DEBUG but those it keeps quiet."""
    root = logging.getLogger()
    handler = next(each for each in root.handlers if type(each) is logging.StreamHandler)
    loggers = [root, *map(logging.getLogger, logging.root.manager.loggerDict)]
    loud = [each for each in loggers if each.name.partition(".")[0] not in QUIET]
    levels = [(each, each.level) for each in loud]
    stream = io.StringIO()
    for each in loud:
        each.setLevel(logging.DEBUG)
    before = handler.setStream(stream)
    yield stream
    for each, level in levels:
        each.setLevel(level)
    if before is not None:
        handler.setStream(before)


class Story:
    """One flow, whose steps also go wrong; it remembers what nobody else may read."""

    def __init__(self, services: Services, browser: Browser, clock: Clock) -> None:
        self.services = services
        self.browser = browser
        self.http: FlaskClient = browser.http
        self.clock = clock
        self.secrets: Secrets = {"password": PASSWORD}

    def keep(self, **values: str) -> None:
        """Remember secrets under names that have not been given yet."""
        for name, value in values.items():
            if value:
                self.secrets[f"{name} {len(self.secrets)}"] = value

    def client(self, **metadata: Any) -> tuple[Client, str]:
        """Register a confidential client."""
        client, secret = make_client(self.services, **metadata)
        self.keep(client_secret=secret)
        return client, secret

    def tokens(self, client: Client, secret: str, **form: Any) -> dict[str, Any]:
        """Ask twice, then with another secret; return the first answer."""
        response = token_request(self.http, client, secret, **form)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.get_json()
        self.keep_answer(answer)
        self.keep_answer(token_request(self.http, client, secret, **form).get_json())
        assert token_request(self.http, client, secret + "x", **form).status_code == 401
        return answer

    def keep_answer(self, answer: dict[str, Any]) -> None:
        """Remember the secrets of an answer."""
        names = ("access_token", "refresh_token", "id_token", "code", "device_code", "user_code")
        self.keep(**{name: answer[name] for name in names if name in answer})


def client_credentials(story: Story) -> None:
    """RFC 6749 §4.4, by both formats of tokens."""
    for token_format in ("opaque", "jwt"):
        caller = story.client(
            **SERVICE,
            grant_types=["client_credentials"],
            scope="files",
            token_endpoint_auth_method="client_secret_post",
            paper_access_token_format=token_format,
        )
        story.tokens(*caller, grant_type="client_credentials", scope="files")


def devices(story: Story) -> None:
    """RFC 8628: pending, approved, polled again, a wrong user code, a refresh."""
    for box in (
        device.make_device(story.services, story.http),
        device.make_confidential_device(story.services, story.http),
    ):
        codes = box.codes(scope="openid offline_access")
        story.keep(client_secret=box.secret)
        story.keep_answer(codes)
        story.keep(plain_user_code=codes["user_code"].replace("-", ""))
        box.poll(codes)
        device.enter(story.browser, "BCDF-GHJK")
        story.keep(wrong_user_code="BCDF-GHJK")
        story.http.get("/device", query_string={"user_code": codes["user_code"]})
        device.approve(story.browser, codes)
        story.clock.advance(seconds=60)
        answer = box.poll(codes).get_json()
        story.keep_answer(answer)
        again = refresh(story.http, box.client, box.secret, answer["refresh_token"]).get_json()
        story.keep_answer(again)
        assert box.poll(codes).status_code == 400


def front_channel_answers(story: Story) -> None:
    """OpenID Connect Core §3.2, §3.3: implicit and hybrid."""
    client, secret = front_channel.make_front_channel_client(story.services)
    story.keep(client_secret=secret)
    for response_type in front_channel.TYPES:
        answer = front_channel.ask(story.browser, client, response_type)
        story.keep_answer(answer)
        if "code" in answer:
            story.keep_answer(redeem(story.http, client, secret, answer["code"]).get_json())
            assert redeem(story.http, client, secret, answer["code"]).status_code == 400
        hint = {"id_token_hint": answer["id_token"], "prompt": "none"} if "id_token" in answer else {}
        story.keep_answer(front_channel.ask(story.browser, client, response_type, **hint))
        if "access_token" in answer:
            front_channel.userinfo(story.http, answer["access_token"] + "x")


def passwords(story: Story) -> None:
    """RFC 6749 §4.3: right and wrong."""
    caller = story.client(**SERVICE, grant_types=["password", "refresh_token"])
    form: dict[str, Any] = {"grant_type": "password", "username": "ada", "scope": "openid offline_access"}
    story.tokens(*caller, **form, password=PASSWORD)
    story.keep(wrong_password="a wrong password of hers")
    assert token_request(story.http, *caller, **form, password="a wrong password of hers").status_code == 400


def assertions(story: Story) -> None:
    """RFC 7523 §2.1: believed, replayed, expired, of nobody, no JWT."""
    issuer = ForeignIssuer(story.services).trusted(subject="username")
    caller = story.client(**SERVICE, grant_types=[JWT_BEARER])
    good = issuer.sign("ada")
    for assertion in (good, good, issuer.sign("ada", exp=1), issuer.sign("nobody"), "neither.a.jwt-at-all"):
        story.keep(assertion=assertion, signature=assertion.rpartition(".")[2])
        form: dict[str, Any] = {"grant_type": JWT_BEARER, "assertion": assertion, "scope": "openid email"}
        story.keep_answer(token_request(story.http, *caller, **form).get_json())


def exchanges(story: Story) -> None:
    """RFC 8693 §2.1: with and without an actor, refused ones too."""
    caller = story.client(grant_types=["authorization_code", "client_credentials", TOKEN_EXCHANGE])
    code = story.browser.code_for(caller[0], scope="openid email")
    first = redeem(story.http, *caller, code).get_json()
    story.keep(code=code)
    story.keep_answer(first)
    own = story.tokens(*caller, grant_type="client_credentials")["access_token"]
    form: dict[str, Any] = {"grant_type": TOKEN_EXCHANGE, "subject_token_type": ACCESS_TOKEN}
    subject: dict[str, Any] = {"subject_token": first["access_token"]}
    actor = {"actor_token": own, "actor_token_type": ACCESS_TOKEN}
    story.tokens(*caller, **(form | subject))
    for other in (subject | actor, {"subject_token": first["access_token"] + "x"}, subject | {"scope": "w"}):
        story.keep_answer(token_request(story.http, *caller, **(form | other)).get_json())


def signed_requests(story: Story) -> None:
    """RFC 7523 §2.2: a sound assertion, replayed, expired, by a stranger's key, on every endpoint."""
    holder, stranger = KeyHolder(), KeyHolder()
    client_id = make_signing_client(story.services, holder)

    def prove(by: KeyHolder = holder, **changes: Any) -> str:
        assertion = by.sign(claims_of(client_id, story.clock, **changes))
        story.keep(client_assertion=assertion, signature=assertion.rpartition(".")[2])
        return assertion

    good = prove()
    answer = ask_signed(story.http, good).get_json()
    story.keep_answer(answer)
    for refused in (good, prove(exp=1), prove(stranger), prove(aud="https://other.example")):
        assert ask_signed(story.http, refused).status_code == 401
    for path in ("/introspect", "/revoke"):
        form = PROOF | {"client_assertion": prove(), "token": answer["access_token"]}
        assert story.http.post(path, data=form).status_code == 200


def revocations(story: Story) -> None:
    """RFC 7009, RFC 7662: tokens of both kinds, known and unknown, with the right secret and another."""
    for token_format in ("opaque", "jwt"):
        client, secret = story.client(paper_access_token_format=token_format)
        code = story.browser.code_for(client, scope="openid offline_access")
        answer = redeem(story.http, client, secret, code).get_json()
        story.keep(code=code)
        story.keep_answer(answer)
        for token in (answer["access_token"], answer["refresh_token"], answer["refresh_token"] + "x"):
            for path in ("/introspect", "/revoke", "/introspect"):
                assert client_request(story.http, path, client, secret, token=token).status_code == 200
                client_request(story.http, path, client, secret, token=token, token_type_hint="strange")
                assert client_request(story.http, path, client, secret + "x", token=token).status_code == 401


FLOWS: list[Callable[[Story], None]] = [
    client_credentials,
    devices,
    front_channel_answers,
    passwords,
    assertions,
    exchanges,
    signed_requests,
    revocations,
]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_no_secret_of_a_flow_is_in_the_log(
    services: Services,
    signed_in: Browser,
    clock: Clock,
    log: io.StringIO,
    flow: Callable[[Story], None],
) -> None:
    """STYLE §7, RFC 6750 §5.3: whoever reads the log can do nothing with it."""
    story = Story(services, signed_in, clock)

    flow(story)

    written = log.getvalue()
    assert len(story.secrets) > 3
    assert written
    assert {name: value for name, value in story.secrets.items() if value in written} == {}
