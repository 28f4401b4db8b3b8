"""Certificates from a trusted proxy: authentication and bound tokens (RFC 8705)."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import SERVICE
from tests.browser import VERIFIER, Browser, redeem, refresh
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.certificates import Pair, issue, make_authority, self_signed
from validators.client_certificates import thumbprint
from validators.metadata_values import InvalidClientMetadata

pytestmark = [pytest.mark.journey, pytest.mark.security]

HEADER = "X-SSL-Client-Cert"
DN = {"tls_client_auth_subject_dn": "CN=photos,O=Example,C=KR"}
BOUND = {"tls_client_certificate_bound_access_tokens": True}


@pytest.fixture(scope="module")
def authority() -> Pair:
    return make_authority()


@pytest.fixture
def http(services: Services, authority: Pair, tmp_path: Path) -> FlaskClient:
    """A provider behind a proxy on loopback, which is where test clients come from."""
    bundle = tmp_path / "clients.pem"
    bundle.write_text(authority.pem)
    services.settings = replace(
        services.settings,
        trusted_proxies=(ip_network("127.0.0.0/8"),),
        client_cert_header=HEADER,
        client_ca_bundle=bundle,
        mtls_endpoint_base="https://mtls.id.example",
    )
    return create_app(services=services).test_client()


def with_certificate(pair: Pair | None) -> dict[str, str]:
    """Return what nginx adds: ``$ssl_client_escaped_cert``."""
    return {HEADER: quote(pair.pem) if pair else ""}


def ask(http: FlaskClient, client_id: str, pair: Pair | None, **environ: Any) -> TestResponse:
    return http.post(
        "/token",
        data={"grant_type": "client_credentials", "client_id": client_id},
        headers=with_certificate(pair),
        environ_overrides=environ,
    )


def test_issued_certificate_proves_its_client(services: Services, http: FlaskClient, authority: Pair) -> None:
    """RFC 8705 §2.1: the registered subject, from an authority of the operator's choice."""
    client, _ = make_client(services, **SERVICE, **DN, token_endpoint_auth_method="tls_client_auth")
    stranger = issue(make_authority("Test Authority"))

    answers = [
        ask(http, client.client_id, pair) for pair in (issue(authority), stranger, self_signed(), None)
    ]

    assert [answer.status_code for answer in answers] == [200, 401, 401, 401]


def test_self_signed_certificate_proves_its_client(services: Services, http: FlaskClient) -> None:
    """RFC 8705 §2.2: the registered certificate, whoever signed it."""
    pair = self_signed()
    client, _ = make_client(
        services,
        **SERVICE,
        token_endpoint_auth_method="self_signed_tls_client_auth",
        jwks={"keys": [pair.jwk]},
    )

    answers = [ask(http, client.client_id, each) for each in (pair, self_signed(), None)]

    assert [answer.status_code for answer in answers] == [200, 401, 401]


def test_header_from_elsewhere_is_no_certificate(
    services: Services, http: FlaskClient, authority: Pair
) -> None:
    """RFC 8705 §6.5, RFC 9700 §4.13: only what the trusted proxy says counts."""
    client, _ = make_client(services, **SERVICE, **DN, token_endpoint_auth_method="tls_client_auth")

    response = ask(http, client.client_id, issue(authority), REMOTE_ADDR="192.0.2.1")

    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda pem: "", id="empty"),
        pytest.param(lambda pem: quote(pem + pem), id="two-certificates"),
        pytest.param(lambda pem: f"{quote(pem)},{quote(pem)}", id="two-headers"),
        pytest.param(lambda pem: quote(pem.replace("CERTIFICATE", "PRIVATE KEY")), id="other-label"),
        pytest.param(lambda pem: quote(pem[:200]), id="cut"),
        pytest.param(lambda pem: quote(pem.replace("A", "B")), id="changed"),
        pytest.param(lambda pem: "CN=photos,O=Example,C=KR", id="a-name-alone"),
        pytest.param(lambda pem: quote("x" * 20_000), id="long"),
        pytest.param(lambda pem: "%FF%00", id="no-text"),
    ],
)
def test_malformed_header_is_no_certificate(
    services: Services, http: FlaskClient, authority: Pair, spoil: Any
) -> None:
    """Anything but one certificate is none; never a 500."""
    client, _ = make_client(services, **SERVICE, **DN, token_endpoint_auth_method="tls_client_auth")

    response = http.post(
        "/token",
        data={"grant_type": "client_credentials", "client_id": client.client_id},
        headers={HEADER: spoil(issue(authority).pem)},
    )

    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


def test_certificate_replaces_no_secret(services: Services, http: FlaskClient, authority: Pair) -> None:
    """RFC 6749 §2.3: exactly the registered method, either way."""
    by_secret, secret = make_client(services, **SERVICE, token_endpoint_auth_method="client_secret_post")
    by_certificate, _ = make_client(services, **SERVICE, **DN, token_endpoint_auth_method="tls_client_auth")
    headers = with_certificate(issue(authority))

    def post(client_id: str) -> int:
        data = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return http.post("/token", data=data, headers=headers).status_code

    assert ask(http, by_secret.client_id, issue(authority)).status_code == 401
    assert post(by_certificate.client_id) == 401
    assert post(by_secret.client_id) == 200


def test_bound_token_needs_its_certificate(
    services: Services, http: FlaskClient, authority: Pair, ada: str
) -> None:
    """RFC 8705 §3: cnf x5t#S256, compared at UserInfo; without a certificate no such token is issued."""
    client, secret = make_client(services, **BOUND)
    browser = Browser(http)
    pair = issue(authority)
    bare = redeem(http, client, secret, browser.code_for(client))
    http.environ_base[f"HTTP_{HEADER.upper().replace('-', '_')}"] = quote(pair.pem)
    tokens = redeem(http, client, secret, browser.code_for(client)).get_json()
    del http.environ_base[f"HTTP_{HEADER.upper().replace('-', '_')}"]
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}

    answers = [
        http.get("/userinfo", headers={**bearer, **with_certificate(each)})
        for each in (pair, issue(authority), None)
    ]

    token = services.access_tokens.read(tokens["access_token"])
    assert token is not None
    assert token.confirmation == {"x5t#S256": thumbprint(pair.certificate)}
    assert (bare.status_code, bare.get_json()["error"]) == (400, "invalid_request")
    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert 'error="invalid_token"' in answers[1].headers["WWW-Authenticate"]


def test_public_client_refreshes_with_its_certificate(
    services: Services, http: FlaskClient, ada: str
) -> None:
    """RFC 8705 §4: the refresh tokens of a public client are bound too; a wrong certificate ends nothing."""
    client = make_public_client(services, **BOUND)
    code = Browser(http).code_for(client, scope="openid offline_access")
    pair, thief = self_signed(), self_signed("thief")
    tokens = http.post(
        "/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
            "client_id": client.client_id,
        },
        headers=with_certificate(pair),
    ).get_json()

    def again(holder: Pair | None) -> TestResponse:
        data = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        data["client_id"] = client.client_id
        return http.post("/token", data=data, headers=with_certificate(holder))

    answers = [again(thief), again(None), again(pair)]

    assert [answer.status_code for answer in answers] == [400, 400, 200]
    assert [answer.get_json()["error"] for answer in answers[:2]] == ["invalid_grant"] * 2


def test_confidential_client_may_renew_its_certificate(
    services: Services, http: FlaskClient, authority: Pair, ada: str
) -> None:
    """RFC 8705 §6.3: its refresh tokens are bound to the client; the new token to the new certificate."""
    client, secret = make_client(services, **BOUND)
    old, new = issue(authority), issue(authority)
    code = Browser(http).code_for(client, scope="openid offline_access")
    variable = f"HTTP_{HEADER.upper().replace('-', '_')}"
    http.environ_base[variable] = quote(old.pem)
    tokens = redeem(http, client, secret, code).get_json()
    http.environ_base[variable] = quote(new.pem)

    renewed = refresh(http, client, secret, tokens["refresh_token"]).get_json()

    token = services.access_tokens.read(renewed["access_token"])
    assert token is not None
    assert token.confirmation == {"x5t#S256": thumbprint(new.certificate)}


def test_discovery_names_certificates_and_aliases(http: FlaskClient) -> None:
    """RFC 8705 §3.3, §5."""
    document = http.get("/.well-known/openid-configuration").get_json()

    methods = document["token_endpoint_auth_methods_supported"]
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(methods)
    assert document["tls_client_certificate_bound_access_tokens"] is True
    assert document["mtls_endpoint_aliases"]["token_endpoint"] == "https://mtls.id.example/token"
    assert document["mtls_endpoint_aliases"]["userinfo_endpoint"] == "https://mtls.id.example/userinfo"


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint_auth_method": "tls_client_auth", **DN},
        {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": [self_signed().jwk]}},
        BOUND,
    ],
    ids=["tls_client_auth", "self_signed", "bound"],
)
def test_what_is_switched_off_cannot_be_registered(services: Services, metadata: dict[str, Any]) -> None:
    """A client that could never get in, or whose tokens were unbound after all, is not made."""
    with pytest.raises(InvalidClientMetadata, match="switched off"):
        make_client(services, **metadata)
