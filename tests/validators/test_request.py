"""ProviderRequest: parameters can be read, and never become what the callbacks share."""

import pytest
from oauthlib.common import Request

from validators.request import ABSENT, ProviderRequest

OWN = (
    *(
        "client",
        "grant",
        "session",
        "user",
        "scopes",
        "claims",
        "extra_credentials",
        "expires_in",
        "expires_at",
    ),
    *("token_expires_at", "prompts", "problem", "resources", "parameters", "known_client", "known_grant"),
)
OAUTHLIBS = (
    *("uri", "http_method", "headers", "body", "decoded_body", "oauth_params", "validator_log"),
    *("duplicate_params", "uri_query", "uri_query_params", "_params", "__class__", "__dict__"),
)


@pytest.mark.security
@pytest.mark.parametrize("name", [*OWN, *OAUTHLIBS])
def test_a_parameter_never_becomes_an_attribute_of_ours(name: str) -> None:
    """OAUTHLIB §4: ``POST user=admin`` gave ``request.user == "admin"``."""
    plain, attacked = ProviderRequest({}), ProviderRequest({name: "evil"})

    try:
        expected = getattr(plain, name)
    except AssertionError:
        with pytest.raises(AssertionError):
            getattr(attacked, name)
        return
    if name in {"parameters", "_params", "__dict__"}:
        assert name not in ABSENT
    else:
        assert getattr(attacked, name) == expected


def test_what_was_sent_can_be_read() -> None:
    """Oauthlib reads parameters as attributes."""
    request = ProviderRequest({"grant_type": "x", "code": "c"})

    assert (request.grant_type, request.code, request.state) == ("x", "c", None)


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_what_was_not_sent_is_none(name: str) -> None:
    """OAUTHLIB §3: never an AttributeError."""
    assert getattr(ProviderRequest({}), name) is None


@pytest.mark.parametrize("name", ["dpop_jkt", "authorization_details", "nonsense"])
def test_an_unknown_name_is_an_error(name: str) -> None:
    """A typing mistake of ours shows."""
    with pytest.raises(AttributeError):
        getattr(ProviderRequest({}), name)


def test_every_parameter_of_oauthlib_is_known_here() -> None:
    """An oauthlib that reads more names must not meet an AttributeError."""
    names = set(vars(Request(""))["_params"])

    assert names - {"request_token", "token_type"} <= ABSENT.keys() | set(OWN)  # OAuth 1; a response's


def test_headers_are_found_in_any_case() -> None:
    """RFC 9110 §5.1."""
    request = ProviderRequest({}, headers={"Authorization": "Basic x"})

    assert request.headers["authorization"] == "Basic x"


def test_two_requests_share_nothing() -> None:
    """OAUTHLIB §7: all state lives on the request."""
    one, other = ProviderRequest({}), ProviderRequest({})
    one.code, one.redirect_uri = "mine", "https://mine.example"

    assert (other.code, other.redirect_uri) == (None, None)
    assert ABSENT["code"] is None
