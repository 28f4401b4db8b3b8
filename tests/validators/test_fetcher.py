"""The one way out: what it fetches and what it keeps away from."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.document_server import Answer, DocumentServer, document, dripping, status
from validators.errors import FetchError
from validators.fetcher import MAX_BYTES, Fetcher
from validators.outbound import OutboundAllow

LOCALHOST = OutboundAllow.of(["localhost"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentServer]:
    with DocumentServer(tmp_path_factory.mktemp("https")).serving() as running:
        yield running


@pytest.fixture
def fetcher(server: DocumentServer) -> Fetcher:
    server.seen.clear()
    return Fetcher(LOCALHOST, server.ca_bundle, seconds=1)


def test_document_is_fetched_and_read(server: DocumentServer, fetcher: Fetcher) -> None:
    """RFC 7517 §5: a JWK set is a JSON object; nothing of ours travels with the question."""
    server.answers["/keys"] = document(b'{"keys": []}', Content_Type="application/jwk-set+json")

    assert fetcher.json(f"{server.url}/keys?a=b") == {"keys": []}
    sent = server.seen[0].headers
    assert sent["Host"] == f"localhost:{server.port}"
    assert not {"cookie", "authorization"} & {name.lower() for name in sent}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(status(302, Location="/keys"), id="redirect"),
        pytest.param(status(404), id="not-found"),
        pytest.param(status(204), id="empty"),
        pytest.param(document(b"<html></html>"), id="no-json"),
        pytest.param(document(b"[" * 100_000), id="deep"),
        pytest.param(document(b"\xff{}"), id="not-utf8"),
        pytest.param(document(b'"' + b"x" * MAX_BYTES + b'"'), id="large"),
        pytest.param(document(b"{}", Content_Encoding="gzip"), id="compressed"),
    ],
)
def test_anything_but_a_small_document_is_refused(
    server: DocumentServer, fetcher: Fetcher, answer: Answer
) -> None:
    """Advisories 18, 30: no redirect is followed, no bomb unpacked, 256 kB are the most."""
    server.answers |= {"/document": answer, "/keys": document(b"{}")}

    with pytest.raises(FetchError):
        fetcher.json(f"{server.url}/document")

    assert len(server.seen) == 1


@pytest.mark.parametrize("code", [200, 204, 302, 400, 500])
def test_form_is_sent_and_the_status_is_all_that_is_read(
    server: DocumentServer, fetcher: Fetcher, code: int
) -> None:
    """Back-Channel Logout §2.5, §2.8: a form, one answer; no redirect is followed."""
    server.answers["/logout"] = status(code, Location="/logout")
    server.bodies.clear()

    assert fetcher.post(f"{server.url}/logout", {"logout_token": "a.b&c"}) == code

    assert server.bodies == [b"logout_token=a.b%26c"]
    assert server.seen[0].headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_json_is_sent_with_a_bearer_token(server: DocumentServer, fetcher: Fetcher) -> None:
    """CIBA Core §10.2, RFC 6750 §2.1: JSON, the token of the one who listens; no redirect is followed."""
    server.answers["/ping"] = status(302, Location="/ping")
    server.bodies.clear()

    assert fetcher.post_json(f"{server.url}/ping", {"auth_req_id": "x"}, "t-1") == 302

    (body,), sent = server.bodies, server.seen[0].headers
    assert json.loads(body) == {"auth_req_id": "x"}
    assert (sent["Content-Type"], sent["Authorization"]) == ("application/json", "Bearer t-1")


def test_slow_answer_to_a_form_is_cut(server: DocumentServer, fetcher: Fetcher) -> None:
    """A byte of the head now and then keeps nobody waiting."""
    server.answers["/slow"] = dripping(40, 0.1)
    begun = time.monotonic()

    with pytest.raises(FetchError):
        fetcher.post(f"{server.url}/slow", {"logout_token": "t"})

    assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\n\r\n{"], ids=["head", "body"])
def test_slow_answer_is_cut(server: DocumentServer, fetcher: Fetcher, first: bytes) -> None:
    """The time is for the whole of it: a byte now and then keeps nobody waiting."""
    server.answers["/slow"] = dripping(40, 0.1, first)
    begun = time.monotonic()

    with pytest.raises(FetchError):
        fetcher.json(f"{server.url}/slow")

    assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://localhost/keys",
        "https://",
        "https://user@localhost/keys",
        "https://localhost/keys#part",
        "https://localhost:99999/keys",
        "https://[::1/keys",
        "",
    ],
)
def test_address_of_another_kind_is_refused(fetcher: Fetcher, url: str) -> None:
    """Advisory 30: https and nothing else."""
    with pytest.raises(FetchError):
        fetcher.json(url)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "2130706433", "0x7f.1"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[fe80::1]", "[fc00::1]", "[ff02::1]"),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]", "[64:ff9b:1:7f00:0:100:808:808]"),
    ],
)
def test_internal_address_is_never_called(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Advisories 35 to 37: loopback, private, link-local, multicast, wrapped: all out of reach."""

    def connect(*args: Any, **kwargs: Any) -> socket.socket:
        raise AssertionError(f"{args} was called")

    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(FetchError):
        Fetcher(OutboundAllow(), seconds=2).json(f"https://{host}/keys")
    with pytest.raises(FetchError):
        Fetcher(OutboundAllow(), seconds=2).post(f"https://{host}/logout", {"logout_token": "t"})


def test_name_is_resolved_once(server: DocumentServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the address that was looked at is the one that is called."""
    server.answers["/keys"] = document(b"{}")
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def answer(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host == "keys.example":
            asked.append(host)
            host = "127.0.0.1"
        return resolve(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    fetcher = Fetcher(OutboundAllow.of(["127.0.0.0/8"]), server.ca_bundle, seconds=1)

    with pytest.raises(FetchError, match=r"doesn't match|not valid for"):  # the certificate is localhost's
        fetcher.json(f"https://keys.example:{server.port}/keys")

    assert asked == ["keys.example"]


@pytest.mark.security
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://localhost:1/keys?token=secret", id="nobody answers"),
        pytest.param("https://192.0.1.1/keys?token=secret", id="out of reach"),
        pytest.param("https://no-such-host.invalid/keys?token=secret", id="no address"),
    ],
)
def test_an_error_names_the_place_without_the_query(url: str) -> None:
    """The text is for a log, and a query may be a secret."""
    with pytest.raises(FetchError) as caught:
        Fetcher(LOCALHOST, seconds=1).json(url)

    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith(url.partition("?")[0] + ": ")


def test_unknown_authority_is_refused(server: DocumentServer) -> None:
    """TLS verification: without the operator's bundle the server's authority is nobody's."""
    with pytest.raises(FetchError, match="certificate verify failed"):
        Fetcher(LOCALHOST, seconds=1).json(f"{server.url}/keys")


def test_environment_changes_nothing(
    server: DocumentServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No proxy, no password file, no authorities from the environment."""
    server.answers["/keys"] = document(b"{}")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password secret\n")
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(netrc))

    assert fetcher.json(f"{server.url}/keys") == {}
    assert server.seen[-1].headers["Authorization"] is None


def test_plain_http_is_for_allowed_places_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypted, save where the operator has said otherwise; never in clear over the Internet."""
    with DocumentServer(tmp_path, tls=False).serving() as plain:
        plain.answers["/keys"] = document(b"{}")

        assert Fetcher(LOCALHOST, seconds=1).json(f"{plain.url}/keys") == {}
        with pytest.raises(FetchError):
            Fetcher(OutboundAllow(), seconds=1).json(f"{plain.url}/keys")
    with pytest.raises(FetchError, match="no address that may be reached"):
        Fetcher(LOCALHOST, seconds=1).json("http://192.0.1.1/keys")


def test_silent_server_is_left(tmp_path: Path) -> None:
    """Also a handshake has its end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()

        with pytest.raises(FetchError):
            Fetcher(LOCALHOST, seconds=0.5).json(f"https://localhost:{silent.getsockname()[1]}/keys")

    assert time.monotonic() - begun < 2.5
    assert ssl.HAS_SNI
