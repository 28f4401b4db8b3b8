"""nginx and Caddy as ``deploy/`` configures them, in front of a real server (RFC 8705, RFC 9700 §4.13)."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
import requests

from tests.assertions import SERVICE
from tests.builders import REDIRECT_URI
from tests.certificates import Pair, self_signed
from tests.deploy.proxies import IS_REQUIRED, MTLS_URL, NAMES, URL, CaddyProxy, NginxProxy, Proxy, resolving
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.nginx import HEADER
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.security]

NOW = int(time.time())
SPELLINGS = (
    HEADER,
    HEADER.lower(),
    "X_SSL_Client_Cert",
    "X-SSL_Client-Cert",
    "X-SSL-Client_Cert",
    "x_ssl-client-cert",
)


@pytest.fixture(scope="module", params=[NginxProxy, CaddyProxy])
def proxy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Proxy:
    kind: type[Proxy] = request.param
    if kind.program is None and not IS_REQUIRED:
        pytest.skip(f"{kind.__name__}: its program is not here")
    return kind(tmp_path_factory.mktemp("proxy"))


@pytest.fixture(scope="module")
def provider(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProvider]:
    """With the settings that the files name, and one thread: whoever holds it is noticed."""
    provider = LiveProvider(tmp_path_factory.mktemp("behind"))
    port = int(provider.issuer.rpartition(":")[2])
    provider.environ |= {
        "PAPER_ISSUER": URL,
        "PAPER_BIND": f"127.0.0.1:{port}",
        "PAPER_TRUSTED_PROXIES": "127.0.0.1",
        "PAPER_CLIENT_CERT_HEADER": HEADER,
        "PAPER_MTLS_ENDPOINT_BASE": MTLS_URL,
        "PAPER_METRICS_LOOPBACK": "yes",
        "PAPER_THREADS": "1",
    }
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        resolving(patch, proxy)
        stack.enter_context(provider.serving())
        stack.enter_context(proxy.serving(port))
        yield provider


@pytest.fixture(scope="module")
def registered(provider: LiveProvider) -> tuple[str, Pair]:
    """A client that proves itself by a certificate, and that."""
    pair = self_signed(now=NOW)
    method = "self_signed_tls_client_auth"
    client = provider.register(**SERVICE, token_endpoint_auth_method=method, jwks={"keys": [pair.jwk]})
    return client["client_id"], pair


def ask(url: str, client_id: str, pair: Pair | None, folder: Path, **headers: str) -> requests.Response:
    files = None
    if pair is not None:
        files = (str(folder / "client.pem"), str(folder / "client.key"))
        (folder / "client.pem").write_text(pair.pem)
        (folder / "client.key").write_text(pair.key_pem)
    form = {"grant_type": "client_credentials", "client_id": client_id}
    return requests.post(f"{url}/token", data=form, cert=files, headers=headers, timeout=PATIENCE_SECONDS)


def test_a_person_signs_in_and_the_client_gets_tokens(provider: LiveProvider) -> None:
    """The whole code flow under the public name; cookies are for https and this host alone."""
    client = provider.register()
    credentials = (client["client_id"], client["client_secret"])
    query = {"client_id": credentials[0], "response_type": "code", "scope": "openid email"}
    person = Person()

    answer = person.authorize(
        f"{URL}/authorize?" + urlencode(query | {"redirect_uri": REDIRECT_URI}), REDIRECT_URI
    )
    received = parse_qs(urlsplit(answer).query)
    form = {"grant_type": "authorization_code", "code": received["code"][0], "redirect_uri": REDIRECT_URI}
    tokens = requests.post(f"{URL}/token", data=form, auth=credentials, timeout=PATIENCE_SECONDS).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = requests.get(f"{URL}/userinfo", headers=bearer, timeout=PATIENCE_SECONDS).json()

    assert received["iss"] == [URL]
    assert told["sub"] == provider.sub
    assert "__Host-paper_session" in person.cookies()


def test_a_certificate_proves_its_client_at_the_aliases(registered: tuple[str, Pair], tmp_path: Path) -> None:
    """RFC 8705 §5: at the addresses that discovery names, with its own certificate, and no other way."""
    client_id, pair = registered
    metadata = requests.get(f"{URL}/.well-known/openid-configuration", timeout=PATIENCE_SECONDS).json()

    statuses = [
        ask(MTLS_URL, client_id, each, tmp_path).status_code for each in (pair, self_signed(now=NOW), None)
    ]
    aliases: dict[str, str] = metadata["mtls_endpoint_aliases"]
    answered = {
        name: requests.get(url, timeout=PATIENCE_SECONDS).status_code for name, url in aliases.items()
    }

    assert statuses == [200, 401, 401]
    assert aliases["token_endpoint"] == f"{MTLS_URL}/token"
    assert 404 not in answered.values(), answered


def test_a_certificate_that_a_client_only_tells_of_is_none(
    registered: tuple[str, Pair], tmp_path: Path
) -> None:
    """RFC 9700 §4.13: the proxy writes the header or drops it, however its name is spelled."""
    client_id, pair = registered
    own = self_signed("thief", now=NOW)
    told = [{name: quote(pair.pem)} for name in SPELLINGS]

    answers = [
        ask(url, client_id, each, tmp_path, **headers).status_code
        for url, each in ((URL, None), (MTLS_URL, None), (MTLS_URL, own))
        for headers in told
    ]

    assert answers == [401] * 3 * len(SPELLINGS)


def test_the_address_is_the_one_that_the_proxy_sees(provider: LiveProvider) -> None:
    """RFC 9700 §4.13: security events tell who it was, not who it says it was."""
    for name in ("X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For"):
        Person(sends={name: "203.0.113.9"}).browse(f"{URL}/account")

    events: list[dict[str, Any]] = json.loads(provider.flask("events", "list", "--user", "ada", "--json"))
    addresses = [event["address"] for event in events if event["event"] == "signed_in"]
    assert set(addresses) == {"127.0.0.1"}


def test_a_slow_sender_holds_no_thread(provider: LiveProvider, proxy: Proxy) -> None:
    """The body is the proxy's to wait for: the provider's only thread answers others meanwhile."""
    context = ssl.create_default_context(cafile=str(proxy.ca_bundle))
    head = f"POST /token HTTP/1.1\r\nHost: {NAMES[0]}\r\nContent-Length: 1000\r\n\r\ngrant_type="
    with ExitStack() as stack:
        for _ in range(5):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.ports[443])))
            sender = stack.enter_context(context.wrap_socket(plain, server_hostname=NAMES[0]))
            sender.sendall(head.encode())
        time.sleep(0.3)
        started = time.monotonic()

        answer = requests.get(f"{URL}/readyz", timeout=5)

        assert answer.status_code == 200
        assert time.monotonic() - started < 2


def test_what_is_not_for_everybody_is_not_there(provider: LiveProvider) -> None:
    """No page under the name for certificates, no figures for strangers, no endless body, no plain http."""
    port_80 = requests.get(f"http://{NAMES[0]}/login?a=b", timeout=PATIENCE_SECONDS, allow_redirects=False)
    long = requests.post(f"{URL}/token", data="x" * 100_000, timeout=PATIENCE_SECONDS)

    assert requests.get(f"{MTLS_URL}/login", timeout=PATIENCE_SECONDS).status_code == 404
    assert requests.get(f"{URL}/metrics", timeout=PATIENCE_SECONDS).status_code == 404
    assert long.status_code in (413, 502)  # 502: Caddy 2.6, which finds out only while it buffers
    assert port_80.status_code in (301, 308)
    assert urlsplit(port_80.headers["Location"])._replace(netloc="").geturl() == "https:///login?a=b"
