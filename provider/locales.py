"""The languages of the pages, and how one is chosen.

``python -m provider.locales`` compiles the catalogues under ``translations/``; it is part of every set-up.
"""

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale

SUPPORTED_LOCALES = ("en", "ko")
"""Languages that every page is written in; the first is the one nobody has to ask for."""

TRANSLATIONS = Path(__file__).parent / "translations"


def best_locale(tags: Iterable[str]) -> str | None:
    """Return the supported language that fits the first possible of ``tags`` (RFC 4647 §3.4), or ``None``.

    Args:
        tags: BCP 47 language tags, the best liked first; what is no tag fits nothing.
    """
    for tag in tags:
        for supported in SUPPORTED_LOCALES:
            if f"{tag.lower()}-".startswith(f"{supported}-"):
                return supported
    return None


def init_locales(app: Flask) -> None:
    """Let the pages of ``app`` speak the language of their reader.

    The languages of ``g.ui_locales``, where a view has set it (OpenID Connect Core §3.1.2.1), come before
    those of Accept-Language. A view sets it before anything is translated: the choice holds for the request.
    """
    Babel(
        app,
        default_locale=SUPPORTED_LOCALES[0],
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=_select_locale,
    )
    app.jinja_env.globals["page_language"] = page_language


def page_language() -> str:
    """Return the language of the current page, as the ``lang`` attribute wants it."""
    return str(get_locale() or SUPPORTED_LOCALES[0])


def compile_catalogs(translations: Path = TRANSLATIONS) -> list[Path]:
    """Compile each ``.po`` file below ``translations``; return the ``.mo`` files written."""
    written = []
    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        target = source.with_suffix(".mo")
        target.write_bytes(compiled.getvalue())
        written.append(target)
    return written


def _select_locale() -> str | None:
    """Choose for the current request; outside one, the default."""
    if not has_request_context():
        return None
    accepted = [tag for tag, quality in request.accept_languages if quality > 0]
    return best_locale([*g.get("ui_locales", ()), *accepted])


if __name__ == "__main__":
    compile_catalogs()
