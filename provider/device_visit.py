"""What a person has come for with a user code: a device that waits, and its client (RFC 8628 §3.3)."""

from typing import NamedTuple

from flask_babel import gettext

from provider import login_state
from provider.errors import PageError
from provider.wiring import services
from validators.client import Client
from validators.device_codes import DeviceRequest
from validators.user_codes import read_user_code


class DeviceVisit(NamedTuple):
    """A device that waits for the person at this browser.

    Attributes:
        user_code: as stored, without the dash.
        device: what it asks for.
        client: who asks, bound to the code.
    """

    user_code: str
    device: DeviceRequest
    client: Client


class DeviceRequestOver(PageError):
    """The code was never typed in this browser, has expired, or somebody has decided already."""

    def __init__(self) -> None:
        super().__init__(
            "device_request_not_found",
            gettext(
                "This code has already been used, has expired or was entered in another browser."
                " Please start again on your device."
            ),
        )


def find_visit(typed: str | None) -> DeviceVisit | None:
    """Return the device behind a code; ``None`` when there is none that waits."""
    user_code = read_user_code(typed or "")
    device = services().device_codes.find(user_code) if user_code else None
    client = services().clients.get(device.client_id) if device else None
    return DeviceVisit(user_code, device, client) if user_code and device and client else None


def require_visit(typed: str | None) -> DeviceVisit:
    """Return the device behind a code that was typed in this browser before.

    Guesses are counted where a code is typed; another way to try one would go round that.

    Raises:
        DeviceRequestOver: it was not, or the device waits no more.
    """
    user_code = read_user_code(typed or "")
    if user_code is None or not login_state.has_typed(user_code):
        raise DeviceRequestOver
    visit = find_visit(user_code)
    if visit is None:
        raise DeviceRequestOver
    return visit
