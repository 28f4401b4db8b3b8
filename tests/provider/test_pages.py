"""What the pages show: ids and names that others build on, hostile words, accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g, render_template

from provider.locales import compile_catalogs, init_locales
from tests.provider.page import Page
from tests.provider.page_values import ShownClient, ordinary_values

Render = Callable[..., Page]

BIDI_OVERRIDE = "\u202e"
HOSTILE = f"<script>alert(1)</script>\"'{BIDI_OVERRIDE}{{{{ 7 * 7 }}}}" + "W" * 5000
PAGES = [
    *("login.html", "consent.html", "error.html", "home.html", "form_post.html"),
    *("device.html", "device_confirm.html", "device_done.html"),
    *("logout.html", "logout_done.html", "logout_clients.html"),
]


@pytest.fixture(scope="session")
def pages_app() -> Flask:
    compile_catalogs()
    app = Flask("provider")
    app.secret_key = "for forms in tests"
    init_locales(app)
    app.add_url_rule("/login", "login.login", lambda: "")
    app.add_url_rule("/logout/confirm", "logout.decide", lambda: "")
    app.add_url_rule("/account", "account.account", lambda: "")
    app.add_url_rule("/login/accounts", "accounts.accounts", lambda: "")
    return app


@pytest.fixture
def render(pages_app: Flask) -> Render:
    def render_page(template: str, language: str = "en", **changed: Any) -> Page:
        with pages_app.test_request_context():
            g.ui_locales = [language]
            return Page(render_template(template, **{**ordinary_values(template), **changed}))

    return render_page


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("template", PAGES)
def test_page_has_language_title_one_heading_and_landmarks(
    render: Render, template: str, language: str
) -> None:
    """WCAG 2.2 §3.1.1, §2.4.2, §1.3.1."""
    page = render(template, language)

    assert page.all("html")[0].attributes["lang"] == language
    assert page.all("title")[0].text.endswith(" · Paper")
    assert page.all("h1")[0].text.strip() in page.all("title")[0].text
    assert [len(page.all(name)) for name in ("h1", "main", "footer")] == [1, 1, 1]


def test_titles_differ(render: Render) -> None:
    """WCAG 2.2 §2.4.2: the title tells which page this is."""
    titles = {render(template).all("title")[0].text for template in PAGES}

    assert len(titles) == len(PAGES)


@pytest.mark.parametrize("template", PAGES)
def test_page_holds_no_inline_script_or_style(render: Render, template: str) -> None:
    """Content Security Policy Level 3 §6.1: ``script-src 'self'; style-src 'self'`` forbids them."""
    page = render(template)

    assert not page.all("style")
    assert all(script.attributes["src"].startswith("/static/") for script in page.all("script"))
    assert all(not script.text.strip() for script in page.all("script"))
    for element in page.elements:
        assert not [name for name in element.attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("template", PAGES)
def test_ids_are_unique_and_references_point_somewhere(render: Render, template: str) -> None:
    """HTML §3.2.6: an id comes once; ARIA 1.2 §6.6: what a reference names exists."""
    page = render(template)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]

    references = [
        reference
        for element in page.elements
        for name in ("for", "aria-describedby", "aria-labelledby")
        for reference in element.attributes.get(name, "").split()
    ]

    assert len(ids) == len(set(ids))
    assert set(references) <= set(ids)


def test_login_fields_and_buttons_are_found_by_id_and_name(render: Render) -> None:
    """OpenID Connect Core §3.1.2.3: the sign-in that a driver without JavaScript fills in."""
    page = render("login.html")

    form = page.all("form")[0].attributes
    assert (len(page.all("form")), form["method"], "action" in form) == (1, "post", False)
    assert page.require("username").attributes["name"] == "username"
    assert page.require("password").attributes["type"] == "password"
    assert page.require("sign-in").attributes["type"] == "submit"
    assert _decision(page, "cancel") == ("decision", "cancel")
    assert "formnovalidate" in page.require("cancel").attributes
    assert _hidden(page)["request"] == "waiting-1"
    assert _hidden(page)["csrf_token"]


def test_login_fields_have_one_label_and_autocomplete_token(render: Render) -> None:
    """WCAG 2.2 §3.3.2, §1.3.5."""
    page = render("login.html")

    labels = [label.attributes["for"] for label in page.all("label")]
    assert labels == ["username", "password"]
    assert page.require("username").attributes["autocomplete"] == "username"
    assert page.require("password").attributes["autocomplete"] == "current-password"


def test_login_error_is_announced_and_described(render: Render) -> None:
    """WCAG 2.2 §3.3.1, §4.1.3."""
    page = render("login.html", error="The name or the password is not right.")

    assert page.require("login-error").attributes["role"] == "alert"
    assert page.require("login-error").text == "The name or the password is not right."
    for field in ("username", "password"):
        assert page.require(field).attributes["aria-describedby"] == "login-error"
        assert page.require(field).attributes["aria-invalid"] == "true"
    assert page.all("title")[0].text.startswith("Error")


def test_login_without_a_client_has_nothing_to_cancel(render: Render) -> None:
    """A sign-in that nobody asked for goes nowhere else."""
    page = render("login.html", client=None, redirect_host=None, request_id=None)

    assert page.by_id("cancel") is None
    assert page.by_id("destination") is None
    assert "request" not in _hidden(page)


def test_login_says_why_it_asks_again(render: Render) -> None:
    """OpenID Connect Core §3.1.2.1: ``prompt=login`` and ``max_age`` ask a person who is signed in."""
    page = render("login.html", reason="reauthenticate")

    assert page.require("login-reason").text == "Please sign in again to continue."


@pytest.mark.parametrize("template", ["login.html", "consent.html"])
def test_client_shows_its_logo_policy_and_terms(render: Render, template: str) -> None:
    """OpenID Connect Registration §2: ``logo_uri``, ``policy_uri``, ``tos_uri``."""
    page = render(template)

    logo = page.require("client-logo").attributes
    assert logo["src"] == "https://photos.example.org/logo.png"
    assert (logo["alt"], logo["referrerpolicy"]) == ("", "no-referrer")
    assert page.require("client-policy").attributes["href"] == "https://photos.example.org/privacy"
    assert page.require("client-terms").attributes["href"] == "https://photos.example.org/terms"
    assert "photos.example.org" in page.require("destination").text


@pytest.mark.security
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("template", ["login.html", "consent.html", "device_confirm.html"])
def test_hostile_client_name_stays_text(render: Render, template: str, language: str) -> None:
    """RFC 7591 §5: what a client says of itself may try to deceive a person."""
    page = render(template, language, client=ShownClient(client_name=HOSTILE))

    names = [element for element in page.elements if element.attributes.get("class") == "client"]
    assert not page.all("script")
    assert [(name.name, name.text[:25]) for name in names] == [("bdi", "<script>alert(1)</script>")]
    assert len(names[0].text) <= 105
    assert "{{ 7 * 7 }}" in names[0].text


@pytest.mark.security
@pytest.mark.parametrize("uri", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", " //x"])
def test_only_web_addresses_become_links_and_pictures(render: Render, uri: str) -> None:
    """RFC 7591 §2: these members are web pages; another scheme would run in this page."""
    client = ShownClient(client_uri=uri, logo_uri=uri, policy_uri=uri, tos_uri=uri)

    page = render("consent.html", client=client)

    assert uri not in page.html
    assert not page.all("img")
    assert not page.all("nav")


def test_consent_has_one_yes_and_one_no(render: Render) -> None:
    """OpenID Connect Core §3.1.2.4: the person decides, in plain words."""
    page = render("consent.html")

    assert _decision(page, "allow") == ("decision", "allow")
    assert _decision(page, "deny") == ("decision", "deny")
    assert [button.text for button in page.all("button")] == ["Yes, allow access", "No, do not allow"]
    assert len(page.all("form")) == 1
    assert _hidden(page)["request"] == "waiting-1"


def test_consent_shows_scopes_resources_and_who_is_signed_in(render: Render) -> None:
    """RFC 6749 §10.2, RFC 8707 §3: a person sees what is asked, where it is used and for whom."""
    page = render("consent.html")

    scopes = {item.attributes.get("data-scope"): item.text for item in page.all("li")}
    assert scopes["openid"] == "Recognise you"
    assert scopes["email"] == "See your e-mail address New"
    assert "https://api.example.org" in page.require("resources").text
    assert "Minji" in page.require("signed-in-as").text
    assert page.require("switch-account").attributes["href"] == "/login?request=waiting-1"


@pytest.mark.parametrize(
    ("remembered", "words"),
    [
        pytest.param(True, "you will not be asked for the same access again", id="remembered"),
        pytest.param(False, "next time you will be asked again", id="not-remembered"),
    ],
)
def test_consent_says_whether_it_is_remembered(render: Render, remembered: bool, words: str) -> None:
    """RFC 8252 §8.6: an app that cannot be recognised again is asked for every time."""
    page = render("consent.html", remembered=remembered)

    assert words in page.require("memory").text


def test_device_shows_the_code_to_compare(render: Render) -> None:
    """RFC 8628 §3.3.1, §5.4: the person compares the code before they allow anything."""
    page = render("device_confirm.html")

    assert page.require("user-code").text == "WDJB-MJHT"
    assert "user-code" in page.require("allow").attributes["aria-describedby"]
    assert _decision(page, "allow") == ("decision", "allow")
    assert _decision(page, "deny") == ("decision", "deny")
    assert _hidden(page)["user_code"] == "WDJB-MJHT"


def test_error_page_shows_what_to_quote(render: Render) -> None:
    """RFC 6749 §4.1.2.1: the person is told, nobody is redirected."""
    page = render("error.html", message="<b>", detail=HOSTILE)

    assert page.require("error-message").text == "<b>"
    assert page.require("error-detail").text == HOSTILE
    assert page.require("error-code").text == "invalid_client_id"
    assert page.require("request-uid").text == "7f3a91c0"


def test_home_offers_sign_in_or_says_who_is_signed_in(render: Render) -> None:
    """A person who comes without a client finds out where they stand."""
    stranger, known = render("home.html"), render("home.html", user={"name": "<i>Minji"})

    assert stranger.require("sign-in").attributes["href"] == "/login"
    assert known.by_id("sign-in") is None
    assert stranger.by_id("sign-out") is None
    assert known.require("logout-form").attributes["action"] == "/logout/confirm"
    assert "<i>Minji" in known.require("signed-in-as").text
    assert known.require("discovery").attributes["href"].endswith("/.well-known/openid-configuration")


def test_form_post_carries_the_answer_and_nothing_else(render: Render) -> None:
    """OAuth 2.0 Form Post Response Mode §2: the parameters are the form's only values."""
    page = render("form_post.html")

    form = page.all("form")[0].attributes
    assert (form["method"], form["action"]) == ("post", "https://photos.example.org/cb")
    assert _hidden(page) == {"code": 'a"<b', "state": "s"}
    assert "name" not in page.require("continue").attributes
    assert page.all("script")[0].attributes["src"] == "/static/form_post.js"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param("login.html", "Photo Library 이용을 위해 로그인합니다", id="login"),
        pytest.param("consent.html", "예, 허용합니다", id="consent"),
        pytest.param("error.html", "요청 번호", id="error"),
        pytest.param("home.html", "통합 로그인 서비스입니다.", id="home"),
        pytest.param("form_post.html", "애플리케이션으로 계속", id="form-post"),
        pytest.param("device.html", "기기에 표시된 코드를 입력해", id="device"),
        pytest.param("device_confirm.html", "기기에 다음 코드가 표시된 경우에만", id="device-confirm"),
        pytest.param("device_done.html", "기기를 허용했습니다", id="device-done"),
        pytest.param("logout.html", "Photo Library에서 로그아웃을 요청했습니다.", id="logout"),
        pytest.param("logout_done.html", "로그아웃되었습니다.", id="logout-done"),
    ],
)
def test_page_speaks_korean(render: Render, template: str, words: str) -> None:
    """OpenID Connect Core §3.1.2.1: ``ui_locales``."""
    page = render(template, "ko")

    assert words in page.all("main")[0].text


def _decision(page: Page, identifier: str) -> tuple[str, str]:
    button = page.require(identifier).attributes
    return button["name"], button["value"]


def _hidden(page: Page) -> dict[str, str]:
    inputs = [element.attributes for element in page.all("input")]
    return {field["name"]: field["value"] for field in inputs if field["type"] == "hidden"}
