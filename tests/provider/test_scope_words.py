"""What each scope means, in words."""

import pytest
from flask import Flask

from provider.scope_words import describe_scope
from provider.wiring import Services
from tests.builders import make_scope
from tests.sqlite_only import database_url as database_url


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("email", "See your e-mail address", id="known"),
        pytest.param("photos.read", "See your photos", id="in-words-of-the-operator"),
        pytest.param("groups", "See what is kept about you as groups, ro%(x)les", id="by-its-claims"),
        pytest.param("bare", "Use “bare”", id="defined-without-words"),
        pytest.param("unknown", "Use “unknown”", id="unknown"),
        pytest.param("100%(x)s", "Use “100%(x)s”", id="percent"),
    ],
)
def test_scope_is_described_in_plain_words(app: Flask, services: Services, name: str, words: str) -> None:
    """OpenID Connect Core §5.4: what each scope asks for."""
    make_scope(services, "photos.read", description="See your photos", claims=["album"])
    make_scope(services, "groups", claims=["groups", "ro%(x)les"])
    make_scope(services, "bare", claims=[])

    with app.test_request_context():
        assert describe_scope(name) == words


def test_scope_is_described_in_the_language_of_the_page(app: Flask) -> None:
    """The words are chosen when they are shown, not when the module is read."""
    with app.test_request_context(headers={"Accept-Language": "ko"}):
        assert describe_scope("phone") == "전화번호를 확인합니다"
        assert describe_scope("photos.read") == "“photos.read” 권한을 사용합니다"
