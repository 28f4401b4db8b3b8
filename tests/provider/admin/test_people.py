"""The list of people, and new ones."""

import pytest

from provider.admin.listing import ROWS
from provider.wiring import Services
from tests.browser import Browser
from tests.builders import PASSWORD, make_user
from tests.provider.admin.visit import events_of, look, send, told
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url
from validators.person_records import MAX_SUB, PersonRecord, PersonRecords


def listed(page: Page) -> list[str]:
    items = [item for item in page.all("li") if "data-sub" in item.attributes]
    return [item.text.split()[0] for item in items]


def test_people_are_listed_by_name(services: Services, desk: Browser, grace: str) -> None:
    """With their role and their state."""
    make_user(services, "minji", password=None)
    services.people.disable(grace)

    page = look(desk, "/admin/people")

    words = [" ".join(item.text.split()) for item in page.all("li") if "data-sub" in item.attributes]
    assert listed(page) == ["ada", "grace", "minji"]
    assert [each.split(" ")[1] for each in words] == ["Operator", "Disabled", "No"]


@pytest.mark.parametrize("word", ["GRA", "grace@example.org", "ＧＲＡＣＥ"])
def test_somebody_is_found_by_a_word(desk: Browser, grace: str, word: str) -> None:
    """In name or address, whatever the case (NFKC, case folded)."""
    assert listed(look(desk, "/admin/people", q=word)) == ["grace"]


def test_somebody_is_found_by_their_sub(desk: Browser, grace: str) -> None:
    """What a token or a log line names."""
    assert listed(look(desk, "/admin/people", q=grace)) == ["grace"]


@pytest.mark.parametrize("word", ["nobody", "%", "_", "\u200b", "x" * 500])
def test_nobody_may_be_found(desk: Browser, word: str) -> None:
    """Signs of a pattern are signs."""
    assert look(desk, "/admin/people", q=word).require("no-people").text == "Nothing is found."


def test_more_are_on_the_next_page(services: Services, desk: Browser) -> None:
    """Each comes once, in order, and the word goes along."""
    for number in range(ROWS + 2):
        make_user(services, f"p{number:03}", claims={}, password=None)

    first = look(desk, "/admin/people", q="p0")
    second = look(desk, first.require("more").attributes["href"])

    assert [*listed(first), *listed(second)] == [f"p{number:03}" for number in range(ROWS + 2)]
    assert second.by_id("more") is None


def test_a_person_is_made(services: Services, desk: Browser, ada: str) -> None:
    """OpenID Connect Core §5.1: with claims; the event names who made them."""
    answer = send(
        desk,
        "/admin/people/new",
        name="minji",
        email=" minji@example.org ",
        claims='{"name": "민지"}',
        password=PASSWORD,
    )

    user = services.people.authenticate("minji@example.org", PASSWORD)
    assert user is not None
    assert answer.location == f"/admin/person?sub={user.id}"
    assert "민지" in look(desk, answer.location).html
    (event,) = events_of(services)
    assert event.user_id == user.id
    assert f'"operator": "{ada}"' in event.details
    assert PASSWORD not in event.details


def test_a_person_may_have_a_name_alone(services: Services, desk: Browser) -> None:
    """Nobody can sign in as them."""
    assert told(desk, send(desk, "/admin/people/new", name="minji")) == "The person is stored."

    user = services.people.find("minji")
    assert user is not None
    assert (user.email, user.claims, user.password_hash) == (None, "{}", None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        pytest.param({"name": "ada"}, "name", id="taken"),
        pytest.param({"name": ""}, "name", id="no-name"),
        pytest.param({"name": "a\x00b"}, "name", id="control"),
        pytest.param({"name": "a\u202eb"}, "name", id="bidi"),
        pytest.param({"name": "minji", "email": "none"}, "email", id="email"),
        pytest.param({"name": "minji", "password": "short"}, "password", id="password"),
        pytest.param({"name": "minji", "claims": "{"}, "claims", id="no-json"),
        pytest.param({"name": "minji", "claims": '{"sub": "1"}'}, "claims", id="reserved"),
        pytest.param({"name": "minji", "claims": '{"name": "\\u0000"}'}, "claims", id="null"),
        pytest.param({"name": "minji", "claims": "[" * 9000}, "claims", id="deep"),
    ],
)
def test_what_is_wrong_is_said(services: Services, desk: Browser, fields: dict[str, str], wrong: str) -> None:
    """WCAG 2.2 §3.3.1: which field; a password is typed again, nothing is stored."""
    page = Page(send(desk, "/admin/people/new", **fields).text)

    assert page.require("desk-error").text
    assert page.require(wrong).attributes["aria-invalid"] == "true"
    assert page.require("claims").text == fields.get("claims", "")
    assert "value" not in page.require("password").attributes
    assert [user.name for user in services.people.list()] == ["ada"]


def test_a_sub_from_elsewhere_may_be_long(services: Services, desk: Browser) -> None:
    """OpenID Connect Core §2: up to 255 characters; every page that names a person takes them whole."""
    sub = "s" * MAX_SUB
    record = PersonRecord("minji", None, {}, is_disabled=False, sub=sub, password_hash=None)
    PersonRecords(services.database, services.clock).create(record)

    assert listed(look(desk, "/admin/people", q=sub)) == ["minji"]
    assert look(desk, "/admin/person", sub=sub).require("person")
    assert look(desk, "/admin/grants", person=sub).by_id("nobody") is None
    assert told(desk, send(desk, "/admin/person/disable", {"sub": sub})) == "This person is disabled."


def test_a_page_goes_on_after_a_name_that_nfkc_makes_long(services: Services, desk: Browser) -> None:
    """One character may become eighteen: nobody comes twice."""
    for number in range(ROWS + 1):
        make_user(services, f"p{number:03}" + "\ufdfa" * 60, email=None, claims={}, password=None)

    first = look(desk, "/admin/people")
    second = look(desk, first.require("more").attributes["href"])

    everybody = [*listed(first), *listed(second)]
    assert len(everybody) == len(set(everybody)) == ROWS + 2


@pytest.mark.parametrize(
    "claims", ['{"\\ud800": 1}', '{"a\\u0000": 1}', '{"name": "\\ud800"}', '{"name#\\udfff": "x"}']
)
def test_claims_with_half_a_character_are_refused(desk: Browser, claims: str) -> None:
    """RFC 8259 §8.2; the page that says so is one."""
    page = Page(send(desk, "/admin/people/new", name="minji", claims=claims).text)

    assert page.require("desk-error").text.startswith("This cannot be saved: claims: ")
