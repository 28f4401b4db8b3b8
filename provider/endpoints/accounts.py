"""GET and POST /login/accounts: which of the people signed in here it is (OpenID Connect Core §3.1.2.1)."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from keys import base64url
from provider import browser_accounts, browser_state, login_state
from provider.bridge import read_query
from provider.browser_accounts import OTHER, BrowserAccount
from provider.client_view import view_of
from provider.events import report
from provider.forms import CANCEL, PageForm
from provider.moments import moment
from provider.sign_in_purpose import SignInPurpose, find_purpose
from provider.wiring import services

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login/accounts")
def accounts() -> Response | str:
    """List the people who are signed in in this browser; where nobody is, somebody signs in first."""
    purpose = find_purpose(read_query().parameters)
    found = _accounts()
    if not found:
        return redirect(url_for("login.login", **_fields(purpose)), 303)
    return _page(found, purpose)


@blueprint.post("/login/accounts")
def choose() -> Response | str:
    """Make the chosen sign-in the one that counts, and go on."""
    purpose, found = find_purpose(request.form), _accounts()
    if not PageForm().validate():
        return _page(found, purpose, error=PageForm.stale_message())
    if purpose is not None and request.form.get("decision") == CANCEL:
        return purpose.cancel()
    asked = request.form.get("session", "")
    chosen = next((account for account in found if _id(account) == asked), None)
    if chosen is None:
        return _page(found, purpose, error=gettext("That account is no longer signed in here."))
    return _chosen(chosen, [account for account in found if account is not chosen], purpose)


def _chosen(account: BrowserAccount, others: list[BrowserAccount], purpose: SignInPurpose | None) -> Response:
    report("account_chosen", user_id=account.session.user_id)
    login_state.renew_page_cookie()
    if purpose is not None and purpose.waiting is not None:
        login_state.remember_choice(purpose.waiting.id, account.session.id)
    response = redirect(purpose.address if purpose else url_for("home.home"), 303)
    login_state.set_cookie(services(), response, account.cookie)
    browser_state.set_state(services(), response, account.cookie)
    browser_accounts.remember(services(), response, others)
    return response


def _accounts() -> list[BrowserAccount]:
    """Return everybody signed in here, the one that counts now first."""
    now = browser_accounts.current(services())
    return [*([now] if now else []), *browser_accounts.others(services())]


def _page(found: list[BrowserAccount], purpose: SignInPurpose | None, error: str | None = None) -> str:
    now = services().clock()
    return render_template(
        "accounts.html",
        form=PageForm(formdata=None),
        client=view_of(purpose.client) if purpose and purpose.client else None,
        fields=_fields(purpose),
        accounts=[
            {
                "id": _id(account),
                "name": account.session.user_name,
                "email": account.session.user_email,
                "signed_in": moment(account.session.auth_time, now),
            }
            for account in found
        ],
        another_url=url_for("login.login", account=OTHER, **_fields(purpose)),
        error=error,
    )


def _fields(purpose: SignInPurpose | None) -> dict[str, Any]:
    """Return what names the purpose, in a query or in a form."""
    if purpose is None:
        return {}
    waiting = purpose.waiting.id if purpose.waiting else None
    named = {"request": waiting, "user_code": purpose.user_code, "page": purpose.page}
    return {name: value for name, value in named.items() if value is not None}


def _id(account: BrowserAccount) -> str:
    return base64url.encode(account.session.id)
