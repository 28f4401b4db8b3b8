"""Redirect URIs: exact, but for the port of a native client's loopback address."""

import pytest

from tests.validators.clients_in_memory import client_of, native_client
from validators.redirect_uris import is_registered, origins, sole_registered

WEB = "https://client.example/callback"


@pytest.mark.security
@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("https://client.example/callback/", id="slash"),
        pytest.param("https://client.example/callback?", id="question-mark"),
        pytest.param("https://client.example/callback#", id="hash"),
        pytest.param("https://client.example/callback?a=b", id="query"),
        pytest.param("https://client.example:443/callback", id="default-port"),
        pytest.param("https://client.example/Callback", id="path-case"),
        pytest.param("HTTPS://client.example/callback", id="scheme-case"),
        pytest.param("http://client.example/callback", id="scheme"),
        pytest.param("https://client.example/%63allback", id="percent-encoding"),
        pytest.param("https://client.example/x/../callback", id="dots"),
        pytest.param("https://client.example/callback\n", id="line-end"),
        pytest.param(" https://client.example/callback", id="space"),
        pytest.param("https://client.example.evil.example/callback", id="longer-host"),
        pytest.param("https://evil@client.example/callback", id="userinfo"),
        pytest.param("https://client.exаmple/callback", id="cyrillic"),
        pytest.param("", id="empty"),
    ],
)
def test_nothing_but_the_registered_uri(uri: str) -> None:
    """RFC 9700 §2.1: compared character by character."""
    assert is_registered(WEB, client_of())
    assert not is_registered(uri, client_of())
    assert not is_registered(uri, native_client(WEB))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
@pytest.mark.parametrize("port", [":1", ":8000", ":65535", ""])
def test_the_port_of_a_loopback_address_is_free(host: str, port: str) -> None:
    """RFC 8252 §7.3: for a native client; registered with another port or none."""
    uri = f"http://{host}{port}/callback?a=b"

    assert is_registered(uri, native_client(f"http://{host}/callback?a=b"))
    assert is_registered(uri, native_client(f"http://{host}:5000/callback?a=b"))


@pytest.mark.security
@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("http://localhost:8000/callback", id="other-name"),
        pytest.param("http://[::1]:8000/callback", id="other-family"),
        pytest.param("http://127.0.0.2:8000/callback", id="other-address"),
        pytest.param("http://127.1:8000/callback", id="short-address"),
        pytest.param("http://2130706433:8000/callback", id="number"),
        pytest.param("http://127.0.0.1.evil.example:8000/callback", id="longer-host"),
        pytest.param("https://127.0.0.1:8000/callback", id="scheme"),
        pytest.param("HTTP://127.0.0.1:8000/callback", id="scheme-case"),
        pytest.param("http://127.0.0.1:8000/callback/", id="path"),
        pytest.param("http://127.0.0.1:8000/callback?a", id="query"),
        pytest.param("http://127.0.0.1:8000/callback#a", id="fragment"),
        pytest.param("http://127.0.0.1:8000", id="no-path"),
        pytest.param("http://127.0.0.1:/callback", id="empty-port"),
        pytest.param("http://127.0.0.1:65536/callback", id="port-too-high"),
        pytest.param("http://127.0.0.1:٨٠/callback", id="other-digits"),
        pytest.param("http://127.0.0.1:-1/callback", id="negative"),
        pytest.param("http://127.0.0.1:80:80/callback", id="two-ports"),
        pytest.param("http://127.0.0.1:80@evil.example/callback", id="password"),
        pytest.param("http://evil.example@127.0.0.1:80/callback", id="user"),
        pytest.param("http://127.0.0.1:80\\@evil.example/callback", id="backslash"),
        pytest.param("http://127.0.0.1:8000/callback\n", id="line-end"),
    ],
)
def test_nothing_but_the_port_is_free(uri: str) -> None:
    """DESIGN §3: each loopback address for itself, and nothing else may differ."""
    assert not is_registered(uri, native_client("http://127.0.0.1/callback"))


@pytest.mark.security
@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"application_type": "native"}, id="confidential-native"),
        pytest.param({"token_endpoint_auth_method": "none"}, id="public-web"),
        pytest.param({}, id="confidential-web"),
    ],
)
def test_other_clients_keep_their_port(metadata: dict[str, str]) -> None:
    """DESIGN §3: the port is free for public native clients alone."""
    client = client_of(redirect_uris=["http://localhost:8000/callback"], **metadata)

    assert is_registered("http://localhost:8000/callback", client)
    assert not is_registered("http://localhost:8001/callback", client)


def test_private_use_schemes_are_exact() -> None:
    """RFC 8252 §7.1."""
    client = native_client("com.example.app:/callback")

    assert is_registered("com.example.app:/callback", client)
    assert not is_registered("com.example.app:/callback2", client)
    assert not is_registered("com.example.app://callback", client)


@pytest.mark.parametrize(
    ("uris", "sole"), [([WEB], WEB), ([], None), ([WEB, "https://client.example/2"], None)]
)
def test_only_a_sole_uri_may_be_left_out(uris: list[str], sole: str | None) -> None:
    """RFC 6749 §3.1.2.3."""
    assert sole_registered(client_of(redirect_uris=uris)) == sole


def test_origins_are_those_of_web_addresses() -> None:
    """RFC 6454 §4: scheme, host and port, of http and https alone."""
    uris = [
        *(WEB, "https://client.example/2", "http://localhost:8000/a?b", "https://two.example?x"),
        *("com.example.app:/callback", "https://three.example:8443#x"),
    ]

    assert origins(client_of(redirect_uris=uris)) == {
        *("https://client.example", "http://localhost:8000", "https://two.example"),
        "https://three.example:8443",
    }


def test_an_origin_is_spelled_as_browsers_do() -> None:
    """RFC 6454 §6.2: lower case, without the scheme's own port."""
    assert origins(client_of(redirect_uris=["https://Client.Example:443/callback"])) == {
        "https://client.example"
    }
