"""Every member of every entry with values that nobody means: one clear line, or kept."""

from typing import Any

import pytest

from tests.provider.configuration.conftest import CALLBACK, Commands, refusal_of
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security


def nested(levels: int) -> list[Any]:
    """Return a list in a list, and so on."""
    return [nested(levels - 1)] if levels else []


ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**400, float("nan"), float("inf"), "", " ", "b a b", "x" * 5000),
    *("\ud800", "\x00", "\u202e", "é", "https://a.example/"),
    *([], [None], ["b", "a", "a"], ["\ud800"], ["\x00"], [""], ["a\nb"], nested(100), nested(500)),
    *({}, {"a": 1}, {"\ud800": "\ud800"}, {"env": "\x00"}, {"env": "a=b"}, {"file": "/"}, {"file": "\x00"}),
]
ENTRIES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "scopes": ({"name": "groups"}, ("name", "claims", "description")),
    "authorization_types": ({"name": "payment", "schema": {}}, ("name", "schema", "template")),
    "clients": (
        {"client_id": "shop", "redirect_uris": [CALLBACK]},
        (
            "client_id",
            "client_secret",
            "client_name",
            "redirect_uris",
            "grant_types",
            "scope",
            "jwks",
            "note",
        ),
    ),
    "resources": (
        {"uri": "https://api.example/"},
        ("uri", "scope", "token_format", "token_seconds", "client_ids", "server_ids"),
    ),
    "trusted_issuers": (
        {"issuer": "https://idp.example", "jwks_uri": "https://idp.example/jwks"},
        ("issuer", "jwks", "jwks_uri", "audiences", "subject_claim", "subject", "scope", "client_ids"),
    ),
    "people": ({"name": "eve"}, ("name", "sub", "email", "claims", "disabled", "password_hash")),
}


@pytest.mark.parametrize(
    ("kind", "member"), [(kind, member) for kind, (_, members) in ENTRIES.items() for member in members]
)
def test_an_odd_value_is_refused_or_kept(commands: Commands, kind: str, member: str) -> None:
    """Never an exception, never a difference that no applying ends."""
    for value in ODD:
        document = {"paper": 1, kind: [ENTRIES[kind][0] | {member: value}]}

        tried = commands.apply(document, "--dry-run")

        assert tried.exit_code in (0, 1, 2), (value, tried.exception)
        assert tried.exception is None or isinstance(tried.exception, SystemExit), (value, tried.exception)
        if tried.exit_code == 2:
            assert refusal_of(tried)
        elif commands.apply(document).exit_code == 0:
            assert commands.apply(document).stdout == "nothing to do\n", value
