"""The home page."""

from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser
from tests.sqlite_only import database_url as database_url


def test_a_developer_finds_the_metadata(services: Services, http: FlaskClient) -> None:
    """What this is, and the address that a client library asks for."""
    response = http.get("/")

    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert f"{services.settings.issuer}/.well-known/openid-configuration" in response.text
    assert "ada" not in response.text


def test_a_person_sees_who_is_signed_in(signed_in: Browser) -> None:
    """And a browser with a cookie of somebody else does not."""
    page = signed_in.http.get("/").text
    signed_in.http.set_cookie("paper_session", "A" * 43)

    assert "ada" in page
    assert "ada" not in signed_in.http.get("/").text
