"""What is typed and stored at the operators' pages stays text, and leads nowhere else."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from provider.bridge import MAX_BODY
from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import make_client, make_user
from tests.provider.admin.conftest import desk as desk
from tests.provider.admin.conftest import grace as grace
from tests.provider.admin.visit import events_of, look, routes, send
from tests.provider.page import Page

pytestmark = pytest.mark.security

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7777 * 7777 }}"


def test_names_stay_text(services: Services, desk: Browser, grace: str) -> None:
    """RFC 7591 §5, RFC 9700 §4.16: clients, people, events and what was typed."""
    client, _ = make_client(services, client_name=HOSTILE[:200], note=HOSTILE, scope="a{{7777*7777}}<b>")
    services.audit_trail.record(HOSTILE, {"user_id": HOSTILE, "client_id": HOSTILE, "x": HOSTILE})
    minji = make_user(
        services, "minji<img>", email=None, claims={"name": HOSTILE, "shoe<b>": {"<i>": HOSTILE}}
    )
    desk.code_for(client, scope="a{{7777*7777}}<b>")
    services.people.make_operator(grace)
    typed = {"q": HOSTILE, "person": HOSTILE, "client_id": HOSTILE, "event": HOSTILE, "since": HOSTILE}

    pages = [
        *(look(desk, path) for path in ("/admin/clients", "/admin/people", "/admin/events")),
        *(
            look(desk, f"/admin/client{path}", client_id=client.client_id)
            for path in ("", "/edit", "/metadata")
        ),
        *(look(desk, f"/admin/client{path}", client_id=client.client_id) for path in ("/delete", "/secret")),
        *(look(desk, f"/admin/person{path}", sub=minji) for path in ("", "/delete", "/link")),
        look(desk, "/admin/grants", client_id=client.client_id),
        *(look(desk, path, **typed) for path in ("/admin/clients", "/admin/people")),
        *(look(desk, path, **typed) for path in ("/admin/grants", "/admin/events")),
        Page(send(desk, "/admin/clients/new", client_name=HOSTILE, redirect_uris=HOSTILE).text),
        Page(send(desk, "/admin/clients/new/metadata", document=HOSTILE).text),
        Page(send(desk, "/admin/people/new", name=HOSTILE, email=HOSTILE, claims=HOSTILE).text),
    ]

    for page in pages:
        assert not page.all("script")
        assert not page.all("img")
        assert not page.all("i")
        assert str(7777 * 7777) not in page.html


def test_a_javascript_address_is_never_a_link(services: Services, desk: Browser) -> None:
    """RFC 7591 §2: what a client names is shown as text; the one link is our own authorization endpoint."""
    client, _ = make_client(services, client_uri="https://client.example/")

    page = look(desk, "/admin/client", client_id=client.client_id)

    assert [each for each in page.all("a") if not each.attributes["href"].startswith("/")] == []


@pytest.mark.parametrize(
    "page",
    [
        *("admin/../logout", "admin//evil.example", "https://evil.example/admin", "//evil.example/admin"),
        *("admin\\..\\x", "admin@evil.example", "/admin", "//admin", "adminx", "admin/", "admin/nothing"),
        *(
            "account?x=admin",
            "admin/person/../../token",
            "admin#x",
            "admin\r\nLocation: https://evil.example",
        ),
        *("?admin", "token", "logout", "static/paper.css", "device", "x" * 20000, "admin?" + "a=1&" * 500),
    ],
)
def test_a_sign_in_leads_to_no_other_page(browser: Browser, ada: str, page: str) -> None:
    """RFC 9700 §4.11: no open redirector."""
    login = browser.http.get("/login", query_string={"page": page})
    fields = {"username": browser.username, "password": browser.password, "page": page}

    assert browser.http.post("/login", data=hidden_fields(login) | fields).location == "/"


def test_what_a_name_of_a_page_adds_stays_a_query(browser: Browser, ada: str) -> None:
    """Neither host nor scheme nor fragment comes from it, whatever the parameters are called."""
    page = "admin/people?_external=1&_scheme=javascript&_host=evil.example&_anchor=x&q=//evil.example#y"
    login = browser.http.get("/login", query_string={"page": page})
    fields = {"username": browser.username, "password": browser.password, "page": page}

    location = browser.http.post("/login", data=hidden_fields(login) | fields).location

    assert location.startswith("/admin/people?_external=1&_scheme=javascript")
    assert urlsplit(location)[:3] == ("", "", "/admin/people")
    assert urlsplit(location).fragment == ""


def test_more_than_a_form_holds_is_refused(desk: Browser) -> None:
    """As elsewhere: 64 KiB."""
    token = hidden_fields(desk.http.get("/admin/clients/new"))["csrf_token"]
    form = {"csrf_token": token, "document": "x" * MAX_BODY}

    assert desk.http.post("/admin/clients/new/metadata", data=form).status_code == 413


def test_control_characters_change_nothing_and_break_nothing(
    app: Flask, services: Services, desk: Browser, grace: str
) -> None:
    """No address and no field makes an error of ours."""
    token = hidden_fields(desk.http.get("/admin/clients/new"))["csrf_token"]
    names = ("q", "after", "client_id", "sub", "person", "event", "since", "until", "alg", "when")
    for raw in ("%00", "%ff", "%ED%A0%80", "%E2%80%AE", "%0d%0a", "%25%27"):
        query = "&".join(f"{name}={raw}" for name in names)
        for path, method in routes(app):
            data = f"csrf_token={token}&" + "&".join(
                f"{name}={raw}"
                for name in (
                    "decision",
                    "session",
                    "client_id",
                    "grant",
                    "document",
                    "name",
                    "claims",
                    "kind",
                )
            )
            kind = "application/x-www-form-urlencoded" if method == "POST" else None
            response = desk.http.open(
                path, method=method, query_string=query, data=data if kind else None, content_type=kind
            )
            assert response.status_code < 500, (path, method, raw)
    assert events_of(services) == []
