"""The span of a request and those within it, by both ways that a request can go."""

import re
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, Literal

import pytest
from flask.testing import FlaskClient
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from models.database import Database
from models.errors import StoreUnavailable
from provider.factory import create_app
from provider.wiring import Services
from tests.browser import VERIFIER, Browser, redeem, refresh, token_request
from tests.builders import PASSWORD, make_client
from tests.provider.tracing.conftest import Exported

RANDOM_ID = re.compile(
    r'"paper.request_id": "[0-9a-f]{16}"|"0x[0-9a-f]+"|"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"'
)
"""What names a request, a trace, a span or a process; "ada" is within one of them now and then, by chance."""
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
PROXIES = (ip_network("10.0.0.0/8"),)
PROXY: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "10.0.0.1"}}


def told(span: ReadableSpan) -> dict[str, Any]:
    """Return the attributes of a span."""
    return dict(span.attributes or {})


def one_request(spans: list[ReadableSpan]) -> ReadableSpan:
    """Return the only span of a request."""
    (found,) = [span for span in spans if span.kind is SpanKind.SERVER]
    return found


def test_token_request_and_what_it_does(
    services: Services, http: FlaskClient, signed_in: Browser, exported: Exported
) -> None:
    """docs/architecture.md: one read, one update, and what is signed; all of it children of the request."""
    client, secret = make_client(services)
    code = signed_in.code_for(client, scope="openid")
    exported()

    assert redeem(http, client, secret, code).status_code == 200

    spans = exported()
    top = one_request(spans)
    within = [span for span in spans if span is not top]
    assert (top.name, top.parent, top.status.status_code) == ("token.issue_token", None, StatusCode.UNSET)
    assert len(told(top).pop("paper.request_id")) == 16
    assert told(top) | {"paper.request_id": ""} == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.route": "/token",
        "paper.request_id": "",
    }
    assert [span.name for span in within] == ["SELECT grants", "sign", "UPDATE grants"]
    assert {span.parent and span.parent.span_id for span in within} == {top.context and top.context.span_id}
    system = "sqlite" if services.database.is_sqlite else "postgresql"
    assert told(within[0]) == {
        "db.collection.name": "grants",
        "db.operation.name": "SELECT",
        "db.system.name": system,
    }
    assert told(within[1]) == {"paper.alg": "RS256"}


def test_page_and_its_transactions(http: FlaskClient, browser: Browser, ada: str, exported: Exported) -> None:
    """What goes through SQLAlchemy's sessions is traced too."""
    login = http.get("/login")
    exported()

    browser.sign_in(login)

    spans = exported()
    tops = [span.name for span in spans if span.kind is SpanKind.SERVER]
    assert tops[0].startswith("login.")
    assert {"SELECT users", "INSERT login_sessions"} <= {span.name for span in spans}


@pytest.mark.parametrize(
    ("method", "path", "name", "shown", "status"),
    [
        ("GET", "/jwks?token=secret", "jwks.jwks", "GET", 200),
        ("GET", "/nowhere/secret?token=secret", "none", "GET", 404),
        ("SECRET", "/token", "none", "_OTHER", 405),
        ("GET", "/account?secret", "account.account", "GET", 303),
    ],
)
def test_address_and_method_are_not_repeated(
    http: FlaskClient, exported: Exported, method: str, path: str, name: str, shown: str, status: int
) -> None:
    """Whoever asks chooses them: names are the provider's own."""
    http.open(path, method=method, headers={"Authorization": "Bearer secret", "User-Agent": "secret"})

    spans = exported()
    top = one_request(spans)
    assert "secret" not in "".join(span.to_json() for span in spans).lower()
    assert (top.name, told(top)["http.request.method"], told(top)["http.response.status_code"]) == (
        name,
        shown,
        status,
    )


def test_id_is_that_of_the_error_page(http: FlaskClient, exported: Exported) -> None:
    """A person quotes it, an operator finds the trace."""
    page = http.get("/nowhere").text

    assert str(told(one_request(exported()))["paper.request_id"]) in page


def test_failure_is_told_without_its_text(
    services: Services,
    http: FlaskClient,
    signed_in: Browser,
    exported: Exported,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """503: the type of the error, not its words, which may hold anything."""
    client, secret = make_client(services)
    code = signed_in.code_for(client, scope="openid")
    exported()

    def broken(*_: Any) -> None:
        raise StoreUnavailable("could not connect as paper with hunter2")

    monkeypatch.setattr(Database, "run", broken)

    assert redeem(http, client, secret, code).status_code == 503

    spans = exported()
    failed = [span for span in spans if span.status.status_code is StatusCode.ERROR]
    assert {told(span)["error.type"] for span in failed} == {"503", "StoreUnavailable"}
    assert all(not span.events and span.status.description is None for span in spans)
    assert "hunter2" not in "".join(span.to_json() for span in spans)


def test_no_secret_is_in_a_span(
    services: Services, http: FlaskClient, browser: Browser, ada: str, exported: Exported
) -> None:
    """STYLE §7: whoever reads the traces can do nothing with them."""
    client, secret = make_client(services)
    browser.sign_in(http.get("/login"))
    code = browser.code_for(client, scope="openid offline_access", prompt="consent")
    first = redeem(http, client, secret, code).get_json()
    second = refresh(http, client, secret, first["refresh_token"]).get_json()
    http.get("/userinfo", headers={"Authorization": f"Bearer {second['access_token']}"})
    token_request(
        http, client, secret + "x", grant_type="refresh_token", refresh_token=first["refresh_token"]
    )
    cookies = [cookie.value for name in ("paper_session", "paper_page") if (cookie := http.get_cookie(name))]
    secrets = [PASSWORD, VERIFIER, secret, code, *cookies, client.client_id, "ada"]
    secrets += [tokens[kind] for tokens in (first, second) for kind in ("access_token", "refresh_token")]

    text = RANDOM_ID.sub("", "".join(span.to_json() for span in exported()))

    assert "token.issue_token" in text
    assert len(cookies) == 2
    assert [value for value in secrets if value in text] == []


@pytest.mark.parametrize(
    ("tracing", "address", "is_continued"),
    [
        ("continue", "10.0.0.1", True),
        ("continue", "192.0.2.7", False),
        ("yes", "10.0.0.1", False),
    ],
)
def test_traceparent_counts_only_from_a_trusted_proxy(
    services: Services,
    exported: Exported,
    tracing: Literal["yes", "continue"],
    address: str,
    is_continued: bool,
) -> None:
    """W3C Trace Context §3.2, if the operator says so: else anybody could choose what is sampled."""
    services.settings = replace(services.settings, tracing=tracing, trusted_proxies=PROXIES)
    http = create_app(services=services).test_client()

    http.get("/healthz", headers=TRACEPARENT, environ_base={"REMOTE_ADDR": address})

    top = one_request(exported())
    assert top.context is not None
    assert (f"{top.context.trace_id:032x}" == TRACE) == is_continued
    assert (top.parent is not None and f"{top.parent.span_id:016x}" == PARENT) == is_continued


@pytest.mark.parametrize(
    "sent", ["", "00", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01", "x" * 9000]
)
def test_malformed_traceparent_begins_a_trace(services: Services, exported: Exported, sent: str) -> None:
    """W3C Trace Context §3.2.2: what cannot be parsed is ignored."""
    services.settings = replace(services.settings, tracing="continue", trusted_proxies=PROXIES)
    http = create_app(services=services).test_client()

    assert http.get("/healthz", headers={"traceparent": sent}, **PROXY).status_code == 200

    assert one_request(exported()).parent is None
