"""What somebody signs in for, and where the browser goes on afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import g, redirect, url_for
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError
from werkzeug.wrappers import Response

from provider import login_state
from provider.admin.places import address_of as address_of_desk
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.named_account import names_another
from provider.authorization.response import deliver_error
from provider.authorization.waiting import address_of, answer_and_forget, find_waiting, take_up
from provider.client_view import destination
from provider.device_visit import require_visit
from provider.wiring import services
from validators.client import Client
from validators.user_codes import show_user_code
from validators.waiting_requests import WaitingRequest

ACCOUNT_PAGES = {
    "account": "account.account",
    "password": "account_password.password",
    "approvals": "approvals.approvals",
}
"""What may be named as the page to come back to, and which one it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPurpose:
    """What goes on after the sign-in, always at an address of our own.

    Attributes:
        client: whose request it is; ``None``: a page for the person alone.
        address: where it goes on.
        cancel: answers it when the person will not sign in.
        waiting: the stored authorization request, if it is one.
        user_code: the code of a device, as shown, if it is that.
        page: the name of a page about the person or for operators, if it is that.
        login_hint: who it is expected to be.
        is_for_another: whether that is, for certain, another person than the one who is signed in.
        redirect_host: where the person is taken in the end.
    """

    client: Client | None
    address: str
    cancel: Callable[[], Response]
    waiting: WaitingRequest | None = None
    user_code: str | None = None
    page: str | None = None
    login_hint: str | None = None
    is_for_another: bool = False
    redirect_host: str | None = None


def find_purpose(fields: Mapping[str, str]) -> SignInPurpose | None:
    """Return what ``fields`` of a query or a form name; ``None`` for a sign-in for its own sake.

    Raises:
        PageError: it is over, or another browser's.
    """
    if request_id := fields.get("request"):
        return _authorization(request_id)
    if user_code := fields.get("user_code"):
        return _device(user_code)
    page = fields.get("page", "")
    if page in ACCOUNT_PAGES:
        return _own_page(page, url_for(ACCOUNT_PAGES[page]))
    if (address := address_of_desk(page)) is not None:
        return _own_page(page, address)
    return None


def _authorization(request_id: str) -> SignInPurpose:
    waiting = find_waiting(request_id)
    flow = take_up(waiting)
    g.ui_locales = (flow.request.ui_locales or "").split()

    def cancel() -> Response:
        return answer_and_forget(flow, deliver_error(flow, AccessDeniedError(request=flow.request)))

    return SignInPurpose(
        client=flow.request.known_client,
        address=address_of(waiting),
        cancel=cancel,
        waiting=waiting,
        login_hint=flow.request.login_hint,
        is_for_another=_is_for_another(flow),
        redirect_host=destination(str(flow.request.redirect_uri)),
    )


def _is_for_another(flow: AuthorizationFlow) -> bool:
    if flow.hinted is None and flow.request.claimed_subject is None:
        return False
    session = login_state.current(services())
    return session is not None and names_another(flow, session.user_id)


def _device(typed: str) -> SignInPurpose:
    visit = require_visit(typed)
    user_code = show_user_code(visit.user_code)
    return SignInPurpose(
        client=visit.client,
        address=url_for("device.confirm", user_code=user_code),
        cancel=lambda: redirect(url_for("device.device"), 303),
        user_code=user_code,
    )


def _own_page(page: str, address: str) -> SignInPurpose:
    session = login_state.current(services())
    return SignInPurpose(
        client=None,
        address=address,
        cancel=lambda: redirect(url_for("home.home"), 303),
        page=page,
        login_hint=session.user_name if session else None,
    )
