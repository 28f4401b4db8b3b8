"""The metadata documents: what is switched on, cacheable (Discovery §3, §4, RFC 8414)."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.wiring import Services
from tests.sqlite_only import database_url as database_url

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


@pytest.fixture
def document(http: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = http.get(OPENID).get_json()
    return found


def http_of(services: Services, issuer: str) -> FlaskClient:
    """Return a way to the same provider under another issuer."""
    services.settings = replace(services.settings, issuer=issuer)
    return create_app(services=services).test_client()


@pytest.mark.parametrize("path", [OPENID, OAUTH])
def test_both_addresses_tell_the_same(http: FlaskClient, document: dict[str, Any], path: str) -> None:
    """RFC 8414 §3, §5: JSON, answered directly."""
    response = http.get(path)

    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.get_json() == document


def test_what_this_provider_can_do(services: Services, document: dict[str, Any]) -> None:
    """Discovery §3, RFC 8414 §2, RFC 9207 §3: what is switched on and nothing else."""
    issuer = services.settings.issuer

    assert document["issuer"] == issuer
    assert document["authorization_endpoint"] == f"{issuer}/authorize"
    assert document["token_endpoint"] == f"{issuer}/token"
    assert document["userinfo_endpoint"] == f"{issuer}/userinfo"
    assert document["jwks_uri"] == f"{issuer}/jwks"
    assert set(document["response_types_supported"]) == {
        *("code", "token", "id_token", "id_token token", "code id_token", "code token"),
        "code id_token token",
    }
    assert set(document["response_modes_supported"]) >= {"query", "form_post"}
    assert set(document["grant_types_supported"]) == {
        *("authorization_code", "refresh_token", "client_credentials", "implicit"),
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    }
    assert document["subject_types_supported"] == ["public", "pairwise"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["claims_parameter_supported"] is True
    assert document["request_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is True
    assert document["require_request_uri_registration"] is True


def test_there_is_no_none(document: dict[str, Any]) -> None:
    """DESIGN §6: ``none`` is a way to authenticate for public clients, and no algorithm."""
    assert set(document["token_endpoint_auth_methods_supported"]) == {
        *("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")
    }
    assert "none" not in document["id_token_signing_alg_values_supported"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]


def test_nothing_that_is_not_there_is_offered(document: dict[str, Any], http: FlaskClient) -> None:
    """DESIGN §6: every endpoint that is named answers."""
    for name, address in document.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = address.removeprefix(document["issuer"])
            assert http.get(path).status_code != 404, name


def test_scopes_and_claims(document: dict[str, Any]) -> None:
    """Conformance, oidcc-discovery-endpoint-verification: arrays of words, openid among them."""
    assert {"openid", "profile", "email", "address", "phone", "offline_access"} <= set(
        document["scopes_supported"]
    )
    assert {"sub", "name", "email", "address", "phone_number", "auth_time"} <= set(
        document["claims_supported"]
    )
    for name in ("scopes_supported", "claims_supported", "ui_locales_supported"):
        assert len(set(document[name])) == len(document[name])


def test_no_member_is_null_or_an_empty_list(document: dict[str, Any]) -> None:
    """Discovery §4.2: claims with zero elements are left out."""
    assert [name for name, value in document.items() if value in (None, [], "", {})] == []


def test_the_algorithms_have_keys(document: dict[str, Any], http: FlaskClient) -> None:
    """DESIGN §5: discovery lists what has a key; HMAC's key is the client's own secret."""
    published = {key["alg"] for key in http.get("/jwks").get_json()["keys"]}

    assert set(document["id_token_signing_alg_values_supported"]) - {"HS256", "HS384", "HS512"} <= published


def test_caches_may_keep_it(http: FlaskClient) -> None:
    """RFC 9111 §5.2.2, RFC 9110 §8.8.3: Cache-Control and a strong entity tag."""
    first, second = http.get(OPENID), http.get(OPENID)

    assert "public" in first.headers["Cache-Control"]
    assert "max-age=" in first.headers["Cache-Control"]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert not first.headers["ETag"].startswith("W/")
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("template", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_what_the_caller_has_is_not_sent_again(http: FlaskClient, template: str) -> None:
    """RFC 9110 §13.1.2, §15.4.5: 304, and scripts may read that too."""
    tag = http.get(OPENID).headers["ETag"]

    response = http.get(OPENID, headers={"If-None-Match": template.format(tag=tag)})

    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == tag
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_another_tag_gets_it_all(http: FlaskClient) -> None:
    """RFC 9110 §13.1.2."""
    assert http.get(OPENID, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_issuer_under_https(services: Services) -> None:
    """Conformance §3.6: every address follows the issuer, not the request."""
    document = http_of(services, "https://op.example").get(OPENID, base_url="http://internal:9031").get_json()

    addresses = [v for k, v in document.items() if k.endswith("_endpoint") or k in ("issuer", "jwks_uri")]
    assert all(address.startswith("https://op.example") for address in addresses)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/op" + OPENID, id="appended"),
        pytest.param(OAUTH + "/op", id="inserted"),
        pytest.param(OPENID + "/op", id="inserted-openid"),
    ],
)
def test_an_issuer_with_a_path(services: Services, path: str) -> None:
    """Discovery §4.1 appends, RFC 8414 §3.1 inserts; both are served, with CORS."""
    response = http_of(services, "https://op.example/op").get(path)

    assert response.status_code == 200
    assert response.get_json()["issuer"] == "https://op.example/op"
    assert response.get_json()["token_endpoint"] == "https://op.example/op/token"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_endpoints_of_an_issuer_with_a_path(services: Services) -> None:
    """Each address of the document is the one that answers."""
    http = http_of(services, "https://op.example/op")
    document = http.get("/op" + OPENID).get_json()

    assert http.get(document["jwks_uri"].removeprefix("https://op.example")).status_code == 200
    assert http.get(document["userinfo_endpoint"].removeprefix("https://op.example")).status_code == 401
    assert http.get("/op/authorize").mimetype == "text/html"
