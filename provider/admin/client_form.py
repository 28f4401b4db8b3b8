"""The form of a client's common members, and the metadata document that it stands for (RFC 7591 §2)."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _

from validators.metadata_members import AUTHORIZATION_CODE, CLIENT_CREDENTIALS

REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant type, not a secret
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
COMMON_GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, DEVICE_CODE)

WEB, NATIVE, SINGLE_PAGE, SERVICE = "web", "native", "single-page", "service"
KINDS = {
    WEB: _("Web application: a server of its own keeps the secret"),
    NATIVE: _("Application on a phone or a computer: no secret"),
    SINGLE_PAGE: _("Application in the browser alone: no secret"),
    SERVICE: _("Service: acts for itself, with a secret; nobody signs in"),
}
MEMBERS: dict[str, dict[str, Any]] = {
    WEB: {},
    NATIVE: {"application_type": "native", "token_endpoint_auth_method": "none"},
    SINGLE_PAGE: {"token_endpoint_auth_method": "none"},
    SERVICE: {},
}


class ClientFields:
    """What somebody typed into the form, or what it begins with.

    Attributes:
        name: ``client_name``.
        kind: one of ``KINDS``.
        redirect_uris: one a line.
        grant_types: those that are ticked; none: what fits the kind.
        scope: scope values, separated by spaces.
    """

    def __init__(
        self,
        name: str = "",
        kind: str = WEB,
        redirect_uris: str = "",
        grant_types: tuple[str, ...] = (),
        scope: str = "",
    ) -> None:
        self.name = name
        self.kind = kind if kind in KINDS else WEB
        self.redirect_uris = redirect_uris
        self.grant_types = grant_types
        self.scope = scope

    @classmethod
    def sent(cls) -> "ClientFields":
        """Return those of the form in the current request."""
        form = request.form
        return cls(
            name=form.get("client_name", "").strip(),
            kind=form.get("kind", WEB),
            redirect_uris=form.get("redirect_uris", ""),
            grant_types=tuple(form.getlist("grant_types")),
            scope=" ".join(form.get("scope", "").split()),
        )

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> "ClientFields":
        """Return those of a client that there is."""
        return cls(
            name=metadata.get("client_name", ""),
            redirect_uris="\n".join(metadata.get("redirect_uris", ())),
            grant_types=tuple(metadata["grant_types"]),
            scope=metadata.get("scope", ""),
        )

    def document(self) -> dict[str, Any]:
        """Return the metadata of a new client."""
        first = (CLIENT_CREDENTIALS,) if self.kind == SERVICE else (AUTHORIZATION_CODE, REFRESH_TOKEN)
        return {
            **self._members(),
            **MEMBERS[self.kind],
            "grant_types": list(self.grant_types or first),
        }

    def changes(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Return what changes in a client that there is; what follows from the grant types follows again."""
        grant_types = list(self.grant_types)
        is_same = set(grant_types) == set(metadata["grant_types"])
        follows = metadata["response_types"] in (["code"], [])
        again = {"response_types": None} if follows and not is_same else {}
        return {**self._members(), **again, "grant_types": grant_types}

    def _members(self) -> dict[str, Any]:
        uris = [line.strip() for line in self.redirect_uris.splitlines() if line.strip()]
        return {"client_name": self.name or None, "redirect_uris": uris, "scope": self.scope or None}


def choices_of(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the grant types to choose from: the common ones, and all that a client has already."""
    return tuple(dict.fromkeys((*COMMON_GRANT_TYPES, *metadata.get("grant_types", ()))))
