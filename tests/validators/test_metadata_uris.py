"""URIs in client metadata (RFC 8252 §7, RFC 9700 §2.1)."""

from typing import Any

import pytest

from validators.metadata_uris import RegisteredBy, origin, redirect_uri, web_uri
from validators.metadata_values import InvalidClientMetadata


@pytest.mark.parametrize(
    "uri",
    [
        "https://client.example/cb",
        "https://client.example:8443/cb?tenant=1&next=%2Fhome",
        "https://client.example",
        "https://[2001:db8::1]/cb",
        "http://localhost:8080/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:5000/cb",
    ],
)
def test_redirect_uris_of_a_web_client(uri: str) -> None:
    """RFC 6749 §3.1.2.1, RFC 8252 §7.3: https, or http on a loopback address; kept to the character."""
    assert redirect_uri(native=False)("redirect_uris", uri) == uri


@pytest.mark.parametrize(
    "uri", ["com.example.app:/cb", "com.example.app://cb", "http://127.0.0.1/cb", "https://client.example/cb"]
)
def test_redirect_uris_of_a_native_client(uri: str) -> None:
    """RFC 8252 §7: private-use schemes, claimed https URIs and loopback addresses."""
    assert redirect_uri(native=True)("redirect_uris", uri) == uri


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("http://client.example/cb", id="http"),
        pytest.param("http://localhost.evil.example/cb", id="localhost-prefix"),
        pytest.param("http://127.0.0.1@evil.example/cb", id="userinfo"),
        pytest.param("https://user:password@client.example/cb", id="userinfo-password"),
        pytest.param("http://127.0.0.1.evil.example/", id="loopback-prefix"),
        pytest.param("https://client.example/cb#top", id="fragment"),
        pytest.param("https://client.example/cb#", id="empty-fragment"),
        pytest.param("https://client.example/a/../cb", id="dot-segment"),
        pytest.param("https://client.example/%2e%2E/cb", id="encoded-dot-segment"),
        pytest.param("https://client.example/..;/cb", id="dot-segment-with-parameter"),
        pytest.param("https://client.example/..%2fcb", id="encoded-slash"),
        pytest.param("https://client.example/%252f/cb", id="encoded-twice"),
        pytest.param("https://client.example/%5ccb", id="encoded-backslash"),
        pytest.param("https://client.example\\@evil.example/", id="backslash"),
        pytest.param("https://client.example/c b", id="space"),
        pytest.param("https://client.example/cb\n", id="line-feed"),
        pytest.param("https://client.example/cb?a=%0d%0a", id="encoded-line-feed"),
        pytest.param("https://client.example/cb\u0000", id="nul"),
        pytest.param("https://clïent.example/cb", id="non-ascii"),
        pytest.param("https://*.example/cb", id="wildcard"),
        pytest.param("https://client.example:0/cb", id="port-0"),
        pytest.param("https://client.example:99999/cb", id="port-too-high"),
        pytest.param("https://client.example:/cb", id="empty-port"),
        pytest.param("https:///cb", id="no-host"),
        pytest.param("https:cb", id="no-authority"),
        pytest.param("https://[::1/cb", id="open-bracket"),
        pytest.param("http://[::1]evil.example/cb", id="after-bracket"),
        pytest.param("http://evil.example[::1]/cb", id="before-bracket"),
        pytest.param("https://[127.0.0.1]/cb", id="bracketed-ipv4"),
        pytest.param("https://client..example/cb", id="empty-label"),
        pytest.param("/cb", id="relative"),
        pytest.param("//client.example/cb", id="no-scheme"),
        pytest.param("", id="empty"),
        pytest.param("https://client.example/" + "a" * 2000, id="too-long"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("JavaScript://client.example/%0aalert(1)", id="javascript-mixed-case"),
        pytest.param("data:text/html,hello", id="data"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("vbscript:x", id="vbscript"),
        pytest.param("blob:https://client.example/1", id="blob"),
        pytest.param("about:blank", id="about"),
        pytest.param("myapp:/cb", id="scheme-without-dot"),
        pytest.param("com.example.app:", id="nothing-but-a-scheme"),
        pytest.param("urn:ietf:wg:oauth:2.0:oob", id="out-of-band"),
        pytest.param(7, id="number"),
        pytest.param(["https://client.example/cb"], id="list"),
    ],
)
def test_unsound_redirect_uri_is_refused(uri: Any, native: bool) -> None:
    """RFC 9700 §2.1, RFC 8252 §7.1: nothing that parsers read in two ways, no scheme that runs code."""
    with pytest.raises(InvalidClientMetadata) as caught:
        redirect_uri(native=native)("redirect_uris", uri)

    assert caught.value.error == "invalid_redirect_uri"


@pytest.mark.parametrize(
    ("registered_by", "uri"),
    [
        pytest.param("operator", "http://client.example/x", id="http"),
        pytest.param("operator", "data:image/png;base64,AAAA", id="data"),
        pytest.param("operator", "https://user@client.example/x", id="userinfo"),
        pytest.param("operator", "https://client.example/x#y", id="fragment"),
        pytest.param("operator", "com.example.app:/x", id="private-use"),
        pytest.param("operator", None, id="null"),
        pytest.param("dynamic", "http://localhost/x", id="strangers-loopback"),
        pytest.param("dynamic", "file:///x", id="file"),
    ],
)
def test_unsound_web_uri_is_refused(registered_by: RegisteredBy, uri: Any) -> None:
    """OpenID Connect Registration §2: what is shown or fetched is https."""
    with pytest.raises(InvalidClientMetadata, match="logo_uri: must be an https URL"):
        web_uri(registered_by)("logo_uri", uri)


def test_default_port_belongs_to_the_origin() -> None:
    """RFC 6454 §4."""
    assert origin("https://client.example/a") == origin("https://client.example:443/b")
    assert origin("https://client.example/a") != origin("https://client.example:8443/a")
