"""GET and POST /admin/grants: what one person or one client has been granted, and the end of it."""

from flask import Blueprint, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from keys import base64url
from provider.account_view import read_id
from provider.admin.listing import ROWS, asked, pages
from provider.admin.names import names_of, person_of
from provider.admin.operator import done, not_found, page, record
from provider.admin.places import here
from provider.moments import moment
from provider.wiring import services
from validators.grant_directory import GrantDirectory, GrantSummary

blueprint = Blueprint("grants", __name__)


@blueprint.get("/admin/grants")
def grants() -> str:
    """List the grants of a person, of a client or of one at the other, the newest first."""
    person, client_id = asked("person"), asked("client_id")
    user = services().people.find(person) if person else None
    is_unknown = bool(person) and user is None
    found = [] if is_unknown or not (person or client_id) else _found(user.id if user else None, client_id)
    shown, more = pages(found, ".grants", _position, person=person, client_id=client_id)
    names = names_of(grant.user_id for grant in shown)
    return page(
        "grants",
        "grants",
        person=person,
        client_id=client_id,
        is_unknown=is_unknown,
        grants=[_shown(grant, names) for grant in shown],
        more=more,
    )


@blueprint.post("/admin/grants")
def revoke() -> Response:
    """End one grant with every token it ever gave."""
    directory, grant_id = _directory(), read_id(request.form.get("grant", ""))
    grant = directory.find(grant_id)
    if grant is None or not directory.revoke(grant_id):
        not_found()
    record(
        "grants revoke", user_id=grant.user_id, client_id=grant.client_id, grant=base64url.encode(grant_id)
    )
    return done(gettext("The grant is revoked."), here())


def _found(user_id: str | None, client_id: str) -> list[GrantSummary]:
    directory = _directory()
    last = directory.find(read_id(asked("after")))
    return directory.list(
        user_id=user_id,
        client_id=client_id or None,
        after=(last.created_at, last.id) if last else None,
        limit=ROWS + 1,
    )


def _position(grant: GrantSummary) -> str:
    return base64url.encode(grant.id)


def _shown(grant: GrantSummary, names: dict[str, str]) -> dict[str, object]:
    now = services().clock()
    state = "live" if now < grant.expires_at else "expired"
    return {
        "id": base64url.encode(grant.id),
        "client_id": grant.client_id,
        "person": person_of(grant.user_id, names),
        "scope": grant.scope,
        "state": state if grant.revoked_at is None else "revoked",
        "granted": moment(grant.created_at, now),
    }


def _directory() -> GrantDirectory:
    return GrantDirectory(services().database, services().clock)
