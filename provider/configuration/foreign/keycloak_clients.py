"""Clients of a Keycloak realm (ClientRepresentation)."""

import json
from collections.abc import Callable
from typing import Any

from provider.configuration.document import Entry
from provider.configuration.foreign.conversion import (
    DEVICE_CODE,
    HYBRID_RESPONSE_TYPES,
    PASSWORD,
    PUBLIC,
    REFRESH_TOKEN,
    Conversion,
    is_native,
    object_of,
    objects_of,
    text_of,
    texts_of,
)
from validators.metadata_backchannel import GRANT_TYPE as CIBA
from validators.metadata_members import CLIENT_CREDENTIALS, TOKEN_EXCHANGE
from validators.scopes import OPENID, OPENID_SCOPES

OWN_CLIENTS = frozenset(
    ("account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console")
)
MASKED = "**********"  # in place of a secret, in what the admin console exports
IMPLICIT_RESPONSE_TYPES = ["token", "id_token", "id_token token"]
SEPARATOR = "##"


def _text(value: str) -> Any:
    return None if value in ("", "any") else value


def _flag(value: str) -> Any:
    return value == "true" or None


def _list(value: str) -> Any:
    return [each for each in value.split(SEPARATOR) if each] or None


# attribute -> the member that says the same, and how its value is read
ATTRIBUTES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "logoUri": ("logo_uri", _text),
    "policyUri": ("policy_uri", _text),
    "tosUri": ("tos_uri", _text),
    "backchannel.logout.url": ("backchannel_logout_uri", _text),
    "frontchannel.logout.url": ("frontchannel_logout_uri", _text),
    "frontchannel.logout.session.required": ("frontchannel_logout_session_required", _flag),
    "backchannel.logout.session.required": ("backchannel_logout_session_required", _flag),
    "request.uris": ("request_uris", _list),
    "default.acr.values": ("default_acr_values", _list),
    "id.token.signed.response.alg": ("id_token_signed_response_alg", _text),
    "id.token.encrypted.response.alg": ("id_token_encrypted_response_alg", _text),
    "id.token.encrypted.response.enc": ("id_token_encrypted_response_enc", _text),
    "user.info.response.signature.alg": ("userinfo_signed_response_alg", _text),
    "user.info.encrypted.response.alg": ("userinfo_encrypted_response_alg", _text),
    "user.info.encrypted.response.enc": ("userinfo_encrypted_response_enc", _text),
    "authorization.signed.response.alg": ("authorization_signed_response_alg", _text),
    "request.object.signature.alg": ("request_object_signing_alg", _text),
    "token.endpoint.auth.signing.alg": ("token_endpoint_auth_signing_alg", _text),
    "require.pushed.authorization.requests": ("require_pushed_authorization_requests", _flag),
    "tls.client.certificate.bound.access.tokens": ("tls_client_certificate_bound_access_tokens", _flag),
    "dpop.bound.access.tokens": ("dpop_bound_access_tokens", _flag),
    "ciba.backchannel.token.delivery.mode": ("backchannel_token_delivery_mode", _text),
    "ciba.backchannel.client.notification.endpoint": ("backchannel_client_notification_endpoint", _text),
    "ciba.backchannel.auth.request.signing.alg": ("backchannel_authentication_request_signing_alg", _text),
}

# Read elsewhere in this file, or without a meaning here: nothing is lost with them.
OTHER_ATTRIBUTES = frozenset(
    (
        *("jwks.url", "jwks.string", "use.jwks.url", "use.jwks.string", "x509.subjectdn"),
        *("post.logout.redirect.uris", "pkce.code.challenge.method", "use.refresh.tokens"),
        *("oauth2.device.authorization.grant.enabled", "oidc.ciba.grant.enabled"),
        *("standard.token.exchange.enabled", "client.secret.creation.time", "realm_client"),
        *("display.on.consent.screen", "login_theme", "client.use.lightweight.access.token.enabled"),
        *("backchannel.logout.revoke.offline.tokens", "client_credentials.use_refresh_token"),
        *("exclude.session.state.from.auth.response", "token.response.type.bearer.lower-case"),
    )
)


class KeycloakClients:
    """Takes clients one by one.

    Args:
        conversion: what takes them.
        scopes: the scopes of one's own that they may have.
        password_grant: whether Direct Access Grants are carried.
    """

    def __init__(self, conversion: Conversion, scopes: frozenset[str], *, password_grant: bool) -> None:
        self._conversion = conversion
        self._scopes = scopes
        self._password_grant = password_grant

    def take(self, client: dict[str, Any]) -> None:
        """Take one client, or say why not."""
        client_id = text_of(client, "clientId")
        attributes = {name: value for name, value in object_of(client, "attributes").items() if value}
        if reason := _reason_to_leave(client_id, client):
            self._note(client_id, reason)
            return
        entry: Entry = {"client_id": client_id, "client_name": _name(client), "client_uri": _page(client)}
        entry |= self._grants(client_id, client, attributes)
        entry |= self._uris(client_id, client, attributes)
        entry |= self._authentication(client_id, client, attributes)
        entry |= {
            member: read(attributes[name])
            for name, (member, read) in ATTRIBUTES.items()
            if isinstance(attributes.get(name), str)
        }
        if client.get("frontchannelLogout") is not True:
            entry.pop("frontchannel_logout_uri", None)
        for channel in ("frontchannel", "backchannel"):
            if not entry.get(f"{channel}_logout_uri"):
                entry.pop(f"{channel}_logout_session_required", None)
        if attributes.get("pkce.code.challenge.method") and not client.get("publicClient"):
            entry["paper_require_pkce"] = True
        entry["scope"] = self._scope(client, has_people=bool({*entry["grant_types"]} - {CLIENT_CREDENTIALS}))
        self._note_rest(client_id, client, attributes)
        kept = ("grant_types", "response_types")
        self._conversion.add_client({m: v for m, v in entry.items() if m in kept or v not in (None, "", [])})

    def _grants(self, client_id: str, client: dict[str, Any], attributes: dict[str, Any]) -> Entry:
        has_code, has_implicit = client.get("standardFlowEnabled", True), client.get("implicitFlowEnabled")
        is_public = bool(client.get("publicClient"))
        switches = {
            "authorization_code": has_code,
            "implicit": has_implicit,
            CLIENT_CREDENTIALS: client.get("serviceAccountsEnabled") and not is_public,
            DEVICE_CODE: attributes.get("oauth2.device.authorization.grant.enabled") == "true",
            CIBA: attributes.get("oidc.ciba.grant.enabled") == "true" and not is_public,
            TOKEN_EXCHANGE: attributes.get("standard.token.exchange.enabled") == "true" and not is_public,
        }
        if client.get("bearerOnly"):
            self._note(client_id, "is bearer-only: it has no grant type here, and may introspect tokens")
            return {"grant_types": [], "response_types": []}
        if client.get("directAccessGrantsEnabled"):
            switches[PASSWORD] = self._password_grant
            if not self._password_grant:
                self._note(client_id, "the password grant is left out; see --password-grant")
        grants = [grant for grant, is_on in switches.items() if is_on]
        if attributes.get("use.refresh.tokens") != "false" and set(grants) - {
            "implicit",
            "client_credentials",
        }:
            grants.append(REFRESH_TOKEN)
        if has_code and has_implicit:
            return {"grant_types": grants, "response_types": HYBRID_RESPONSE_TYPES + IMPLICIT_RESPONSE_TYPES}
        answers = ["code"] if has_code else IMPLICIT_RESPONSE_TYPES if has_implicit else []
        return {"grant_types": grants, "response_types": answers}

    def _uris(self, client_id: str, client: dict[str, Any], attributes: dict[str, Any]) -> Entry:
        uris = [_absolute(uri, client) for uri in texts_of(client, "redirectUris")]
        native = is_native(uris, is_public=bool(client.get("publicClient")))
        carried = self._conversion.carried_uris(client_id, uris, native=native, what="redirect URI")
        after: list[str] = []
        for each in text_of(attributes, "post.logout.redirect.uris").split(SEPARATOR):
            after += carried if each == "+" else [_absolute(each, client)] if each not in ("", "-") else []
        self._conversion.note_origins(client_id, filter(None, texts_of(client, "webOrigins")), carried)
        return {
            "application_type": "native" if native else "web",
            "redirect_uris": carried,
            "post_logout_redirect_uris": self._conversion.carried_uris(
                client_id, after, native=native, what="post-logout redirect URI"
            ),
        }

    def _authentication(self, client_id: str, client: dict[str, Any], attributes: dict[str, Any]) -> Entry:
        if client.get("publicClient"):
            return dict(PUBLIC)
        has_pages = client.get("standardFlowEnabled", True) and not client.get("bearerOnly")
        consent = {"paper_skip_consent": True} if has_pages and not client.get("consentRequired") else {}
        kind = text_of(client, "clientAuthenticatorType")
        if kind == "client-jwt":
            return consent | {"token_endpoint_auth_method": "private_key_jwt", **_keys(attributes)}
        if kind == "client-x509":
            name = attributes.get("x509.subjectdn")
            return consent | {
                "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": name,
            }
        secret = text_of(client, "secret")
        if secret in ("", MASKED):
            self._note(client_id, "its secret is not in the export; a new one is made")
            secret = ""
        method = {"token_endpoint_auth_method": "client_secret_jwt"} if kind == "client-secret-jwt" else {}
        return consent | method | {"client_secret": secret}

    def _scope(self, client: dict[str, Any], *, has_people: bool) -> str:
        """Return what it may ask for; Keycloak adds its default scopes to each request unasked."""
        named = [*texts_of(client, "defaultClientScopes"), *texts_of(client, "optionalClientScopes")]
        if not has_people:
            return " ".join(dict.fromkeys(name for name in named if name in self._scopes))
        carried = [name for name in named if name in OPENID_SCOPES or name in self._scopes]
        return " ".join(dict.fromkeys([OPENID, *carried])) if named else ""

    def _note_rest(self, client_id: str, client: dict[str, Any], attributes: dict[str, Any]) -> None:
        for name, value in sorted(attributes.items()):
            is_known = name in ATTRIBUTES or name in OTHER_ATTRIBUTES or name.startswith(("saml", "acr.loa"))
            if not is_known and value != "false":
                self._note(client_id, f"the attribute {name} is left out")
        if attributes.get("pkce.code.challenge.method") == "plain":
            self._note(client_id, "must send the code challenge method S256; plain is not known here")
        for mapper in objects_of(client, "protocolMappers"):
            self._note(client_id, f"its mapper {text_of(mapper, 'name')} is left out")
        if client.get("authorizationServicesEnabled"):
            self._note(client_id, "its authorization services are left out")

    def _note(self, client_id: str, words: str) -> None:
        self._conversion.note("client", client_id, words)


def _reason_to_leave(client_id: str, client: dict[str, Any]) -> str | None:
    if client_id in OWN_CLIENTS or client_id.endswith("-realm"):
        return "is left out: it is Keycloak's own"
    if text_of(client, "protocol") not in ("", "openid-connect"):
        return f"is left out: its protocol is {client['protocol']}"
    return "is left out: it is disabled" if client.get("enabled") is False else None


def _name(client: dict[str, Any]) -> str:
    name = text_of(client, "name")
    return "" if name.startswith("${") else name


def _page(client: dict[str, Any]) -> str:
    page = _absolute(text_of(client, "baseUrl"), client)
    return page if page.startswith(("https://", "http://localhost")) else ""


def _absolute(uri: str, client: dict[str, Any]) -> str:
    """Return a URI that may be relative to the root URL of its client."""
    return f"{text_of(client, 'rootUrl').rstrip('/')}{uri}" if uri.startswith("/") else uri


def _keys(attributes: dict[str, Any]) -> Entry:
    """Return where the public keys of a client are, or the keys."""
    if attributes.get("use.jwks.url") == "true":
        return {"jwks_uri": attributes.get("jwks.url")}
    try:
        return {"jwks": json.loads(attributes.get("jwks.string", ""))}
    except ValueError:
        return {}
