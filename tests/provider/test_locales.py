"""Choosing a language, and complete catalogues."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, g
from flask_babel import gettext

from provider.locales import SUPPORTED_LOCALES, TRANSLATIONS, best_locale, compile_catalogs, init_locales

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


@pytest.fixture(scope="module")
def app() -> Flask:
    compile_catalogs()
    app = Flask("provider")
    init_locales(app)
    return app


def _catalog(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        pytest.param(["ko"], "ko", id="exact"),
        pytest.param(["ko-KR"], "ko", id="region-cut"),
        pytest.param(["KO-kore-kr"], "ko", id="any-case"),
        pytest.param(["fr-CA", "fr", "ko", "en"], "ko", id="first-that-fits"),
        pytest.param(["en-GB", "ko"], "en", id="order-counts"),
        pytest.param(["kok", "eng"], None, id="longer-subtag-is-another-language"),
        pytest.param(["*", "", "-", "x-ko"], None, id="no-language"),
        pytest.param(["-".join("a" * 30000), "ko"], "ko", id="over-long"),
        pytest.param([], None, id="none"),
    ],
)
def test_lookup_finds_the_first_language_that_fits(tags: list[str], language: str | None) -> None:
    """RFC 4647 §3.4."""
    assert best_locale(tags) == language


@pytest.mark.parametrize(
    ("ui_locales", "accept", "words"),
    [
        pytest.param(None, None, "Password", id="nothing-said"),
        pytest.param(None, "ko-KR,ko;q=0.9,en;q=0.8", "비밀번호", id="header"),
        pytest.param(None, "en;q=0.5, ko;q=0.7", "비밀번호", id="header-weights"),
        pytest.param(None, "ko;q=0, fr", "Password", id="header-refuses"),
        pytest.param(["ko"], "en", "비밀번호", id="request-before-header"),
        pytest.param(["fr"], "ko", "비밀번호", id="header-where-request-fails"),
        pytest.param(["fr"], "de", "Password", id="neither"),
    ],
)
def test_request_parameter_comes_before_header(
    app: Flask, ui_locales: list[str] | None, accept: str | None, words: str
) -> None:
    """OpenID Connect Core §3.1.2.1, RFC 9110 §12.5.4; no error where nothing fits."""
    with app.test_request_context(headers={"Accept-Language": accept} if accept else {}):
        if ui_locales is not None:
            g.ui_locales = ui_locales

        assert gettext("Password") == words


@pytest.mark.parametrize("language", SUPPORTED_LOCALES[1:])
def test_every_word_is_translated(language: str) -> None:
    """A page never mixes languages; a word that is gone leaves the catalogue too."""
    used = {message for _, _, message, _, _ in extract_from_dir(TRANSLATIONS.parent, METHODS)}
    catalog = _catalog(language)

    translated = {message.id for message in catalog if message.id and message.string and not message.fuzzy}

    assert translated == used


@pytest.mark.parametrize("language", SUPPORTED_LOCALES[1:])
def test_translation_keeps_its_placeholders(language: str) -> None:
    """A placeholder that was lost or misspelt would hide a name or break the page."""
    problems = [(message.id, list(message.check(_catalog(language)))) for message in _catalog(language)]
    lost = [
        message.id
        for message in _catalog(language)
        for word in str(message.id).split("%(")[1:]
        if f"%({word.partition(')')[0]})s" not in str(message.string)
    ]

    assert [problem for problem in problems if problem[1]] == []
    assert lost == []


def test_catalogs_are_compiled_beside_their_sources(tmp_path: Path) -> None:
    """The compiled form is made at set-up and never kept in the repository."""
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Password"\nmsgstr "비밀번호"\n', encoding="utf-8")

    written = compile_catalogs(tmp_path)

    assert written == [folder / "messages.mo"]
    assert "비밀번호".encode() in written[0].read_bytes()
