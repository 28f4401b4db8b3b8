"""Scope words: parsed, allowed, default (RFC 6749 §3.3)."""

import pytest

from tests.validators.clients_in_memory import client_of
from validators.scopes import OPENID_SCOPES, default_scopes, gives_refresh_token, is_allowed, parse_scope


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(None, [], id="missing"),
        pytest.param("", [], id="empty"),
        pytest.param("openid email", ["openid", "email"], id="in-order"),
        pytest.param("email openid email", ["email", "openid"], id="once-each"),
        pytest.param("  openid   email ", ["openid", "email"], id="spaces"),
        pytest.param("a:b/c?d=e'", ["a:b/c?d=e'"], id="any-printable"),
        pytest.param("Openid", ["Openid"], id="case-sensitive"),
    ],
)
def test_words_of_a_scope(text: str | None, words: list[str]) -> None:
    """RFC 6749 §3.3: words between spaces; order and repetition mean nothing."""
    assert parse_scope(text) == words


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\tb", "a\nb", "é", "a\x7f", "openid\u3000email", "a\0"])
def test_a_malformed_scope_is_none(text: str) -> None:
    """RFC 6749 §A.4: NQCHAR."""
    assert parse_scope(text) is None


def test_a_client_may_ask_for_its_own_words_alone() -> None:
    """DESIGN §6: with ``scope`` exactly those."""
    client = client_of(scope="photos openid")

    assert is_allowed(["photos", "openid"], client)
    assert not is_allowed(["photos", "email"], client)
    assert not is_allowed(["Photos"], client)


def test_a_client_without_scope_may_ask_for_openid_connects() -> None:
    """DESIGN §6."""
    assert is_allowed(OPENID_SCOPES, client_of())
    assert not is_allowed(["photos"], client_of())


def test_a_client_registered_for_no_word_gets_none() -> None:
    """An empty list is not the same as none given."""
    assert not is_allowed(["openid"], client_of(scope=""))


@pytest.mark.parametrize(
    ("scope", "default"), [(None, []), ("openid email", []), ("photos openid albums", ["albums", "photos"])]
)
def test_no_scope_means_the_clients_own_words(scope: str | None, default: list[str]) -> None:
    """RFC 6749 §3.3: none of OpenID Connect's without being asked."""
    assert default_scopes(client_of(scope=scope)) == default


@pytest.mark.parametrize(
    ("scopes", "grant_types", "given"),
    [
        pytest.param(["openid"], ["authorization_code", "refresh_token"], False, id="openid"),
        pytest.param(
            ["openid", "offline_access"], ["authorization_code", "refresh_token"], True, id="offline"
        ),
        pytest.param(["photos"], ["authorization_code", "refresh_token"], True, id="plain-oauth"),
        pytest.param(["openid", "offline_access"], ["authorization_code"], False, id="grant-type-missing"),
    ],
)
def test_when_a_refresh_token_is_given(scopes: list[str], grant_types: list[str], given: bool) -> None:
    """DESIGN §4, OpenID Connect Core §11."""
    assert gives_refresh_token(scopes, client_of(grant_types=grant_types)) is given
