"""The home page leads to the applications of a person (OpenID Connect Core §4)."""

import html
import re

import pytest
from flask import Flask

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_client, make_user
from validators.client_metadata import InvalidClientMetadata

pytestmark = pytest.mark.journey


def links(browser: Browser) -> list[str]:
    """Return the addresses of the applications on the home page."""
    return [
        html.unescape(href)
        for href in re.findall(r'id="open-[^"]*" href="([^"]*)"', browser.http.get("/").text)
    ]


def test_connected_applications_are_links(services: Services, signed_in: Browser) -> None:
    """Those that have been let in and say where a login begins; not others'."""
    client, _ = make_client(services, initiate_login_uri="https://client.example/login?from=op")
    make_client(services, initiate_login_uri="https://other.example/login")
    plain, _ = make_client(services)
    assert links(signed_in) == []

    signed_in.code_for(client, scope="openid email")
    signed_in.code_for(plain)

    assert links(signed_in) == [
        "https://client.example/login?from=op&iss=http%3A%2F%2Flocalhost%3A9031&login_hint=ada%40example.org"
    ]


def test_another_person_does_not_see_them(services: Services, app: Flask, signed_in: Browser) -> None:
    """The list is one's own, and a stranger has none."""
    client, _ = make_client(services, initiate_login_uri="https://client.example/login")
    signed_in.code_for(client)
    make_user(services, "grace")
    grace = Browser(app.test_client(), "grace")
    assert links(grace) == []
    grace.sign_in(grace.http.get("/login"))

    assert links(grace) == []


def test_a_name_is_text(services: Services, signed_in: Browser) -> None:
    """A client's words are anybody's."""
    client, _ = make_client(
        services, client_name='"><script>', initiate_login_uri="https://client.example/?a='%22%3E&b"
    )
    signed_in.code_for(client)

    assert "<script>" not in signed_in.http.get("/").text
    assert links(signed_in)[0].startswith("https://client.example/?a='%22%3E&b&iss=")


@pytest.mark.parametrize(
    "uri",
    [
        "http://client.example/login",
        "javascript:alert(1)",
        "https://client.example/#f",
        "/login",
        'https://c.example/"x',
    ],
)
def test_other_addresses_are_not_registered(services: Services, uri: str) -> None:
    """Core §4: ``initiate_login_uri`` is https."""
    with pytest.raises(InvalidClientMetadata):
        make_client(services, initiate_login_uri=uri)
