"""What is asked about once more before it is done to a person: disable, delete, the role of operators."""

from collections.abc import Callable

from flask import Blueprint, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider.admin.operator import confirmation, done, failed, not_found, record, require_recent
from provider.admin.person import address_of_person, require_person
from provider.events import report
from provider.wiring import services
from validators.last_operator import LastOperator

blueprint = Blueprint("person_ends", __name__)


@blueprint.get("/admin/person/disable")
def disable() -> str:
    """Ask before somebody is shut out."""
    points = [
        gettext("They are signed out everywhere, and cannot sign in."),
        gettext("What they have let applications do rests until they are enabled again."),
    ]
    return _asked(gettext("Disable this person?"), points, gettext("Yes, disable them"))


@blueprint.post("/admin/person/disable")
def shut_out() -> Response:
    """Disable somebody: their next request is refused."""
    user = require_person()
    return _done(user, "user disable", services().people.disable, gettext("This person is disabled."))


@blueprint.get("/admin/person/delete")
def delete() -> str:
    """Ask before somebody is removed."""
    points = [
        gettext("Their account, sign-ins and consents are removed, and what they have granted is revoked."),
        gettext("Applications know them by an identifier that nobody gets again. This cannot be undone."),
    ]
    return _asked(gettext("Delete this person?"), points, gettext("Yes, delete them"))


@blueprint.post("/admin/person/delete")
def remove() -> Response:
    """Remove somebody."""
    message, address = gettext("The person is deleted."), url_for("admin.people.people")
    return _done(require_person(), "user delete", services().people.delete, message, address)


@blueprint.get("/admin/person/operator")
def operator_role() -> str:
    """Ask before the role of operators is given."""
    points = [
        gettext("They see and change every client, person and key here, as you do."),
        gettext("They can take the role from you."),
    ]
    return _asked(gettext("Make this person an operator?"), points, gettext("Yes, make them an operator"))


@blueprint.post("/admin/person/operator")
def make_operator() -> Response:
    """Give the role of operators."""
    user = require_person()
    if not services().people.make_operator(user.id):
        not_found()
    record("user operator", user_id=user.id)
    report("operator_made", user_id=user.id)
    return done(gettext("This person is an operator now."), address_of_person(user.id))


@blueprint.get("/admin/person/operator/remove")
def end_of_role() -> str:
    """Ask before the role of operators is taken away."""
    points = [gettext("Their next request to these pages is refused.")]
    return _asked(gettext("Take the role of operators away?"), points, gettext("Yes, take it away"))


@blueprint.post("/admin/person/operator/remove")
def remove_operator() -> Response:
    """Take the role of operators away."""
    user, message = require_person(), gettext("This person is no operator any more.")
    return _done(
        user, "user operator --remove", services().people.remove_operator, message, event="operator_removed"
    )


def _asked(title: str, points: list[str], yes: str) -> str:
    user = require_person()
    require_recent()
    return confirmation(
        "people",
        title=title,
        subject={"name": user.name, "id": user.id},
        points=points,
        yes=yes,
        back=address_of_person(user.id),
    )


def _done(
    user: User,
    action: str,
    end: Callable[..., bool],
    message: str,
    address: str | None = None,
    event: str | None = None,
) -> Response:
    """Do it, unless nobody could operate the provider afterwards."""
    try:
        if not end(user.id, spares_last=True):
            not_found()
    except LastOperator:
        refusal = gettext("This is the last operator: make somebody else an operator first.")
        return failed(refusal, address_of_person(user.id))
    record(action, user_id=user.id)
    if event is not None:
        report(event, user_id=user.id)
    return done(message, address or address_of_person(user.id))
