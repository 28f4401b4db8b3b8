"""A link by which a person chooses a password: shown once, for an operator to pass on."""

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider.admin.operator import confirmation, failed, page, record, require_recent
from provider.admin.person import address_of_person, require_person
from provider.link_addresses import DAY_SECONDS, INVITATION_DAYS, RESET_DAYS, welcome_address
from provider.moments import moment
from provider.wiring import services

blueprint = Blueprint("person_link", __name__)


@blueprint.get("/admin/person/link")
def link() -> str:
    """Ask before a link is made."""
    user = require_person()
    require_recent()
    is_reset = user.password_hash is not None
    return confirmation(
        "people",
        title=gettext("Make a link for a new password?") if is_reset else gettext("Invite by a link?"),
        subject={"name": user.name, "id": user.id},
        points=[
            gettext("Whoever opens the link chooses the password: give it to this person alone."),
            gettext("It is good once, and a link that was made before is over."),
        ],
        yes=gettext("Yes, make a link"),
        back=address_of_person(user.id),
    )


@blueprint.post("/admin/person/link")
def make_link() -> Response | str:
    """Make a link and show it in this answer alone."""
    user = require_person()
    return link_page(user) or failed(
        gettext("A disabled person gets no link: enable them first."), address_of_person(user.id)
    )


def link_page(user: User) -> str | None:
    """Return the one page that shows a fresh link; ``None`` for the disabled, who get none."""
    is_reset = user.password_hash is not None
    days = RESET_DAYS if is_reset else INVITATION_DAYS
    issued = services().account_links.issue(user.id, days * DAY_SECONDS)
    if issued is None:
        return None
    record("user reset-link" if is_reset else "user invite", user_id=user.id)
    return page(
        "link",
        "people",
        person={"name": user.name},
        link=welcome_address(services().settings.issuer, issued.token),
        ends=moment(issued.expires_at, services().clock()),
        back=address_of_person(user.id),
    )
