"""The operators' pages: nobody else comes in, and nothing is forged, leaked or taken by guessing."""

import io
from urllib.parse import urlsplit

import pytest
from flask import Flask

from provider.admin.operator import RECENT_SECONDS
from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import PASSWORD, REDIRECT_URI, make_client, make_user
from tests.conftest import Clock
from tests.journeys.account.visit import is_signed_in, session_ids, sign_in, tokens_of
from tests.provider.admin.conftest import desk as desk
from tests.provider.admin.conftest import elsewhere as elsewhere
from tests.provider.admin.conftest import grace as grace
from tests.provider.admin.visit import events_of, routes, send
from tests.provider.page import Page
from tests.provider_log import log as log

pytestmark = pytest.mark.security


def test_nobody_but_operators_sees_or_does_anything(app: Flask, elsewhere: Browser) -> None:
    """The answer is that of an address at which there is nothing."""
    nothing = Page(elsewhere.http.get("/admin/nothing-here").text).require("error-message").text

    found = [(path, method, elsewhere.http.open(path, method=method)) for path, method in routes(app)]

    assert len(found) > 30
    for path, method, response in found:
        assert response.status_code == 404, (path, method)
        assert Page(response.text).require("error-message").text == nothing
        assert "perator" not in response.text


def test_who_is_signed_out_is_sent_to_sign_in(app: Flask, browser: Browser) -> None:
    """Whether what they ask for exists is not told."""
    for path, method in routes(app):
        response = browser.http.open(path, method=method)
        assert response.status_code == 303, (path, method)
        assert urlsplit(response.location).path == "/login"
    for query in ({"client_id": "nobody"}, {"sub": "nobody"}):
        assert browser.http.get("/admin/client", query_string=query).status_code == 303


def test_every_change_needs_a_recent_sign_in(
    app: Flask, services: Services, desk: Browser, clock: Clock
) -> None:
    """OpenID Connect Core §3.1.2.1: a browser that was left open changes nothing."""
    token = hidden_fields(desk.http.get("/admin/clients/new"))["csrf_token"]
    clock.advance(seconds=RECENT_SECONDS)

    for path, method in routes(app):
        if method == "POST":
            response = desk.http.post(path, data={"csrf_token": token, "client_name": "x"})
            assert urlsplit(response.location).path == "/login", path
    assert services.client_directory.list() == []
    assert events_of(services) == []


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_every_change_needs_the_token_of_the_page(
    app: Flask, services: Services, desk: Browser, grace: str, token: str | None
) -> None:
    """RFC 9700 §4.7: the person is told, on the page the form was on."""
    forged = {} if token is None else {"csrf_token": token}
    form = forged | {"decision": "end-sessions", "name": "x", "redirect_uris": REDIRECT_URI}

    for path, method in routes(app):
        if method == "POST":
            response = desk.http.post(path, query_string={"sub": grace}, data=form)
            assert (response.status_code, response.location) == (303, f"{path}?sub={grace}")
    assert 'id="desk-failed"' in desk.http.get("/admin").text
    assert events_of(services) == []
    assert services.people.find(grace) is not None


def test_a_form_of_another_operator_counts_for_nobody(
    services: Services, app: Flask, desk: Browser, grace: str
) -> None:
    """A form token is for one browser."""
    services.people.make_operator(grace)
    other = sign_in(app, "grace")
    token = hidden_fields(other.http.get("/admin/clients/new"))["csrf_token"]

    desk.http.post("/admin/clients/new", data={"csrf_token": token, "redirect_uris": REDIRECT_URI})

    assert services.client_directory.list() == []


def test_a_change_needs_a_post(app: Flask, services: Services, desk: Browser, grace: str) -> None:
    """RFC 9110 §9.2.1: whatever a link or a picture asks for changes nothing."""
    client, _ = make_client(services)
    query = {
        **{"sub": grace, "client_id": client.client_id, "alg": "RS256", "when": "now"},
        **{"decision": "end-sessions", "document": "{}", "name": "x", "redirect_uris": REDIRECT_URI},
    }

    for path, method in routes(app):
        if method == "GET":
            assert desk.http.get(path, query_string=query).status_code == 200, path
            assert desk.http.head(path, query_string=query).status_code == 200, path
    assert events_of(services) == []
    assert len(services.client_directory.list()) == 1


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(
    services: Services, desk: Browser, ada: str, grace: str
) -> None:
    """In the middle of a form, too."""
    services.people.make_operator(grace)
    token = hidden_fields(desk.http.get("/admin/clients/new"))["csrf_token"]
    services.people.remove_operator(ada)

    response = desk.http.post("/admin/clients/new", data={"csrf_token": token, "redirect_uris": REDIRECT_URI})

    assert response.status_code == 404
    assert services.client_directory.list() == []
    services.people.make_operator(ada)
    services.people.disable(ada)
    assert desk.http.get("/admin").status_code == 303


def test_a_secret_is_shown_once(services: Services, desk: Browser, log: io.StringIO) -> None:
    """RFC 6819 §5.1.4.1.3: in one answer, in no address, no other page, no event and no line of the log."""
    answers = [send(desk, "/admin/clients/new", redirect_uris=REDIRECT_URI)]
    client_id = services.client_directory.list()[0]["client_id"]
    query = {"client_id": client_id}
    answers.append(send(desk, "/admin/client/secret", query))
    answers.append(send(desk, "/admin/people/new", name="minji", decision="invite", password=PASSWORD))

    pages = [Page(answer.text) for answer in answers]
    secrets = [page.require("client-secret").text for page in pages[:2]]
    secrets.append(urlsplit(pages[2].require("account-link").text).query.partition("=")[2])
    later = [desk.http.get(path).text for path in ("/admin/clients", "/admin/events", "/admin/people")]
    later += [desk.http.get(f"/admin/client{path}", query_string=query).text for path in ("", "/metadata")]
    cookies = "".join(str(cookie.value) for cookie in desk.http._cookies.values())  # type: ignore[union-attr]

    assert len({*secrets}) == 3
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    for secret in (*secrets, PASSWORD):
        assert len(secret) > 20
        assert secret not in "".join(later)
        assert secret not in log.getvalue()
        assert secret not in cookies
    assert "operator_action" in log.getvalue()


def test_what_is_somebody_elses_is_not_taken_by_its_id(
    services: Services, desk: Browser, elsewhere: Browser, grace: str, ada: str
) -> None:
    """An id counts for the person whose page it is on."""
    minji = make_user(services, "minji")
    client, _, tokens = tokens_of(services, elsewhere)
    (session_id,) = session_ids(elsewhere)
    token = hidden_fields(desk.http.get("/admin/person", query_string={"sub": grace}))["csrf_token"]

    for form in (
        {"decision": "end-session", "session": session_id},
        {"decision": "disconnect", "client_id": client.client_id},
    ):
        desk.http.post("/admin/person", query_string={"sub": minji}, data={"csrf_token": token, **form})

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert is_signed_in(elsewhere)
    assert elsewhere.http.get("/userinfo", headers=bearer).status_code == 200


def test_no_operator_locks_everybody_out(services: Services, desk: Browser, ada: str) -> None:
    """By none of the three ways; a command may."""
    for path in ("disable", "delete", "operator/remove"):
        send(desk, f"/admin/person/{path}", {"sub": ada})

    assert desk.http.get("/admin").status_code == 200
    assert services.people.is_last_operator(ada)
