"""Redirect matching: whatever is asked, only the port of a native client's loopback address may differ."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.validators.clients_in_memory import client_of, native_client
from validators.redirect_uris import is_registered

HOSTS = st.sampled_from(["127.0.0.1", "[::1]", "localhost"])
PORTS = st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}"))
TAILS = st.text(st.sampled_from("abc/?=&%.-_~"), max_size=12).map(lambda tail: "/" + tail)
PIECES = st.text(st.sampled_from("htps:/@[]127.0localhost\\#?%\n\té٣"), max_size=6)


@given(HOSTS, PORTS, TAILS, PORTS)
def test_any_port_of_the_same_address_is_good(host: str, registered: str, tail: str, asked: str) -> None:
    """RFC 8252 §7.3."""
    client = native_client(f"http://{host}{registered}{tail}")

    assert is_registered(f"http://{host}{asked}{tail}", client)


@given(HOSTS, PORTS, TAILS, st.integers(0, 40), st.integers(0, 6), PIECES)
@example("127.0.0.1", ":80", "/", 19, 0, "@evil.example")
def test_what_is_accepted_differs_in_the_port_alone(
    host: str, port: str, tail: str, start: int, length: int, piece: str
) -> None:
    """DESIGN §3: one piece of the URI replaced; host, path and query are the registered ones."""
    registered = f"http://{host}{port}{tail}"
    asked = registered[:start] + piece + registered[start + length :]

    if is_registered(asked, native_client(registered)):
        between = asked.removeprefix(f"http://{host}").removesuffix(tail)
        assert asked == f"http://{host}{between}{tail}"
        assert between == "" or (between[0] == ":" and between[1:].isdecimal() and between.isascii())
        assert int(between[1:] or 0) <= 65535


@given(st.text(max_size=60), st.text(max_size=60))
def test_other_clients_match_to_the_letter(registered: str, asked: str) -> None:
    """RFC 9700 §2.1."""
    assert is_registered(asked, client_of(redirect_uris=[registered])) is (asked == registered)
