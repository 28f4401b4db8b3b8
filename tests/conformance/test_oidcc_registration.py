"""Modules about discovery, registration and keys: CONFORMANCE 3.6."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conformance.automation import asking_form
from tests.conformance.id_tokens import check_key_set
from tests.conformance.op import ISSUER
from tests.conformance.plans import BASIC, runs
from tests.conformance.suite import JSON, Suite
from tests.provider.page import Element, Page

pytestmark = pytest.mark.journey

DEFAULT = (None,)
PAGE = "https://suite.example/about"
SCOPE_WORD = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
BOOLEANS = re.compile(
    r"require_.*|tls_client_certificate_bound_access_tokens|.*(_parameter|logout|session)_supported"
)
TEXTS = re.compile(r"issuer|jwks_uri|check_session_iframe|.*_endpoint")
RESPONSE_TYPES = {"code", "id_token", "id_token token"}


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    """Addresses are https, members have their types, and what every provider must support is listed."""
    metadata = suite.metadata
    assert urlsplit(metadata["issuer"])[:2] == ("https", "op.example")
    for name, value in metadata.items():
        check_member(name, value)

    assert {"public", "pairwise"} & set(metadata["subject_types_supported"])
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert "RS256" in metadata["request_object_signing_alg_values_supported"]
    assert set(metadata["response_types_supported"]) >= RESPONSE_TYPES
    assert {"authorization_code", "implicit"} <= set(metadata["grant_types_supported"])
    assert "openid" in metadata["scopes_supported"]
    assert all(SCOPE_WORD.fullmatch(word) for word in metadata["scopes_supported"])
    assert all(LOCALE.fullmatch(tag) for tag in metadata["ui_locales_supported"])
    assert {"userinfo_endpoint", "registration_endpoint", "claims_supported"} <= metadata.keys()


def check_member(name: str, value: Any) -> None:
    """A member has the type that its name asks for; an address is https."""
    if TEXTS.fullmatch(name):
        parts = urlsplit(value)
        assert (parts.scheme, parts.fragment, parts.username) == ("https", "", None), name
    elif BOOLEANS.fullmatch(name):
        assert isinstance(value, bool), name
    else:
        assert isinstance(value, list), name
        assert value, name
        assert all(isinstance(each, str) for each in value), name
        assert len(set(value)) == len(value), name


def shown_at_login(suite: Suite, identifier: str, **metadata: str) -> Element:
    """Register with a page of the client's; return how the login page shows it, and finish the flow."""
    client = suite.register(**metadata)
    assert client | metadata == client
    request = suite.request(client_id=client["client_id"])
    page = suite.open(request)
    assert asking_form(page) == "login-form"

    suite.complete(client, request, suite.answer(suite.person.finish(page), request))

    if identifier == "client-logo":
        assert re.search(r"img-src [^;]*https:", page.headers["Content-Security-Policy"])
    return Page(page.text).require(identifier)


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_registration_logo_uri(suite: Suite) -> None:
    """The login page shows the client's logo."""
    assert shown_at_login(suite, "client-logo", logo_uri=PAGE).attributes["src"] == PAGE


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_registration_policy_uri(suite: Suite) -> None:
    """The login page links to the client's privacy policy."""
    assert shown_at_login(suite, "client-policy", policy_uri=PAGE).attributes["href"] == PAGE


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_registration_tos_uri(suite: Suite) -> None:
    """The login page links to the client's terms of use."""
    assert shown_at_login(suite, "client-terms", tos_uri=PAGE).attributes["href"] == PAGE


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_server_rotate_keys(suite: Suite) -> None:
    """After the operator's rotation a new signing key is published, and the old one still is."""
    before = {key["kid"] for key in suite.keys["keys"]}

    with suite.op.app.app_context():
        rotated = suite.op.app.test_cli_runner().invoke(args=["keys", "rotate", "--alg", "RS256"])
    assert rotated.exit_code == 0, rotated.output
    suite.op.clock.advance(seconds=600)

    keys = suite.http.get(suite.metadata["jwks_uri"]).get_json()
    check_key_set(keys)
    new = [key for key in keys["keys"] if key["kid"] not in before]
    assert [(key["alg"], key["use"]) for key in new] == [("RS256", "sig")]
    assert before < {key["kid"] for key in keys["keys"]}


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_3rd_party_init_login(suite: Suite) -> None:
    """initiate_login_uri is accepted, echoed, and there when the client reads its registration."""
    client = suite.register(initiate_login_uri=PAGE)

    headers = {"Authorization": f"Bearer {client['registration_access_token']}"}
    response = suite.http.get(client["registration_client_uri"], headers=headers)

    assert client["registration_client_uri"].startswith(f"{ISSUER}/")
    assert (response.status_code, response.mimetype) == (200, JSON)
    assert client["initiate_login_uri"] == json.loads(response.text)["initiate_login_uri"] == PAGE


@runs(*BASIC, modes=DEFAULT)
def test_oidcc_3rd_party_init_login_nohttps(suite: Suite) -> None:
    """An initiate_login_uri without https: 400, JSON, invalid_client_metadata."""
    response = suite.send_registration(initiate_login_uri="http://suite.example/about")

    assert (response.status_code, response.mimetype) == (400, JSON)
    assert response.get_json()["error"] == "invalid_client_metadata"
