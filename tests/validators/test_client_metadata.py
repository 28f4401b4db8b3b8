"""Client metadata documents (RFC 7591 §2, OpenID Connect Registration §2)."""

import re
from typing import Any

import pytest

from validators.client_metadata import InvalidClientMetadata, read_client_metadata
from validators.metadata_uris import RegisteredBy

CALLBACK = "https://client.example/cb"
PUBLIC_RSA = {"kty": "RSA", "n": "sXch", "e": "AQAB"}


def read(registered_by: RegisteredBy = "operator", /, **members: Any) -> dict[str, Any]:
    return read_client_metadata({"redirect_uris": [CALLBACK]} | members, registered_by=registered_by)


def refusal(registered_by: RegisteredBy = "operator", /, **members: Any) -> InvalidClientMetadata:
    with pytest.raises(InvalidClientMetadata) as caught:
        read(registered_by, **members)
    return caught.value


def test_defaults_are_returned() -> None:
    """RFC 7591 §2, OpenID Connect Registration §2: what is left out has a stated value."""
    assert read() == {
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "application_type": "web",
        "subject_type": "public",
        "id_token_signed_response_alg": "RS256",
        "paper_any_secret_method": True,
    }


@pytest.mark.parametrize(
    ("members", "grant_types", "response_types"),
    [
        pytest.param({"response_types": ["id_token"]}, ["implicit"], ["id_token"], id="implicit"),
        pytest.param(
            {"response_types": ["code id_token"]},
            ["authorization_code", "implicit"],
            ["code id_token"],
            id="hybrid",
        ),
        pytest.param({"grant_types": ["client_credentials"]}, ["client_credentials"], [], id="machine"),
        pytest.param({"grant_types": ["implicit"]}, ["implicit"], ["token"], id="implicit-grant"),
        pytest.param({"grant_types": [], "response_types": []}, [], [], id="empty-lists"),
        pytest.param(
            {"response_types": None, "grant_types": None},
            ["authorization_code"],
            ["code"],
            id="null-is-omitted",
        ),
    ],
)
def test_grant_and_response_types_complete_each_other(
    members: dict[str, Any], grant_types: list[str], response_types: list[str]
) -> None:
    """RFC 7591 §2.1: one decides over the other where only one is given."""
    metadata = read(**members)

    assert (metadata["grant_types"], metadata["response_types"]) == (grant_types, response_types)


def test_words_of_a_response_type_have_no_order() -> None:
    """RFC 6749 §3.1.1: stored in one order, repeated ones once."""
    metadata = read(response_types=["token code id_token", "code id_token token", "token id_token"])

    assert metadata["response_types"] == ["code id_token token", "id_token token"]


def test_unknown_members_and_languages_are_kept() -> None:
    """RFC 7591 §2.2: a language tag follows a number sign."""
    members: dict[str, Any] = {
        "x_colour": {"red": [1, None]},
        "client_name": "Photos",
        "client_name#ko": "사진첩",
        "contacts": [],
    }

    metadata = read(**members)

    assert members.items() <= metadata.items()


def test_what_belongs_to_the_response_is_dropped() -> None:
    """RFC 7592 §2.2: a client information response can be sent back."""
    metadata = read(client_id="a", client_secret="b", client_id_issued_at=1, registration_access_token="c")

    assert metadata == read()


def test_private_use_scheme_is_for_native_clients() -> None:
    """RFC 8252 §7.1."""
    uris = ["com.example.app:/cb"]

    assert read(application_type="native", redirect_uris=uris)["redirect_uris"] == uris
    assert refusal(redirect_uris=uris).error == "invalid_redirect_uri"


def test_clients_with_response_types_name_a_redirect_uri() -> None:
    """RFC 7591 §2: clients that use redirection must register where to."""
    assert refusal(redirect_uris=[]).error == "invalid_redirect_uri"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("redirect_uris", CALLBACK, id="string-for-array"),
        pytest.param("grant_types", ["authorization_code", "magic"], id="unknown-grant-type"),
        pytest.param("grant_types", "authorization_code", id="grant-types-string"),
        pytest.param("grant_types", [["authorization_code"]], id="grant-types-nested"),
        pytest.param("response_types", ["xcodex"], id="unknown-response-type"),
        pytest.param("response_types", ["code code"], id="word-twice"),
        pytest.param("response_types", ["none"], id="none"),
        pytest.param("token_endpoint_auth_method", "client_secret", id="unsupported-method"),
        pytest.param("token_endpoint_auth_method", ["none"], id="method-list"),
        pytest.param("application_type", "desktop", id="application-type"),
        pytest.param("subject_type", "ephemeral", id="subject-type"),
        pytest.param("id_token_signed_response_alg", "none", id="alg-none"),
        pytest.param("id_token_signed_response_alg", "HS224", id="alg-hs224"),
        pytest.param("token_endpoint_auth_signing_alg", "none", id="assertion-alg-none"),
        pytest.param("scope", ["openid"], id="scope-list"),
        pytest.param("scope", 'openid "quoted"', id="scope-characters"),
        pytest.param("client_name", "x" * 201, id="long-name"),
        pytest.param("client_name", "Photos\u202egnp.exe", id="bidi"),
        pytest.param("client_name#ko", "사진\u0007첩", id="control-in-language"),
        pytest.param("client_name", "\ud800", id="lone-surrogate"),
        pytest.param("client_name", 7, id="name-number"),
        pytest.param("client_uri", "http://client.example/", id="http-page"),
        pytest.param("logo_uri", "data:image/png;base64,AAAA", id="data-logo"),
        pytest.param("policy_uri#ko", "javascript:alert(1)", id="script-policy"),
        pytest.param("jwks_uri", "file:///keys", id="file-jwks"),
        pytest.param("initiate_login_uri", "http://client.example/login", id="http-initiate-login"),
        pytest.param("backchannel_logout_uri", "https://client.example/out#x", id="logout-fragment"),
        pytest.param("frontchannel_logout_uri", "https://other.example/out", id="logout-elsewhere"),
        pytest.param("frontchannel_logout_uri", "javascript:alert(1)", id="script-logout"),
        pytest.param("frontchannel_logout_uri", "https://client.example;img-src *", id="logout-policy"),
        pytest.param("frontchannel_logout_uri", "https://client.example/\r\nA: b", id="logout-header"),
        pytest.param("post_logout_redirect_uris", ["https://client.example/#"], id="post-logout-fragment"),
        pytest.param("request_uris", ["http://client.example/r"], id="http-request-uri"),
        pytest.param("jwks", {"keys": [PUBLIC_RSA | {"d": "AQAB"}]}, id="private-key"),
        pytest.param("jwks", {"keys": [{"kty": "oct", "k": "AQAB"}]}, id="symmetric-key"),
        pytest.param("jwks", {"keys": [{"kty": "RSA", "n": "sXch"}]}, id="incomplete-key"),
        pytest.param("jwks", {"keys": [PUBLIC_RSA | {"kid": 7}]}, id="kid-number"),
        pytest.param("jwks", {"keys": [7]}, id="key-number"),
        pytest.param("jwks", {"keys": {}}, id="keys-object"),
        pytest.param("jwks", [], id="jwks-array"),
        pytest.param("default_max_age", -1, id="negative-age"),
        pytest.param("default_max_age", True, id="boolean-age"),
        pytest.param("require_auth_time", "true", id="boolean-string"),
        pytest.param("contacts", "a@client.example", id="contacts-string"),
        pytest.param("contacts", ["x"] * 101, id="too-many"),
        pytest.param("software_statement", 7, id="statement-number"),
        pytest.param("paper_profile", "strict", id="unknown-profile"),
        pytest.param("paper_require_pkce", 1, id="switch-number"),
        pytest.param("paper_access_token_format", "xml", id="token-format"),
        pytest.param("paper_magic", True, id="unknown-switch"),
        pytest.param("x_number", float("nan"), id="not-json"),
        pytest.param("x_text", "\udfff", id="not-unicode"),
        pytest.param("x_large", "x" * 65536, id="too-large"),
    ],
)
def test_wrong_value_is_refused_and_named(member: str, value: Any) -> None:
    """RFC 7591 §3.2.2: one clear reason, in the characters that RFC 6749 §5.2 allows."""
    error = refusal(**{member: value})

    assert error.error == "invalid_client_metadata"
    assert error.description.startswith((f"{member}: ", "document: "))
    assert re.fullmatch(r"[\x20\x21\x23-\x5B\x5D-\x7E]+", error.description)


def test_hostile_member_name_cannot_leave_the_description() -> None:
    """RFC 6749 §5.2: no quotes, backslashes or line ends in error_description."""
    description = refusal(**{'paper_"\\\n\u202e' + "x" * 1000: True}).description

    assert re.fullmatch(r"paper_\?\?\?\?x{50}: [\x20\x21\x23-\x5B\x5D-\x7E]+", description)


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"grant_types": ["client_credentials"], "response_types": ["code"]}, id="code"),
        pytest.param({"grant_types": ["authorization_code"], "response_types": ["token"]}, id="token"),
        pytest.param({"grant_types": ["implicit"], "response_types": ["code id_token"]}, id="hybrid"),
        pytest.param({"jwks": {"keys": []}, "jwks_uri": "https://client.example/jwks"}, id="two-key-sets"),
        pytest.param(
            {"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]}, id="public-machine"
        ),
        pytest.param(
            {"token_endpoint_auth_method": "none", "paper_introspect": True}, id="public-introspection"
        ),
        pytest.param({"grant_types": ["password"], "paper_profile": "fapi2"}, id="password-in-fapi"),
    ],
)
def test_contradiction_is_refused(members: dict[str, Any]) -> None:
    """RFC 7591 §2.1: a client cannot register itself into an inconsistent state."""
    assert refusal(**members).error == "invalid_client_metadata"


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"jwks": {"keys": [PUBLIC_RSA]}}, id="key-without-kid"),
        pytest.param({"jwks": {"keys": [{"kty": "XYZ"}]}}, id="unknown-key-type"),
        pytest.param({"jwks_uri": "http://localhost:8080/jwks"}, id="operators-loopback"),
        pytest.param({"frontchannel_logout_uri": "https://client.example:443/out?sid=1"}, id="own-logout"),
        pytest.param({"client_uri": "https://client.example/#about"}, id="page-with-fragment"),
        pytest.param({"request_uris": ["https://client.example/r#hash"]}, id="request-uri-with-hash"),
        pytest.param({"userinfo_signed_response_alg": "RS256"}, id="not-used-yet"),
        pytest.param({"id_token_signed_response_alg": "EdDSA"}, id="eddsa"),
        pytest.param({"paper_skip_consent": True, "paper_profile": "oauth2.1"}, id="switches"),
    ],
)
def test_sound_members_are_kept(members: dict[str, Any]) -> None:
    """RFC 7591 §3.2.1: what is registered is what was asked for."""
    assert members.items() <= read(**members).items()


def test_scope_words_are_kept_once() -> None:
    """RFC 6749 §3.3: order is of no meaning; an empty scope counts as left out."""
    assert read(scope="openid  photos openid")["scope"] == "openid photos"
    assert "scope" not in read(scope="")


def test_password_grant_switches_legacy_on() -> None:
    """RFC 9700 §2.4: only a client that is marked so may use it."""
    metadata = read(grant_types=["password"], redirect_uris=[])

    assert metadata["paper_profile"] == "legacy"


@pytest.mark.parametrize(
    ("members", "error"),
    [
        pytest.param({"grant_types": ["password"]}, "invalid_client_metadata", id="password"),
        pytest.param({"paper_skip_consent": True}, "invalid_client_metadata", id="switch"),
        pytest.param({"jwks_uri": "http://localhost/jwks"}, "invalid_client_metadata", id="loopback-fetch"),
        pytest.param(
            {"response_types": ["id_token"], "redirect_uris": ["http://localhost/cb"]},
            "invalid_redirect_uri",
            id="web-implicit-on-loopback",
        ),
    ],
)
def test_strangers_may_not(members: dict[str, Any], error: str) -> None:
    """OpenID Connect Registration §2; what only an operator may decide."""
    assert read("operator", **members)

    assert refusal("dynamic", **members).error == error
