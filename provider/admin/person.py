"""GET and POST /admin/person: one person, and what may be taken from them and given back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider.account_view import read_id, shown_apps, shown_sessions
from provider.admin.listing import asked
from provider.admin.operator import done, not_found, operator, page, record
from provider.admin.people import shown_person
from provider.claim_words import describe_claims
from provider.wiring import services
from validators.account_sessions import AccountSessions
from validators.connected_apps import ConnectedApps

blueprint = Blueprint("person", __name__)


@blueprint.get("/admin/person")
def person() -> str:
    """Show a person: claims, state, sign-ins, applications."""
    user = require_person()
    shown: dict[str, Any] = shown_person(user)
    return page(
        "person",
        "people",
        person=shown,
        claims=describe_claims(shown["claims"]),
        sessions=shown_sessions(_sessions().list(user.id), operator().id),
        apps=shown_apps(_apps().list(user.id)),
        is_last_operator=services().people.is_last_operator(user.id),
    )


@blueprint.post("/admin/person")
def decide() -> Response:
    """Do what one of the page's small forms asks for."""
    user = require_person()
    decision = DECISIONS.get(request.form.get("decision", ""))
    return done(decision(user), address_of_person(user.id)) if decision else not_found()


def require_person() -> User:
    """Return the person whom the address names by their ``sub``, or answer that there is nobody."""
    sub = asked("sub")
    user = services().people.find(sub)
    return user if user is not None and user.id == sub else not_found()


def address_of_person(sub: str) -> str:
    """Return the address of a person's page."""
    return url_for("admin.person.person", sub=sub)


def _end_session(user: User) -> str:
    if not _sessions().end(user.id, read_id(request.form.get("session", ""))):
        not_found()
    record("user end-session", user_id=user.id)
    return str(gettext("That browser is signed out."))


def _end_sessions(user: User) -> str:
    ended = _sessions().end_all(user.id)
    record("user end-sessions", user_id=user.id, ended=ended)
    return str(gettext("Every browser of this person is signed out."))


def _disconnect(user: User) -> str:
    client_id = request.form.get("client_id", "")
    if not _apps().disconnect(user.id, client_id):
        not_found()
    record("user disconnect", user_id=user.id, client_id=client_id)
    return str(gettext("The application is disconnected."))


def _enable(user: User) -> str:
    if not services().people.enable(user.id):
        not_found()
    record("user enable", user_id=user.id)
    return str(gettext("This person can sign in again."))


DECISIONS: dict[str, Callable[[User], str]] = {
    "end-session": _end_session,
    "end-sessions": _end_sessions,
    "disconnect": _disconnect,
    "enable": _enable,
}


def _sessions() -> AccountSessions:
    provider = services()
    return AccountSessions(provider.database, provider.clock, provider.settings.session_idle_seconds)


def _apps() -> ConnectedApps:
    return ConnectedApps(services().database, services().clock)
