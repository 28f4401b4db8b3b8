"""The suite's browser: no scripts, forms found by their ids, requests that leave the provider not sent."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.browser import hidden_fields
from tests.builders import PASSWORD
from tests.conformance.op import ISSUER
from tests.provider.page import Page

MAX_STEPS = 12
ANSWERS = {
    "login-form": {"username": "ada", "password": PASSWORD},
    "consent-form": {"decision": "allow"},
}


class Automation:
    """A person at a browser with cookies of its own.

    Attributes:
        pages: the ids of the forms that were shown, in order.
        answers: what the person types and presses, by form.
    """

    def __init__(self, app: Flask) -> None:
        self._http = app.test_client()
        self.pages: list[str] = []
        self.answers = dict(ANSWERS)

    def visit(self, method: str, url: str, parameters: dict[str, str]) -> TestResponse:
        """Send a request; return the page that is shown, or the answer that leaves the provider."""
        place = "query_string" if method == "GET" else "data"
        arguments: dict[str, Any] = {place: parameters}
        response = self._http.open(url, method=method, **arguments)
        for _ in range(MAX_STEPS):
            target = target_of(response)
            if target is None or not target.startswith(f"{ISSUER}/"):
                return response
            response = self._http.get(target)
        raise AssertionError("going round in circles")

    def finish(self, response: TestResponse) -> TestResponse:
        """Sign in and allow where asked; return what comes in the end."""
        for _ in range(MAX_STEPS):
            form = asking_form(response)
            if form is None:
                return response
            self.pages.append(form)
            response = self._submit(response, form)
        raise AssertionError(f"going round in circles: {self.pages}")

    def _submit(self, page: TestResponse, form: str) -> TestResponse:
        action = Page(page.text).require(form).attributes.get("action", "")
        url = urljoin(page.request.url, action)
        # A browser sends it: the pages say Referrer-Policy: same-origin.
        self._http.environ_base["HTTP_REFERER"] = page.request.url
        try:
            return self.visit("POST", url, hidden_fields(page) | self.answers[form])
        finally:
            del self._http.environ_base["HTTP_REFERER"]


def target_of(response: TestResponse) -> str | None:
    """Return where a response redirects to, as an absolute address."""
    if response.status_code not in (302, 303):
        return None
    return urljoin(response.request.url, response.headers["Location"])


def asking_form(response: TestResponse) -> str | None:
    """Return the id of the form with which a page asks for a sign-in or a consent."""
    if response.status_code != 200:
        return None
    page = Page(response.text)
    return next((form for form in ANSWERS if page.by_id(form)), None)


def path_of(response: TestResponse) -> str:
    """Return the path of the page that is shown."""
    return urlsplit(response.request.url).path
