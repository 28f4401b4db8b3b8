"""What the views pass to each template in the ordinary case."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField


@dataclass(frozen=True)
class ShownClient:
    client_name: str = "Photo Library"
    client_id: str = "photos"
    client_uri: str | None = "https://photos.example.org/"
    logo_uri: str | None = "https://photos.example.org/logo.png"
    policy_uri: str | None = "https://photos.example.org/privacy"
    tos_uri: str | None = "https://photos.example.org/terms"


class TypedCode(FlaskForm):  # type: ignore[misc]
    user_code = StringField()


class SignIn(FlaskForm):  # type: ignore[misc]
    username = StringField()
    password = PasswordField()


def ordinary_values(template: str) -> dict[str, Any]:
    """Return what a view passes to ``template`` in the ordinary case; called inside a request."""
    scopes = [
        {"name": "openid", "description": "Recognise you", "is_new": False},
        {"name": "email", "description": "See your e-mail address", "is_new": True},
    ]
    waiting = {"client": ShownClient(), "redirect_host": "photos.example.org", "request_id": "waiting-1"}
    values: dict[str, dict[str, Any]] = {
        "login.html": {"form": SignIn(), "error": None, "reason": None, **waiting},
        "consent.html": {
            "form": FlaskForm(),
            "user": {"name": "Minji"},
            "scopes": scopes,
            "resources": ["https://api.example.org"],
            "remembered": True,
            "switch_account_url": "/login?request=waiting-1",
            **waiting,
        },
        "device.html": {"form": TypedCode(), "error": None},
        "device_confirm.html": {
            "form": FlaskForm(),
            "client": ShownClient(),
            "user_code": "WDJB-MJHT",
            "user": {"name": "Minji"},
            "scopes": scopes,
            "resources": ["https://api.example.org"],
            "switch_account_url": "/login?user_code=WDJB-MJHT",
        },
        "device_done.html": {"client": ShownClient(), "is_allowed": True},
        "error.html": {
            "title": "Something is not right",
            "message": "This application is not registered here.",
            "detail": None,
            "error_code": "invalid_client_id",
            "request_uid": "7f3a91c0",
        },
        "logout.html": {"form": FlaskForm(), "user": {"name": "Minji"}, "error": None, **waiting},
        "logout_done.html": {"has_others": True},
        "logout_clients.html": {
            "uris": ["https://photos.example.org/out?sid=s"],
            "then": "/logout/done",
            "host": "photos.example.org",
        },
        "accounts.html": {
            "form": FlaskForm(),
            "client": None,
            "fields": {},
            "accounts": [
                {"id": "c2lk", "name": "Minji", "email": None, "signed_in": {"words": "a few moments ago"}}
            ],
            "another_url": "/login?account=other",
            "error": None,
        },
        "home.html": {
            "user": None,
            "form": FlaskForm(),
            "apps": [],
            "has_others": False,
            "issuer": "https://id.example.org",
            "discovery_url": "https://id.example.org/.well-known/openid-configuration",
        },
        "form_post.html": {
            "action": "https://photos.example.org/cb",
            "parameters": [("code", 'a"<b'), ("state", "s")],
        },
    }
    return values[template]
