"""Signing in whoever has just proven who they are: one row, and the cookies of this browser."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from models.user import User
from provider import browser_accounts, browser_state, known_browser, login_state
from provider.browser_accounts import OTHER, BrowserAccount
from provider.events import report
from provider.sign_in_purpose import SignInPurpose
from provider.wiring import services
from validators.authentication_context import PASSWORD_METHOD
from validators.login_sessions import SessionRecord


def sign_in_as(user: User, purpose: SignInPurpose | None = None) -> Response | None:
    """Return the redirect to what comes next, with the cookies of a new sign-in.

    They replace what the browser had, form tokens too: what somebody planted there is worth nothing.
    ``None`` when what was proven is true no more.

    Args:
        user: who has just proven who they are.
        purpose: what they came for; ``None``: the home page.
    """
    provider = services()
    replaced, kept, over = _place_for(user)
    with provider.database.session() as session:
        if not provider.people.is_still(session, user):
            return None
        session_id, cookie = provider.login_sessions.begin(
            session,
            user_id=user.id,
            amr=PASSWORD_METHOD,
            user_agent=request.headers.get("User-Agent", ""),
            replaces=replaced,
        )
        for account in over:
            provider.login_sessions.end(session, account.session.id)
        if purpose is not None and purpose.waiting is not None:
            provider.waiting_requests.mark_login(session, purpose.waiting, session_id)
    report("signed_in", user_id=user.id)
    login_state.renew_page_cookie()
    response = redirect(purpose.address if purpose else url_for("home.home"), 303)
    login_state.set_cookie(provider, response, cookie)
    browser_state.set_state(provider, response, cookie)
    known_browser.remember(provider, response, user.id)
    if kept or browser_accounts.has_others(provider):
        browser_accounts.remember(provider, response, kept)
    return response


def _place_for(user: User) -> tuple[SessionRecord | None, list[BrowserAccount], list[BrowserAccount]]:
    """Return the sign-in that a new one of ``user`` replaces, those that stay beside it, and those that end.

    Whoever was signed in stays so only where another account was asked for; nobody is kept twice.
    """
    most = browser_accounts.MAX_OTHERS
    now, others = browser_accounts.current(services()), browser_accounts.others(services())
    earlier = next((account for account in others if account.session.user_id == user.id), None)
    if now is not None and now.session.user_id != user.id and request.form.get("account") == OTHER:
        others, now = [now, *others], earlier
    elif now is None:
        now = earlier
    kept = [account for account in others if account.session.user_id != user.id]
    twice = [account for account in others if account.session.user_id == user.id and account is not now]
    return now.session if now else None, kept[:most], [*kept[most:], *twice]
