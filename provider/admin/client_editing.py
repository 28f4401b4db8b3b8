"""New clients and changed ones, by a form of the common members or as a whole document in JSON."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from provider.admin.client import address_of_client, require_client, secret_page
from provider.admin.client_form import KINDS, ClientFields, choices_of
from provider.admin.json_text import shown_json, typed_json
from provider.admin.operator import done, not_found, page, record, require_recent
from provider.wiring import services
from validators.client_metadata import InvalidClientMetadata
from validators.client_search import FoundClient

BEGINNING = {
    "client_name": "",
    "redirect_uris": ["https://"],
    "grant_types": ["authorization_code", "refresh_token"],
}

blueprint = Blueprint("client_editing", __name__)


@blueprint.get("/admin/clients/new")
def new() -> str:
    """Show the form for a new client."""
    require_recent()
    return _form(ClientFields())


@blueprint.post("/admin/clients/new")
def create() -> Response | str:
    """Register a client; a secret is shown in this answer alone."""
    fields = ClientFields.sent()
    try:
        return _created(fields.document())
    except InvalidClientMetadata as error:
        return _form(fields, error=error.description)


@blueprint.get("/admin/clients/new/metadata")
def new_document() -> str:
    """Show where a whole document can be typed for a new client."""
    require_recent()
    return _document(shown_json(BEGINNING))


@blueprint.post("/admin/clients/new/metadata")
def create_by_document() -> Response | str:
    """Register the client that a document describes; identifier and secret may be brought along."""
    typed = request.form.get("document", "")
    try:
        return _created(typed_json(typed))
    except InvalidClientMetadata as error:
        return _document(typed, error=error.description)
    except ValueError as error:
        return _document(typed, error=_no_json(error))


@blueprint.get("/admin/client/edit")
def edit() -> str:
    """Show the common members of a client, to be changed."""
    found = require_client()
    require_recent()
    return _form(ClientFields.of(found.metadata), found)


@blueprint.post("/admin/client/edit")
def change() -> Response | str:
    """Change the common members of a client; all others stay."""
    found, fields = require_client(), ClientFields.sent()
    try:
        return _changed(found.client_id, fields.changes(found.metadata))
    except InvalidClientMetadata as error:
        return _form(fields, found, error=error.description)


@blueprint.get("/admin/client/metadata")
def document() -> str:
    """Show the whole metadata of a client, to be changed."""
    found = require_client()
    require_recent()
    return _document(shown_json(found.metadata), found)


@blueprint.post("/admin/client/metadata")
def change_document() -> Response | str:
    """Put a document in the place of a client's metadata: members that it leaves out are removed."""
    found, typed = require_client(), request.form.get("document", "")
    try:
        return _changed(found.client_id, {**dict.fromkeys(found.metadata), **typed_json(typed)})
    except InvalidClientMetadata as error:
        return _document(typed, found, error=error.description)
    except ValueError as error:
        return _document(typed, found, error=_no_json(error))


def _created(metadata: Mapping[str, Any]) -> Response | str:
    client, secret = services().client_directory.create(metadata)
    record("client create", client_id=client.client_id)
    if secret is not None:
        return secret_page(client.client_id, secret)
    return done(gettext("The client is registered."), address_of_client(client.client_id))


def _changed(client_id: str, changes: Mapping[str, Any]) -> Response | str:
    updated = services().client_directory.update(client_id, changes)
    if updated is None:
        not_found()
    record("client update", client_id=client_id)
    _, secret = updated
    if secret is not None:
        return secret_page(client_id, secret)
    return done(gettext("The client is changed."), address_of_client(client_id))


def _form(fields: ClientFields, found: FoundClient | None = None, error: str | None = None) -> str:
    return page(
        "client_form",
        "clients",
        fields=fields,
        kinds={} if found else KINDS,
        grant_types=choices_of(found.metadata if found else {}),
        client_id=found.client_id if found else None,
        back=_back(found),
        error=error,
    )


def _document(typed: str, found: FoundClient | None = None, error: str | None = None) -> str:
    client_id = found.client_id if found else None
    return page(
        "client_document", "clients", typed=typed, client_id=client_id, back=_back(found), error=error
    )


def _back(found: FoundClient | None) -> str:
    return address_of_client(found.client_id) if found else url_for("admin.clients.clients")


def _no_json(error: ValueError) -> str:
    return f"must be a JSON object in UTF-8 ({error})"
