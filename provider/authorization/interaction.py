"""Leave a request waiting, as a stored row, while a person is asked."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from provider import login_state
from provider.authorization.flow import AuthorizationFlow, stored_form
from provider.stored_request_limits import count_stored_request
from validators.waiting_requests import WaitingRequest


def ask_for_login(flow: AuthorizationFlow) -> Response:
    """Send the browser to the sign-in page."""
    return redirect(url_for("login.login", request=wait(flow).id), 303)


def ask_for_account(flow: AuthorizationFlow) -> Response:
    """Send the browser to the page where one of its accounts is chosen."""
    return redirect(url_for("accounts.accounts", request=wait(flow).id), 303)


def ask_for_consent(flow: AuthorizationFlow) -> Response:
    """Send the browser to the consent page."""
    return redirect(url_for("consent.consent", request=wait(flow).id), 303)


def wait(flow: AuthorizationFlow) -> WaitingRequest:
    """Return the stored row of the request, stored now if it is not, for this browser alone."""
    store, browser = flow.services.waiting_requests, login_state.browser()
    if flow.waiting is None:
        count_stored_request()
        flow.waiting = store.store(
            stored_form(flow.request), client_id=flow.request.known_client.client_id, browser=browser
        )
    elif not flow.waiting.is_bound:
        store.bind(flow.waiting, browser=browser)
    return flow.waiting
