"""GET /admin/people: the people there are."""

import json

from flask import Blueprint

from models.user import User
from provider.admin.listing import ROWS, asked, pages
from provider.admin.operator import page
from provider.moments import moment
from provider.wiring import services
from validators.people_search import PeopleSearch

blueprint = Blueprint("people", __name__)


@blueprint.get("/admin/people")
def people() -> str:
    """List people by name; all, or those in whose name or address a word is found."""
    word = asked("q")
    found = PeopleSearch(services().database).list(word, after=asked("after") or None, limit=ROWS + 1)
    shown, more = pages(found, ".people", lambda person: person.handle, q=word)
    return page("people", "people", word=word, people=[shown_person(each.user) for each in shown], more=more)


def shown_person(user: User) -> dict[str, object]:
    """Return a person for a page."""
    return {
        "sub": user.id,
        "name": user.name,
        "email": user.email,
        "claims": json.loads(user.claims),
        "is_disabled": user.disabled_at is not None,
        "has_password": user.password_hash is not None,
        "is_operator": user.is_operator,
        "created": moment(user.created_at, services().clock()),
    }
