"""What every one of the operators' pages keeps to."""

import pytest
from flask import Flask

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_client, make_user
from tests.journeys.account.visit import tokens_of
from tests.provider.admin.visit import send
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url


@pytest.fixture
def pages(services: Services, desk: Browser, app: Flask, ada: str) -> dict[str, Page]:
    """Every page with something on it, by its address; in Korean where it ends in ko."""
    client, _, _ = tokens_of(services, desk)
    minji = make_user(services, "minji")
    of_client, of_person = f"?client_id={client.client_id}", f"?sub={minji}"
    addresses = [
        *("/admin", "/admin/clients", "/admin/clients/new", "/admin/clients/new/metadata", "/admin/people"),
        *(f"/admin/client{path}{of_client}" for path in ("", "/edit", "/metadata", "/secret", "/delete")),
        *(f"/admin/person{path}{of_person}" for path in ("", "/disable", "/delete", "/link", "/operator")),
        *(f"/admin/person?sub={ada}", f"/admin/person/operator/remove?sub={ada}", "/admin/people/new"),
        *(
            "/admin/grants",
            "/admin/grants?person=ada",
            "/admin/keys",
            "/admin/keys/rotate?alg=RS256&when=now",
        ),
        *("/admin/events", "/admin/events?until=x", "/admin/health"),
    ]
    found = {
        f"{path} {language}": Page(desk.http.get(path, headers={"Accept-Language": language}).text)
        for path in addresses
        for language in ("en", "ko")
    }
    found["secret en"] = Page(send(desk, f"/admin/client/secret{of_client}").text)
    found["link en"] = Page(send(desk, f"/admin/person/link{of_person}").text)
    return found


def test_every_page_is_sound(pages: dict[str, Page]) -> None:
    """WCAG 2.2 §3.1.1, §2.4.2, §1.3.1; Content Security Policy Level 3 §6.1; ARIA 1.2 §6.6."""
    assert len(pages) == 2 * 25 + 2
    for name, page in pages.items():
        headings = page.all("h1")
        assert page.all("html")[0].attributes["lang"] == name[-2:], name
        assert len(headings) == 1, name
        assert headings[0].text.strip() in page.all("title")[0].text, name
        assert not page.all("script"), name
        assert not page.all("style"), name
        ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids)), name
        named = {
            reference
            for element in page.elements
            for attribute in ("for", "aria-describedby", "aria-labelledby")
            for reference in element.attributes.get(attribute, "").split()
        }
        assert named <= set(ids), name
        for element in page.elements:
            assert not [each for each in element.attributes if each == "style" or each.startswith("on")], name


def test_every_form_has_its_token_and_every_field_its_label(pages: dict[str, Page]) -> None:
    """RFC 9700 §4.7; WCAG 2.2 §3.3.2."""
    for name, page in pages.items():
        posts = [form for form in page.all("form") if form.attributes["method"] == "post"]
        tokens = [each for each in page.all("input") if each.attributes.get("name") == "csrf_token"]
        labels = {label.attributes.get("for") for label in page.all("label")}
        fields = [
            each.attributes["id"]
            for each in (*page.all("input"), *page.all("textarea"), *page.all("select"))
            if each.attributes.get("type") not in ("hidden", "radio", "checkbox")
        ]
        assert len(tokens) == len(posts), name
        assert set(fields) <= labels, name


def test_pages_differ_in_title(services: Services, desk: Browser) -> None:
    """WCAG 2.2 §2.4.2."""
    client, _ = make_client(services)
    paths = [
        *("/admin", "/admin/clients", "/admin/people", "/admin/grants", "/admin/keys", "/admin/events"),
        *("/admin/health", "/admin/clients/new", "/admin/people/new", "/admin/clients/new/metadata"),
        *(f"/admin/client{path}?client_id={client.client_id}" for path in ("", "/edit", "/metadata")),
    ]
    titles = {Page(desk.http.get(path).text).all("title")[0].text for path in paths}

    assert len(titles) == len(paths)
