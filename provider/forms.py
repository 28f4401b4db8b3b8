"""The forms of the pages; each carries a token against forgery (Flask-WTF)."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField

from provider.form_token import FormToken

CANCEL = "cancel"
ALLOW = "allow"


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form whose token is bound to the browser's page cookie."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How its token is made and checked."""

        csrf_class = FormToken

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the fields of the body, all of them text; JSON and files are no answer to a page."""
            return None if formdata is None else request.form

    @property
    def is_stale(self) -> bool:
        """Whether the token was missing, forged or too old."""
        return "csrf_token" in self.errors

    @staticmethod
    def stale_message() -> str:
        """What a person is told then."""
        return str(gettext("This page was open for too long. Please try again."))


class LoginForm(PageForm):
    """Who one is, and the proof."""

    username = StringField()
    password = PasswordField()


class DeviceForm(PageForm):
    """The code that a device shows."""

    user_code = StringField()


class NewPasswordForm(PageForm):
    """The password that one has, and the one to have."""

    current_password = PasswordField()
    new_password = PasswordField()
    repeated_password = PasswordField()


class WelcomeForm(PageForm):
    """The password to have, and the token of the link that lets one choose it."""

    token = HiddenField()
    new_password = PasswordField()
    repeated_password = PasswordField()


class SetUpForm(WelcomeForm):
    """The first operator's name as well."""

    username = StringField()


class ConsentForm(PageForm):
    """A decision, bound to the sign-in that the page was shown to."""

    person = HiddenField()
