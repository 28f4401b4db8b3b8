"""A person at a browser without scripts, over real HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from tests.builders import PASSWORD

MAX_PAGES = 20
TIMEOUT_SECONDS = 60


@dataclass
class Form:
    """One form of a page: where it goes, its hidden fields, and its buttons by id."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)


class Person:
    """Somebody who signs in when asked and allows what is asked.

    Args:
        username: what they type to sign in.
        password: theirs.
        sends: headers of every request.

    Attributes:
        pages: the addresses seen so far, without queries.
    """

    def __init__(
        self, username: str = "ada", password: str = PASSWORD, sends: Mapping[str, str] | None = None
    ) -> None:
        self.pages: list[str] = []
        self._credentials = {"username": username, "password": password}
        self._http = requests.Session()
        self._http.headers.update(sends or {})

    def authorize(self, url: str, redirect_uri: str) -> str:
        """Answer an authorization request; return the redirect to the client, which is not followed."""
        page = self._send("GET", url)
        for _ in range(MAX_PAGES):
            location = page.headers.get("Location", "")
            if location.split("#")[0].split("?")[0] == redirect_uri:
                return location
            page = self._go_on(page)
        raise AssertionError(f"going round in circles: {self.pages}")

    def browse(self, url: str) -> requests.Response:
        """Open ``url``, sign in and allow where asked; return the page that comes after all that."""
        return self._settle(self._send("GET", url))

    def cookies(self) -> dict[str, str]:
        """Return every cookie of this browser, which knows one host only."""
        return {cookie.name: cookie.value or "" for cookie in self._http.cookies}

    def press(
        self, page: requests.Response, form_id: str, button_id: str = "", **typed: str
    ) -> requests.Response:
        """Fill in a form of ``page``, press one of its buttons; return the page that comes after all that."""
        return self._settle(self._submit(page, form_id, button_id, **typed))

    def _settle(self, page: requests.Response) -> requests.Response:
        for _ in range(MAX_PAGES):
            if not page.is_redirect and forms_of(page).keys().isdisjoint({"login-form", "consent-form"}):
                return page
            page = self._go_on(page)
        raise AssertionError(f"going round in circles: {self.pages}")

    def _go_on(self, page: requests.Response) -> requests.Response:
        if page.is_redirect:
            return self._send("GET", urljoin(page.url, page.headers["Location"]))
        if "login-form" in forms_of(page):
            return self._submit(page, "login-form", "sign-in", **self._credentials)
        if "consent-form" in forms_of(page):
            return self._submit(page, "consent-form", "allow")
        raise AssertionError(f"{page.url} leads nowhere: {page.status_code} {page.text}")

    def _submit(
        self, page: requests.Response, form_id: str, button_id: str, **typed: str
    ) -> requests.Response:
        form = forms_of(page)[form_id]
        button = form.buttons[button_id] if button_id else {}
        return self._send("POST", urljoin(page.url, form.action), form.fields | typed | button)

    def _send(self, method: str, url: str, data: dict[str, str] | None = None) -> requests.Response:
        page = self._http.request(method, url, data=data, allow_redirects=False, timeout=TIMEOUT_SECONDS)
        self.pages.append(url.split("?")[0])
        return page


def forms_of(page: requests.Response) -> dict[str, Form]:
    """Return the forms of a page by their ids; those without one cannot be used."""
    reader = _FormReader()
    reader.feed(page.text)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        named = {given["name"]: given.get("value", "")} if "name" in given else {}
        if tag == "form":
            self._form = self.forms[given.get("id", "")] = Form(given.get("action", ""))
        elif self._form is None:
            return
        elif tag == "input" and given.get("type") == "hidden":
            self._form.fields.update(named)
        elif tag == "button":
            self._form.buttons[given.get("id", "")] = named

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
