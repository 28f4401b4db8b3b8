"""Modules about redirect URIs: CONFORMANCE 3.4; the dynamic plan chooses any response type."""

import pytest
from werkzeug.test import TestResponse

from tests.conformance.automation import path_of
from tests.conformance.plans import EVERY, runs
from tests.conformance.suite import CALLBACK, JSON, Suite
from tests.provider.page import Page

pytestmark = pytest.mark.journey

DEFAULT = (None,)
UNREGISTERED = "The address to return to is not registered for this application."
MISSING = "The application did not say where to return to."


def assert_error_page(page: TestResponse, message: str = UNREGISTERED) -> None:
    """A page tells the person, in words of its own for each kind; nobody is redirected."""
    assert (page.status_code, path_of(page)) == (400, "/authorize")
    assert Page(page.text).require("error-message").text == message
    assert Page(page.text).by_id("form-post") is None


@runs(*EVERY)
def test_oidcc_ensure_registered_redirect_uri(suite: Suite) -> None:
    """The registered URI with one more segment: a page, never a redirect."""
    assert_error_page(suite.open(suite.request(redirect_uri=f"{CALLBACK}/other")))


@runs(*EVERY, modes=DEFAULT)
def test_oidcc_ensure_redirect_uri_in_authorization_request(suite: Suite) -> None:
    """Two URIs are registered and the request names none: a page."""
    client = suite.register(redirect_uris=[CALLBACK, f"{CALLBACK}/second"])

    assert_error_page(suite.open(suite.request(client_id=client["client_id"], redirect_uri=None)), MISSING)


@runs(*EVERY, modes=DEFAULT)
def test_oidcc_redirect_uri_query_OK(suite: Suite) -> None:
    """A registered query is kept, and the answer added to it."""
    client = suite.register(redirect_uris=[f"{CALLBACK}?bar=foo"])

    assert suite.sign_in(client).claims["sub"] == suite.op.sub


@runs(*EVERY, modes=DEFAULT)
def test_oidcc_redirect_uri_query_mismatch(suite: Suite) -> None:
    """Registered with one query and requested with another: a page."""
    client = suite.register(redirect_uris=[f"{CALLBACK}?foo=bar"])
    asked = {"client_id": client["client_id"], "redirect_uri": f"{CALLBACK}?bar=foo"}

    assert_error_page(suite.open(suite.request(**asked)))


@runs(*EVERY, modes=DEFAULT)
def test_oidcc_redirect_uri_query_added(suite: Suite) -> None:
    """Registered without a query and requested with one: a page."""
    assert_error_page(suite.open(suite.request(redirect_uri=f"{CALLBACK}?bar=foo")))


@runs(*EVERY, modes=DEFAULT)
def test_oidcc_redirect_uri_regfrag(suite: Suite) -> None:
    """A URI with a fragment is not registered: 400, JSON, invalid_redirect_uri."""
    response = suite.send_registration(redirect_uris=[f"{CALLBACK}#foobar"])

    assert (response.status_code, response.mimetype) == (400, JSON)
    assert response.get_json()["error"] == "invalid_redirect_uri"
