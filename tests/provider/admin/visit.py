"""What an operator does at the operators' pages."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.provider.page import Page
from validators.audit_directory import AuditDirectory
from validators.audit_trail import AuditRecord


def look(browser: Browser, path: str, **query: str) -> Page:
    """Open a page that has to be there."""
    response = browser.http.get(path, query_string=query or None)
    assert response.status_code == 200, (response.status_code, response.location)
    return Page(response.text)


def send(
    browser: Browser, path: str, query: Mapping[str, str] | None = None, /, **fields: Any
) -> TestResponse:
    """Send a form of a page, to the page itself, with its token."""
    response = browser.http.get(path, query_string=query)
    assert response.status_code == 200, (response.status_code, response.location)
    token = hidden_fields(response)["csrf_token"]
    return browser.http.post(path, query_string=query, data={"csrf_token": token, **fields})


def told(browser: Browser, response: TestResponse) -> str:
    """Follow a form's answer; return what the next page says was done, or why not."""
    assert response.status_code == 303, response.text
    page = look(browser, response.location)
    found = page.by_id("desk-done") or page.by_id("desk-failed")
    return found.text if found else ""


def events_of(services: Services, event: str = "operator_action") -> list[AuditRecord]:
    """Return the events of a name that were kept, the oldest first."""
    return AuditDirectory(services.database, services.digests).list(event=event, limit=100)[::-1]


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return every operators' address and method."""
    return [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
