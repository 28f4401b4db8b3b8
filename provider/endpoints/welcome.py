"""GET and POST /welcome: a person chooses a password, by invitation or because the old one is lost."""

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider.account_link_page import link_over
from provider.events import report
from provider.forms import WelcomeForm
from provider.password_words import password_rules
from provider.sign_in import sign_in_as
from provider.wiring import services
from validators.people import InvalidPerson

COMMAND = "flask user reset-link NAME"

blueprint = Blueprint("welcome", __name__)


@blueprint.get("/welcome")
def welcome() -> Response | str:
    """Ask for a password; looking spends nothing."""
    form = WelcomeForm(formdata=None)
    form.token.data = request.args.get("token", "")
    user = services().account_links.find(form.token.data)
    return _page(form, user) if user else _over()


@blueprint.post("/welcome")
def choose() -> Response | str:
    """Set the password, sign the person in here and out everywhere else, and end the link."""
    form = WelcomeForm()
    token, new = form.token.data or "", form.new_password.data or ""
    user = services().account_links.find(token)
    if user is None:
        return _over()
    if not form.validate():
        return _page(form, user, error=form.stale_message())
    if new != (form.repeated_password.data or ""):
        return _page(form, user, error=gettext("The two new passwords differ."), wrong="new")
    try:
        person = services().account_links.set_password(token, new)
    except InvalidPerson:
        return _page(form, user, error=password_rules(), wrong="new")
    if person is None:
        return _over()
    report("password_set_by_link", user_id=person.id)
    return sign_in_as(person) or _over()


def _over() -> Response:
    return link_over(COMMAND, is_known_here=True)


def _page(form: WelcomeForm, user: User, error: str | None = None, wrong: str | None = None) -> str:
    return render_template(
        "welcome.html",
        form=form,
        user={"name": user.name},
        is_reset=user.password_hash is not None,
        rules=password_rules(),
        minimum=services().passwords.minimum_characters,
        error=error,
        wrong=wrong,
    )
