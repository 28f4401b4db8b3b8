"""GET /: a small page that says what this is."""

from flask import Blueprint, render_template

from provider import login_state
from provider.endpoints.discovery import OPENID_CONFIGURATION
from provider.wiring import services

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """Greet a person, and point a developer to the metadata."""
    provider = services()
    session = login_state.current(provider)
    issuer = provider.settings.issuer
    return render_template(
        "home.html",
        user={"name": session.user_name} if session else None,
        issuer=issuer,
        discovery_url=issuer + OPENID_CONFIGURATION,
    )
