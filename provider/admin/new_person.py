"""GET and POST /admin/people/new: the form for a new person."""

from flask import Blueprint, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from provider.admin.json_text import typed_json, visible
from provider.admin.operator import done, page, record, require_recent
from provider.admin.person import address_of_person
from provider.admin.person_link import link_page
from provider.wiring import services
from validators.people import InvalidPerson

INVITE = "invite"

blueprint = Blueprint("new_person", __name__)


@blueprint.get("/admin/people/new")
def new() -> str:
    """Show the form for a new person."""
    require_recent()
    return _form({})


@blueprint.post("/admin/people/new")
def create() -> Response | str:
    """Store a new person; without a password nobody can sign in as them yet."""
    typed = {name: request.form.get(name, "") for name in ("name", "email", "claims")}
    try:
        claims = typed_json(typed["claims"])
    except ValueError as error:
        return _form(typed, error=f"claims: must be a JSON object in UTF-8 ({error})", wrong="claims")
    email, password = typed["email"].strip(), request.form.get("password", "")
    try:
        user = services().people.create(typed["name"], email or None, claims, password or None)
    except InvalidPerson as error:
        return _form(typed, error=visible(str(error)), wrong=error.field)
    record("user create", user_id=user.id)
    link = link_page(user) if request.form.get("decision") == INVITE else None
    return link or done(gettext("The person is stored."), address_of_person(user.id))


def _form(typed: dict[str, str], error: str | None = None, wrong: str | None = None) -> str:
    minimum = services().passwords.minimum_characters
    return page("person_form", "people", typed=typed, error=error, wrong=wrong, minimum=minimum)
