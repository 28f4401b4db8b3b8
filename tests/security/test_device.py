"""RFC 8628 §5: what may be tried against a device, its person and its codes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.device_code import DeviceCode
from provider.wiring import Services
from tests.browser import Browser, hidden_fields, refresh
from tests.builders import make_user
from tests.conftest import Clock
from tests.device import Device, approve, confirm_page, decide, enter, make_device
from validators.pruning import Pruning

pytestmark = pytest.mark.security

THREADS = 8


@pytest.fixture
def device(services: Services, http: FlaskClient) -> Device:
    return make_device(services, http)


def error_of(device: Device, codes: dict[str, str], **form: str) -> str:
    """Return the error that a poll is answered with."""
    response = device.poll(codes, **form)
    assert response.status_code == 400, response.text
    return str(response.get_json()["error"])


def test_a_made_up_device_code(device: Device) -> None:
    """CVE-2026-49272: a device code is checked."""
    assert error_of(device, {"device_code": "A" * 43}) == "invalid_grant"
    assert error_of(device, {"device_code": ""}) == "invalid_request"


def test_another_clients_device_code(
    services: Services, http: FlaskClient, device: Device, signed_in: Browser
) -> None:
    """RFC 8628 §3.4, RFC 6749 §5.2: issued to another client; the rightful one loses nothing."""
    codes = device.codes(scope="openid")
    thief = make_device(services, http, client_name="Thief")
    approve(signed_in, codes)

    assert error_of(thief, codes) == "invalid_grant"
    assert device.poll(codes).status_code == 200


def test_a_device_code_works_once(device: Device, signed_in: Browser) -> None:
    """RFC 8628 §3.5: used means gone, and its tokens are left alone."""
    codes = device.codes(scope="openid offline_access")
    approve(signed_in, codes)

    tokens = device.poll(codes).get_json()

    assert error_of(device, codes) == "invalid_grant"
    assert refresh(device.http, device.client, "", tokens["refresh_token"]).status_code == 200


def test_parallel_polls_give_one_grant(app: Flask, device: Device, signed_in: Browser) -> None:
    """RFC 8628 §3.5: whoever takes the row gets the tokens, on every database."""
    codes = device.codes(scope="openid")
    approve(signed_in, codes)
    barrier = threading.Barrier(THREADS)

    def one(_: int) -> int:
        own = Device(app.test_client(), device.client)
        barrier.wait(30)
        return own.poll(codes).status_code

    with ThreadPoolExecutor(THREADS) as threads:
        statuses = sorted(threads.map(one, range(THREADS)))

    assert statuses == [200] + [400] * (THREADS - 1)


def test_scope_is_not_widened_at_the_token_endpoint(device: Device, signed_in: Browser) -> None:
    """RFC 8628 §3.4: the token request has no scope; what the person approved is given."""
    codes = device.codes(scope="openid")
    approve(signed_in, codes)

    assert device.poll(codes, scope="openid email").get_json()["scope"] == "openid"


def test_another_audience_is_refused(device: Device, signed_in: Browser) -> None:
    """RFC 8707 §2.2: a resource that the person has not seen; nothing is spent by asking."""
    codes = device.codes(scope="openid")
    approve(signed_in, codes)

    assert error_of(device, codes, resource="https://other.example") == "invalid_target"
    assert device.poll(codes).status_code == 200


def test_a_disabled_person(services: Services, device: Device, signed_in: Browser, ada: str) -> None:
    """CVE-2026-1609: disabled between approval and use, and before."""
    approved, pending = device.codes(scope="openid"), device.codes(scope="openid")
    approve(signed_in, approved)
    page = confirm_page(signed_in, pending["user_code"])

    services.people.disable(ada)
    answer = decide(signed_in, page)

    assert error_of(device, approved) == "invalid_grant"
    assert answer.location.startswith("/login")
    assert error_of(device, pending) == "authorization_pending"


def test_a_deleted_client(services: Services, device: Device, signed_in: Browser, clock: Clock) -> None:
    """Whatever it holds is worth nothing."""
    codes = device.codes(scope="openid")
    approve(signed_in, codes)

    services.client_directory.delete(device.client.client_id)
    clock.advance(seconds=services.settings.client_cache_seconds)

    assert device.poll(codes).get_json()["error"] == "invalid_client"


def test_a_client_narrowed_after_the_approval(services: Services, device: Device, signed_in: Browser) -> None:
    """RFC 6749 §3.3: what it may no longer ask for is not given, though it was approved."""
    codes = device.codes(scope="openid email")
    approve(signed_in, codes)

    services.client_directory.update(device.client.client_id, {"scope": "openid"})

    assert device.poll(codes).get_json()["scope"] == "openid"


def test_another_session_cannot_decide(
    app: Flask, services: Services, device: Device, signed_in: Browser
) -> None:
    """RFC 8628 §5.4: neither with the form nor with the address that another browser was shown."""
    codes = device.codes(scope="openid")
    page = confirm_page(signed_in, codes["user_code"])
    make_user(services, "eve")
    eve = Browser(app.test_client(), username="eve")
    eve.sign_in(eve.http.get("/login"))

    posted = decide(eve, page)
    looked = eve.http.get(f"/device/confirm?user_code={codes['user_code']}")
    login = eve.http.get(f"/login?user_code={codes['user_code']}")

    assert [answer.status_code for answer in (posted, looked, login)] == [400, 400, 400]
    assert error_of(device, codes) == "authorization_pending"


def test_a_form_shown_to_somebody_else(services: Services, device: Device, signed_in: Browser) -> None:
    """The person who decides is the one who was asked, in the same browser too."""
    codes = device.codes(scope="openid")
    page = confirm_page(signed_in, codes["user_code"])
    make_user(services, "eve")
    login = signed_in.http.get(f"/login?user_code={codes['user_code']}")
    signed_in.sign_in(login, username="eve")

    answer = decide(signed_in, page)

    assert 'id="device-confirm-form"' in answer.text
    assert "eve" in answer.text
    assert error_of(device, codes) == "authorization_pending"


@pytest.mark.parametrize("changed", [{"csrf_token": "forged"}, {"person": "another"}])
def test_a_forged_form_decides_nothing(device: Device, signed_in: Browser, changed: dict[str, str]) -> None:
    """RFC 6749 §10.12: without the token of the page, or from another one's, it was not the person."""
    codes = device.codes(scope="openid")
    page = confirm_page(signed_in, codes["user_code"])
    fields = hidden_fields(page) | {"decision": "allow"}

    answer = signed_in.http.post("/device/confirm", data=fields | changed)

    assert 'id="device-confirm-form"' in answer.text
    assert error_of(device, codes) == "authorization_pending"


def test_the_client_named_is_the_one_of_the_code(
    services: Services, http: FlaskClient, device: Device, signed_in: Browser
) -> None:
    """CVE-2023-2585: parameters cannot swap the client that the person sees."""
    codes = device.codes(scope="openid")
    other = make_device(services, http, client_name="Harmless")
    enter(signed_in, codes["user_code"])

    page = http.get(f"/device/confirm?user_code={codes['user_code']}&client_id={other.client.client_id}")

    assert "Television" in page.text
    assert "Harmless" not in page.text


def test_codes_are_guessed_a_few_times_only(browser: Browser, device: Device, clock: Clock) -> None:
    """RFC 8628 §5.1: then a page says so, right codes included, until the time is over."""
    statuses = [enter(browser, "BCDF-GHJK").status_code for _ in range(10)]

    limited = enter(browser, device.codes(scope="openid")["user_code"])
    clock.advance(seconds=600)
    later = enter(browser, device.codes(scope="openid")["user_code"])

    assert statuses == [200] * 10
    assert (limited.status_code, limited.mimetype) == (429, "text/html")
    assert later.status_code == 303


def test_a_new_browser_does_not_help_to_guess(app: Flask, device: Device) -> None:
    """RFC 8628 §5.1: cookies are thrown away easily, addresses less so."""
    statuses = [enter(Browser(app.test_client()), "BCDF-GHJK").status_code for _ in range(51)]

    assert statuses == [200] * 50 + [429]


@pytest.mark.parametrize("typed", ["", "AEIO-UAEI", "BCDF", "B" * 70, "<script>", "BCDF-GHJK\n;--"])
def test_what_is_no_code(browser: Browser, typed: str) -> None:
    """A person is told, and nothing of it runs."""
    page = enter(browser, typed)

    assert page.status_code == 200
    assert "device-error" in page.text
    assert "<script>" not in page.text


def test_codes_are_stored_as_digests(services: Services, device: Device) -> None:
    """RFC 8628 §5.2: a stolen database holds neither code."""
    codes = device.codes(scope="openid")

    with services.database.reading() as session:
        (row,) = session.query(DeviceCode).all()

    values = (value for value in vars(row).values() if isinstance(value, (bytes, str)))
    stored = b"".join(value if isinstance(value, bytes) else value.encode() for value in values)
    for code in (codes["device_code"], codes["user_code"], codes["user_code"].replace("-", "")):
        assert code.encode() not in stored


def test_an_ended_session_gives_nothing(services: Services, device: Device, signed_in: Browser) -> None:
    """OpenID Connect Core §11: signed out before the device came, unless it may act while they are away."""
    online, offline = device.codes(scope="openid"), device.codes(scope="openid offline_access")
    approve(signed_in, online)
    approve(signed_in, offline)

    make_user(services, "eve")
    signed_in.sign_in(signed_in.http.get("/login"), username="eve")

    assert error_of(device, online) == "invalid_grant"
    assert device.poll(offline).status_code == 200


def test_expired_devices_are_pruned(services: Services, device: Device, clock: Clock) -> None:
    """Afterwards the device is told that there is no such code."""
    codes = device.codes(scope="openid")
    clock.advance(seconds=601)

    pruned = Pruning(services.database, clock, 60).prune()

    assert pruned["device_codes"] == 1
    assert error_of(device, codes) == "invalid_grant"


def test_what_each_step_costs(device: Device, signed_in: Browser, statements: list[str]) -> None:
    """A poll is one read; the one that gets the tokens takes the row and stores the grant besides."""
    codes = device.codes(scope="openid")

    statements.clear()
    device.poll(codes)
    device.poll(codes)
    polls = list(statements)
    approve(signed_in, codes)
    statements.clear()
    device.poll(codes)

    assert polls == ["SELECT", "SELECT"]
    assert [verb for verb in statements if verb != "BEGIN"] == ["SELECT", "DELETE", "INSERT"]
