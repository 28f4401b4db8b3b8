"""Protected resource metadata (RFC 9728): where clients learn whose tokens an API takes."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask
from werkzeug.wrappers import Response

from provider.documents import document_response
from provider.wiring import services

WELL_KNOWN = "/.well-known/oauth-protected-resource"
MAX_AGE_SECONDS = 300


def metadata_url(resource: str) -> str:
    """Return where the document of ``resource`` is: the well-known part comes before its path (§3.1)."""
    parts = urlsplit(resource)
    path = "" if parts.path == "/" else parts.path
    return urlunsplit(parts._replace(path=WELL_KNOWN + path))


def resource_metadata(
    resource: str,
    issuer: str,
    *,
    scopes: Sequence[str] = (),
    methods: Sequence[str] = ("header",),
) -> dict[str, Any]:
    """Return the document of a resource that takes tokens of ``issuer`` (§2).

    Args:
        resource: its identifier, the audience of its tokens.
        issuer: the authorization server.
        scopes: the scope values that mean something there; empty: not told.
        methods: how a token may be sent (RFC 6750 §2).
    """
    document: dict[str, Any] = {
        "resource": resource,
        "authorization_servers": [issuer],
        "bearer_methods_supported": list(methods),
    }
    if scopes:
        document["scopes_supported"] = list(scopes)
    return document


def serve_resource_metadata(
    app: Flask,
    resource: str,
    *,
    scopes: Sequence[str] = (),
    methods: Sequence[str] = ("header",),
) -> None:
    """Serve the document of a resource that lives in this app, at the address that ``metadata_url`` gives."""
    path = urlsplit(metadata_url(resource)).path

    def metadata() -> Response:
        issuer = services().settings.issuer
        document = resource_metadata(resource, issuer, scopes=scopes, methods=methods)
        return document_response(document, max_age=MAX_AGE_SECONDS)

    name = f"protected_resource:{path.replace('.', '')}"
    app.add_url_rule(path, name, metadata, methods=["GET"])
