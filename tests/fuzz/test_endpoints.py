"""Any request to any endpoint: never a 500, never a redirect to a stranger, no secret in the log."""

import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from provider.operations import JSON
from tests.browser import CHALLENGE, VERIFIER, Browser, redeem
from tests.builders import PASSWORD, REDIRECT_URI, make_client, make_public_client
from tests.fuzz.drafts import FORM, Draft, draft_of
from tests.fuzz.profile import count_example, profile
from tests.fuzz.world import World
from validators.client_assertions import ASSERTION_TYPE

pytestmark = [pytest.mark.security, pytest.mark.slow]

EVERYWHERE = (404, 405, 413, 415, 429, 431)
WORDS = (
    *("code", "token", "id_token", "code id_token token", "openid", "openid offline_access", "admin", "none"),
    *("authorization_code", "refresh_token", "client_credentials", "password", "S256", "plain", "login"),
    *("urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba", "consent"),
    *("urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"),
    *("query", "fragment", "form_post", "jwt", "query.jwt", "form_post.jwt", ASSERTION_TYPE, "ada", PASSWORD),
    *("urn:ietf:params:oauth:token-type:access_token", "0", "-1", "9" * 30, "1e9", "true", "allow", "cancel"),
    *("https://evil.example/", "//evil.example", REDIRECT_URI, f"{REDIRECT_URI}/../x", "javascript:alert(1)"),
    *("https://client.example@evil.example/callback", "http://127.0.0.1:1/", "\\\\evil.example", "/", "%00"),
    *(
        "{}",
        '{"userinfo": {"email": null}}',
        '{"id_token": []}',
        "[]",
        '{"a":' * 40,
        "null",
        "ko en",
        "xx-YY",
    ),
    *("eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiJ9.e30.AA", "a.b.c", ".....", "\u0000", "\r\nX: y"),
    *("\ud7ff\u202e", "ａｄａ", "'\"<script>", "a" * 5000, "BCDF-GHJK", CHALLENGE, VERIFIER, " ", "+"),
)


class Sent(NamedTuple):
    """One request."""

    path: str
    method: str
    query: str
    body: bytes
    headers: list[tuple[str, str]]


class Facts(NamedTuple):
    """What the requests are made of: the document, and values that mean something here."""

    operations: list[tuple[str, str, dict[str, Any]]]
    values: tuple[str, ...]
    signed_in: Browser

    def __repr__(self) -> str:
        """Return little: Hypothesis prints it with every finding."""
        return "Facts(…)"


@pytest.fixture(scope="module")
def facts(world: World) -> Facts:
    """Live clients, codes and tokens among the values."""
    http = world.app.test_client()
    browser = Browser(http)
    browser.sign_in(http.get("/login"))
    client, secret = make_client(world.services)
    public = make_public_client(world.services)
    scope = "openid offline_access"
    tokens = redeem(http, client, secret, browser.code_for(client, scope=scope)).get_json()
    codes = [browser.code_for(each, scope=scope, prompt="consent") for each in (client, public)]
    secrets = [secret, tokens["access_token"], tokens["refresh_token"], tokens["id_token"], *codes]
    world.keep(*secrets, PASSWORD)
    document = http.get("/openapi.json").get_json()
    operations = [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    ]
    return Facts(operations, (*WORDS, client.client_id, public.client_id, *secrets), browser)


def written_out(draft: Draft, facts: Facts) -> Sent:
    """Return the request: names that the endpoint knows, some that it does not, and values of all kinds."""

    def value(drawn: Any) -> Any:
        if isinstance(drawn, list):
            return [value(each) for each in drawn]
        is_number = isinstance(drawn, int) and not isinstance(drawn, bool)
        return facts.values[drawn % len(facts.values)] if is_number else drawn

    path, method, operation = facts.operations[draft.operation % len(facts.operations)]
    form = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
    known = [*(each["name"] for each in operation.get("parameters", ())), *form.get("properties", ())]
    names = known or ["x"]
    pairs = [
        (name if isinstance(name, str) else names[name % len(names)], value(each))
        for name, each in draft.pairs
    ]
    is_json, encoded = "register" in path and method in ("post", "put"), urlencode(pairs)
    is_form = method == "post" and not is_json
    document = {name: value(each) for name, each in draft.document.items()}
    body = json.dumps(document).encode() if is_json else encoded.encode() if is_form else b""
    kind = JSON if is_json else FORM
    if draft.raw is not None:
        body, kind = draft.raw, draft.kind
    headers = [(name, as_header(value(each))) for name, each in draft.headers]
    if draft.scheme:
        headers.append(("Authorization", draft.scheme + as_header(value(draft.place))))
    if kind and body:
        headers.append(("Content-Type", kind))
    place = path.replace("{client_id}", quote(value(draft.place)))
    return Sent(place, method, "" if is_form else encoded, body, headers)


def as_header(text: str) -> str:
    """Return what of a text can stand in a header."""
    return "".join(each for each in text if each not in "\r\n\0").encode()[:2000].decode("latin-1")


@given(seed=st.integers(0, 2**63 - 1))
@profile(short=1000, share=0.995)
def test_any_request_gets_an_answer_of_the_document(world: World, facts: Facts, seed: int) -> None:
    """RFC 6749 §3.1.2.4, §5.2, RFC 9700 §4.11: a status, an error code and a place that are foreseen."""
    draft = draft_of(seed)
    sent = written_out(draft, facts)
    note(str(draft))
    world.clock.advance(seconds=1)
    http = facts.signed_in.http if draft.is_signed_in else world.app.test_client()
    response = http.open(
        sent.path,
        method=sent.method,
        query_string=sent.query,
        data=sent.body,
        headers=sent.headers,
        environ_base={"REMOTE_ADDR": f"203.0.113.{draft.address}"},
    )

    check(response, facts)
    world.check_log()
    count_example()


def check(response: TestResponse, facts: Facts) -> None:
    """Fail unless the answer is one that the document foresees."""
    assert response.status_code < 500, response.text
    location = response.headers.get("Location")
    assert location is None or is_known(location), location
    path, method = response.request.path, response.request.method.lower()
    found = [each for template, verb, each in facts.operations if (template, verb) == (path, method)]
    for operation in found:
        foreseen = operation["responses"]
        assert str(response.status_code) in foreseen or response.status_code in (400, *EVERYWHERE)
        if response.mimetype != JSON or response.status_code in EVERYWHERE:
            continue
        body, answer = response.get_json(), foreseen.get(str(response.status_code), {})
        shown = answer.get("content", {}).get(JSON)
        if "error" in body and shown is not None:  # a request without a sound Host never gets a page
            assert body["error"] in shown["schema"]["properties"]["error"]["enum"], body
            described = body.get("error_description", "")
            assert all(" " <= each <= "~" and each not in '"\\' for each in described), described


def is_known(location: str) -> bool:
    """Whether a redirect stays here or goes to what is registered."""
    parts = urlsplit(location)
    if not parts.scheme and not parts.netloc:
        return location.startswith("/") and not location.startswith(("//", "/\\"))
    return location.split("?")[0].split("#")[0] in (REDIRECT_URI,) or parts.netloc == "localhost:9031"
