"""Clients with certificates through a real nginx, by requests-oauthlib (RFC 8705)."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
import requests
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidClientError
from requests_oauthlib import OAuth2Session

from tests.assertions import SERVICE
from tests.builders import REDIRECT_URI
from tests.certificates import Pair, issue, make_authority, self_signed
from tests.live import LiveProvider
from tests.nginx import HEADER, Nginx
from tests.person import Person
from validators.client_certificates import thumbprint

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NOW = int(time.time())
AUTHORITY = make_authority("Clients", NOW)
BOUND = {"tls_client_certificate_bound_access_tokens": True}


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Nginx:
    return Nginx(tmp_path_factory.mktemp("nginx"))


@pytest.fixture(scope="module")
def provider(nginx: Nginx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProvider]:
    folder = tmp_path_factory.mktemp("behind-nginx")
    bundle = folder / "clients.pem"
    bundle.write_text(AUTHORITY.pem)
    provider = LiveProvider(
        folder,
        PAPER_TRUSTED_PROXIES="127.0.0.1,::1",
        PAPER_CLIENT_CERT_HEADER=HEADER,
        PAPER_CLIENT_CA_BUNDLE=str(bundle),
        PAPER_MTLS_ENDPOINT_BASE=nginx.url,
    )
    with provider.serving(), nginx.serving(provider.issuer):
        yield provider


def fetch(provider: LiveProvider, nginx: Nginx, client_id: str, pair: Pair | None, folder: Path) -> Any:
    """Ask for a token at the alias, over a connection with the certificate of ``pair``."""
    document = requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=10).json()
    session = OAuth2Session(client=BackendApplicationClient(client_id, scope="files"))
    files = None
    if pair is not None:
        (folder / "client.pem").write_text(pair.pem)
        (folder / "client.key").write_text(pair.key_pem)
        files = (str(folder / "client.pem"), str(folder / "client.key"))
    return session.fetch_token(
        document["mtls_endpoint_aliases"]["token_endpoint"],
        include_client_id=True,
        cert=files,
        verify=str(nginx.ca_bundle),
    )


def test_certificate_of_an_authority(provider: LiveProvider, nginx: Nginx, tmp_path: Path) -> None:
    """RFC 8705 §2.1: tls_client_auth with a bound token; a stranger's authority is refused."""
    client_id = provider.register(
        **SERVICE,
        token_endpoint_auth_method="tls_client_auth",
        tls_client_auth_subject_dn="CN=photos,O=Example,C=KR",
        tls_client_certificate_bound_access_tokens=True,
    )["client_id"]

    token = fetch(provider, nginx, client_id, issue(AUTHORITY, now=NOW), tmp_path)

    assert token["scope"] == ["files"]
    for stranger in (issue(make_authority("Clients", NOW), now=NOW), None):
        with pytest.raises(InvalidClientError):
            fetch(provider, nginx, client_id, stranger, tmp_path)


def test_self_signed_certificate(provider: LiveProvider, nginx: Nginx, tmp_path: Path) -> None:
    """RFC 8705 §2.2: the registered certificate, and no other of that name."""
    pair = self_signed(now=NOW)
    client_id = provider.register(
        **SERVICE, token_endpoint_auth_method="self_signed_tls_client_auth", jwks={"keys": [pair.jwk]}
    )["client_id"]

    assert fetch(provider, nginx, client_id, pair, tmp_path)["scope"] == ["files"]
    with pytest.raises(InvalidClientError):
        fetch(provider, nginx, client_id, self_signed(now=NOW), tmp_path)


@pytest.mark.parametrize("name", [HEADER, HEADER.lower(), HEADER.replace("-", "_")])
def test_header_that_a_client_sends_does_not_get_through(
    provider: LiveProvider, nginx: Nginx, name: str
) -> None:
    """RFC 9700 §4.13: the proxy writes the header itself, or drops it."""
    pair = self_signed(now=NOW)
    client_id = provider.register(
        **SERVICE, token_endpoint_auth_method="self_signed_tls_client_auth", jwks={"keys": [pair.jwk]}
    )["client_id"]

    response = requests.post(
        f"{nginx.url}/token",
        data={"grant_type": "client_credentials", "client_id": client_id},
        headers={name: quote(pair.pem)},
        verify=str(nginx.ca_bundle),
        timeout=10,
    )

    assert response.status_code == 401


def test_a_stolen_token_is_refused(provider: LiveProvider, nginx: Nginx, tmp_path: Path) -> None:
    """RFC 8705 §3: UserInfo wants the certificate that the code was redeemed with; introspection names it."""
    client = provider.register(token_endpoint_auth_method="client_secret_basic", **BOUND)
    credentials = (client["client_id"], client["client_secret"])
    query = {"client_id": credentials[0], "response_type": "code", "scope": "openid"}
    address = f"{provider.issuer}/authorize?" + urlencode(query | {"redirect_uri": REDIRECT_URI})
    code = parse_qs(urlsplit(Person().authorize(address, REDIRECT_URI)).query)["code"][0]
    aliases = requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=10).json()
    endpoints = aliases["mtls_endpoint_aliases"]
    own, thief = (self_signed(now=NOW) for _ in range(2))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}

    tokens = send("POST", endpoints["token_endpoint"], nginx, own, tmp_path, data=form, auth=credentials)
    bearer = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
    answers = [
        send("GET", endpoints["userinfo_endpoint"], nginx, pair, tmp_path, headers=bearer).status_code
        for pair in (own, thief, None)
    ]
    told = requests.post(
        aliases["introspection_endpoint"],
        data={"token": tokens.json()["access_token"]},
        auth=credentials,
        timeout=10,
    ).json()

    assert answers == [200, 401, 401]
    assert told["cnf"] == {"x5t#S256": thumbprint(own.certificate)}


def send(
    method: str, url: str, nginx: Nginx, pair: Pair | None, folder: Path, **more: Any
) -> requests.Response:
    """Send a request over a connection with the certificate of ``pair``."""
    files = None if pair is None else (str(folder / "pair.pem"), str(folder / "pair.key"))
    if pair is not None:
        (folder / "pair.pem").write_text(pair.pem)
        (folder / "pair.key").write_text(pair.key_pem)
    return requests.request(method, url, cert=files, verify=str(nginx.ca_bundle), timeout=10, **more)
