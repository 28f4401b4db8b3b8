"""Security events, looked through."""

import pytest

from provider.admin.listing import ROWS
from provider.wiring import Services
from tests.browser import Browser
from tests.conftest import Clock
from tests.provider.admin.visit import look
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url

DAY = 86400


@pytest.fixture
def desk(services: Services, desk: Browser) -> Browser:
    """Ada's browser; the only events are those of the test."""
    from sqlalchemy import delete

    from models.audit_event import AuditEvent

    with services.database.session() as session:
        session.execute(delete(AuditEvent))
    return desk


def listed(page: Page) -> list[str]:
    events = [item for item in page.all("li") if item.attributes.get("id", "").startswith("event-")]
    return [item.text.split()[0] for item in events]


def test_events_are_listed(services: Services, desk: Browser, grace: str) -> None:
    """The newest first, with all that is known."""
    services.audit_trail.record("first", {})
    said = {"user_id": grace, "client_id": "photos", "address": "192.0.2.1", "scope": "openid"}
    services.audit_trail.record("second", said)

    page = look(desk, "/admin/events")

    words = " ".join(page.require("events").text.split())
    assert listed(page) == ["second", "first"]
    assert "Person: graceClient: photosFrom: 192.0.2.1scope: openid" in words
    assert "2027-01-15T08:00:00Z" in words


def test_events_are_found(services: Services, desk: Browser, grace: str) -> None:
    """By name, person, client; somebody who is gone by their sub."""
    services.audit_trail.record("one", {"user_id": grace})
    services.audit_trail.record("two", {"client_id": "photos"})
    services.audit_trail.record("three", {"user_id": "gone", "client_id": "photos"})

    assert listed(look(desk, "/admin/events", event="two")) == ["two"]
    assert listed(look(desk, "/admin/events", person="grace")) == ["one"]
    assert listed(look(desk, "/admin/events", person="gone")) == ["three"]
    assert listed(look(desk, "/admin/events", client_id="photos")) == ["three", "two"]
    assert look(desk, "/admin/events", client_id="photos", event="one").require("no-events").text


def test_events_of_some_days(services: Services, desk: Browser, clock: Clock) -> None:
    """Whole days, in UTC."""
    for name in ("before", "then", "after"):
        services.audit_trail.record(name, {})
        clock.advance(seconds=DAY)
    clock.advance(seconds=-3 * DAY)

    assert listed(look(desk, "/admin/events", since="2027-01-16")) == ["after", "then"]
    assert listed(look(desk, "/admin/events", until="2027-01-16")) == ["then", "before"]
    assert listed(look(desk, "/admin/events", since="2027-01-16", until="2027-01-16")) == ["then"]
    assert listed(look(desk, "/admin/events", since="0001-01-01", until="9998-12-31")) == [
        *("after", "then", "before")
    ]


@pytest.mark.parametrize("day", ["yesterday", "2027-02-30", "9999-12-31", "20270115", "１"])
def test_what_is_no_day_is_said(desk: Browser, day: str) -> None:
    """A browser without a calendar sends whatever was typed."""
    page = look(desk, "/admin/events", until=day)

    assert page.require("desk-error").attributes["role"] == "alert"
    assert page.require("until").attributes["value"] == day


def test_more_are_on_the_next_page(services: Services, desk: Browser) -> None:
    """What was asked for goes along; a place that is none begins anew."""
    for number in range(ROWS + 2):
        services.audit_trail.record("x", {"number": number})
        services.audit_trail.record("y", {})

    first = look(desk, "/admin/events", event="x")
    second = look(desk, first.require("more").attributes["href"])

    assert (len(listed(first)), listed(second)) == (ROWS, ["x", "x"])
    assert "number: 0" in second.require("events").text
    for after in ("x", "-1", "9" * 30, "１"):
        assert len(listed(look(desk, "/admin/events", event="x", after=after))) == ROWS
