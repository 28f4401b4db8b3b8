"""GET and POST /setup: whoever has the link of the first day becomes the first operator."""

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from provider.account_link_page import link_over
from provider.events import report
from provider.forms import SetUpForm
from provider.password_words import password_rules
from provider.sign_in import sign_in_as
from provider.wiring import services
from validators.handles import MAX_NAME
from validators.people import InvalidPerson

COMMAND = "flask user setup-link"

blueprint = Blueprint("setup", __name__)


@blueprint.get("/setup")
def setup() -> Response | str:
    """Ask for a name and a password; looking spends nothing."""
    form = SetUpForm(formdata=None)
    form.token.data = request.args.get("token", "")
    return _page(form) if services().set_up.is_open(form.token.data) else _over()


@blueprint.post("/setup")
def complete() -> Response | str:
    """Make the operator, sign them in, and end the link."""
    form = SetUpForm()
    token, new = form.token.data or "", form.new_password.data or ""
    if not services().set_up.is_open(token):
        return _over()
    if not form.validate():
        return _page(form, error=form.stale_message())
    if new != (form.repeated_password.data or ""):
        return _page(form, error=gettext("The two new passwords differ."), wrong="new")
    try:
        user = services().set_up.complete(token, form.username.data or "", new)
    except InvalidPerson as error:
        if error.field == "name":
            return _page(form, error=_name_rules(), wrong="name")
        return _page(form, error=password_rules(), wrong="new")
    if user is None:
        return _over()
    report("operator_made", user_id=user.id)
    return sign_in_as(user) or _over()


def _over() -> Response:
    """Say that the link is; a fresh one is printed only while nobody is there."""
    is_done = services().set_up.is_done()
    return link_over(None if is_done else COMMAND, is_known_here=is_done)


def _page(form: SetUpForm, error: str | None = None, wrong: str | None = None) -> str:
    return render_template(
        "setup.html",
        form=form,
        name_rules=_name_rules(),
        rules=password_rules(),
        minimum=services().passwords.minimum_characters,
        error=error,
        wrong=wrong,
    )


def _name_rules() -> str:
    return str(gettext("A name has 1 to %(most)s visible characters and no @.", most=MAX_NAME))
