"""GET /: a small page that says what this is."""

from urllib.parse import quote

from flask import Blueprint, render_template

from provider import login_state
from provider.browser_accounts import has_others
from provider.client_view import view_of
from provider.endpoints.discovery import OPENID_CONFIGURATION
from provider.forms import PageForm
from provider.wiring import services
from validators.connected_apps import ConnectedApps
from validators.login_initiation import login_address
from validators.login_sessions import SessionRecord

MOST_APPS = 50

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
        form=PageForm(formdata=None) if session else None,
        is_operator=session is not None and session.is_operator,
        issuer=issuer,
        discovery_url=issuer + OPENID_CONFIGURATION,
        apps=_apps(session) if session else [],
        has_others=has_others(provider),
    )


def _apps(session: SessionRecord) -> list[dict[str, object]]:
    """Return the applications that this person uses and that a login may begin at from here."""
    provider = services()
    found = []
    for app in ConnectedApps(provider.database, provider.clock).list(session.user_id):
        client = provider.clients.get(app.client_id)
        address = login_address(client, provider.settings.issuer, session, app.scopes) if client else None
        if client is not None and address is not None:
            found.append(
                {"key": quote(app.client_id, safe=""), "client": view_of(client), "address": address}
            )
    return found[:MOST_APPS]
