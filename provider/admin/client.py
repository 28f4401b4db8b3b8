"""GET /admin/client and what ends a secret or a registration."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from provider.admin.json_text import shown_json
from provider.admin.listing import asked
from provider.admin.operator import confirmation, done, failed, not_found, page, record, require_recent
from provider.admin.trial import trial_address
from provider.moments import moment
from provider.wiring import services
from validators.client_metadata import InvalidClientMetadata
from validators.client_search import ClientSearch, FoundClient
from validators.profiles import effective

blueprint = Blueprint("client", __name__)


@blueprint.get("/admin/client")
def client() -> str:
    """Show one client, with all of its metadata."""
    found = require_client()
    now = services().clock()
    known = services().clients.get(found.client_id)
    return page(
        "client",
        "clients",
        client=found,
        profile=effective(found.metadata, services().settings.profile).name,
        metadata=shown_json(found.metadata),
        registered=moment(found.created_at, now),
        first_used=None if found.used_at is None else moment(found.used_at, now),
        has_secret=_has_secret(found),
        trial=trial_address(known) if known is not None else None,
    )


@blueprint.get("/admin/client/secret")
def secret() -> str:
    """Ask before a secret is replaced."""
    found = require_client()
    require_recent()
    return confirmation(
        "clients",
        title=gettext("Make a new secret?"),
        subject=name_of(found),
        points=[
            gettext(
                "Every server refuses the secret it has now within %(seconds)s seconds.",
                seconds=services().settings.client_cache_seconds,
            ),
            gettext("The new one is shown once, on the next page."),
        ],
        yes=gettext("Yes, make a new secret"),
        back=address_of_client(found.client_id),
    )


@blueprint.post("/admin/client/secret")
def rotate_secret() -> Response | str:
    """Replace the secret and show the new one in this answer alone."""
    found = require_client()
    try:
        made = services().client_directory.rotate_secret(found.client_id)
    except InvalidClientMetadata:
        message = gettext("This client has no secret: it proves itself in another way, or not at all.")
        return failed(message, address_of_client(found.client_id))
    if made is None:
        not_found()
    record("client rotate-secret", client_id=found.client_id)
    return secret_page(found.client_id, made)


@blueprint.get("/admin/client/delete")
def delete() -> str:
    """Ask before a registration is ended."""
    found = require_client()
    require_recent()
    return confirmation(
        "clients",
        title=gettext("Delete this client?"),
        subject=name_of(found),
        points=[
            gettext("Nobody can sign in to it any more, and every token it has is refused."),
            gettext("Its identifier is never given to another client. This cannot be undone."),
        ],
        yes=gettext("Yes, delete it"),
        back=address_of_client(found.client_id),
    )


@blueprint.post("/admin/client/delete")
def end() -> Response:
    """End a registration and everything granted to it."""
    client_id = require_client().client_id
    if not services().client_directory.delete(client_id):
        not_found()
    record("client delete", client_id=client_id)
    return done(gettext("The client is deleted."), url_for("admin.clients.clients"))


def require_client() -> FoundClient:
    """Return the client that the address names, or answer that there is none."""
    return ClientSearch(services().database).find(asked("client_id")) or not_found()


def address_of_client(client_id: str) -> str:
    """Return the address of a client's page."""
    return url_for("admin.client.client", client_id=client_id)


def name_of(found: FoundClient) -> dict[str, Any]:
    """Return what a confirmation calls a client."""
    return {"name": found.metadata.get("client_name") or found.client_id, "id": found.client_id}


def secret_page(client_id: str, client_secret: str) -> str:
    """Return the one page that shows a secret."""
    return page("secret", "clients", client_id=client_id, client_secret=client_secret)


def _has_secret(found: FoundClient) -> bool:
    information = services().client_directory.show(found.client_id)
    return information is not None and "client_secret_expires_at" in information
