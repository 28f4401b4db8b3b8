"""What each endpoint takes and answers, by the name of its view: what OpenAPI cannot read from the routes."""

from collections.abc import Mapping
from typing import NamedTuple

from provider.admin.parameters import FORMS, QUERIES
from validators.backchannel_parameters import PARAMETERS as BACKCHANNEL
from validators.request import AUTHORIZATION_PARAMETERS

JSON, HTML, JWT = "application/json", "text/html", "application/jwt"

CLIENT_PROOF = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
CLIENT_ERRORS = (
    *("invalid_request", "invalid_client", "unauthorized_client", "temporarily_unavailable"),
    *("invalid_dpop_proof", "use_dpop_nonce"),
)
AUTHORIZATION_ERRORS = (
    *("invalid_scope", "invalid_target", "access_denied", "unsupported_response_type", "login_required"),
    *("interaction_required", "consent_required", "account_selection_required", "invalid_request_uri"),
    *("invalid_request_object", "request_not_supported", "request_uri_not_supported"),
    *("registration_not_supported", "unmet_authentication_requirements", "invalid_authorization_details"),
)
TOKEN_ERRORS = (
    *("invalid_grant", "unsupported_grant_type", "invalid_scope", "invalid_target", "access_denied"),
    *("authorization_pending", "slow_down", "expired_token"),
)
BACKCHANNEL_ERRORS = (
    *("invalid_scope", "invalid_target", "access_denied", "unknown_user_id", "expired_login_hint_token"),
    *(
        "invalid_binding_message",
        "missing_user_code",
        "invalid_user_code",
        "unmet_authentication_requirements",
    ),
)
BEARER_ERRORS = ("invalid_request", "invalid_token", "temporarily_unavailable")
REGISTRATION_ERRORS = (
    *(*BEARER_ERRORS, "invalid_redirect_uri", "invalid_client_metadata"),
    *("invalid_software_statement", "unapproved_software_statement"),
)


class Operation(NamedTuple):
    """One endpoint; by default a page.

    Attributes:
        query: the parameters in the query, sorted when shown.
        form: those in a form; ``None``: it takes no form.
        required: those of them without which there is no good answer.
        is_json: whether the body is a JSON object.
        status: of success.
        media: the types of the successful answer; none: an empty body.
        members: the members that a successful JSON object always has, and their JSON types.
        errors: the values of ``error``, where errors are JSON.
        refusals: the statuses of the other answers.
        security: the names of the ways to authenticate in a header, each enough; empty: none.
        is_optional: whether one may do without them, with what the form says.
    """

    query: tuple[str, ...] = ()
    form: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    is_json: bool = False
    status: int = 200
    media: tuple[str, ...] = (HTML,)
    members: Mapping[str, str] = {}
    errors: tuple[str, ...] = ()
    refusals: tuple[int, ...] = ()
    security: tuple[str, ...] = ()
    is_optional: bool = False


def _for_clients(*form: str, errors: tuple[str, ...] = (), **values: object) -> Operation:
    """Return an endpoint that clients send forms to and prove themselves at."""
    base = Operation(
        form=(*CLIENT_PROOF, *form),
        media=(JSON,),
        errors=tuple(dict.fromkeys((*CLIENT_ERRORS, *errors))),
        refusals=(400, 401, 413, 415, 429, 503),
        security=("client_secret_basic",),
        is_optional=True,
    )
    return base._replace(**values)  # type: ignore[arg-type]


def _page(*query: str, **values: object) -> Operation:
    return Operation(query=query, refusals=(303, 400, 404, 429, 503))._replace(**values)  # type: ignore[arg-type]


def _page_form(*form: str) -> Operation:
    return Operation(form=("csrf_token", *form), refusals=(303, 400, 404, 413, 415, 429, 503))


def _document(**members: str) -> Operation:
    return Operation(media=(JSON,), members=members, refusals=(304, 503), errors=("temporarily_unavailable",))


AUTHORIZATION = tuple(sorted(AUTHORIZATION_PARAMETERS))
PURPOSE = ("request", "user_code", "page")
LOGOUT = ("id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")
NEW_PASSWORD = ("new_password", "repeated_password")
REGISTERED = {"client_id": "string", "registration_client_uri": "string"}
_registration = Operation(
    media=(JSON,),
    members=REGISTERED,
    errors=REGISTRATION_ERRORS,
    refusals=(400, 401, 413, 415, 429, 503),
    security=("bearer",),
)
_userinfo = Operation(
    media=(JSON, JWT),
    members={"sub": "string"},
    errors=(*BEARER_ERRORS, "insufficient_scope", "invalid_dpop_proof", "use_dpop_nonce"),
    refusals=(400, 401, 403, 413, 503),
    security=("bearer", "dpop"),
)

DESK = {
    name: Operation(
        query=QUERIES.get(name, ()),
        form=("csrf_token", *FORMS[name]) if name in FORMS else None,
        refusals=(303, 400, 404, 413, 415, 429, 503) if name in FORMS else (303, 400, 404, 429, 503),
    )
    for name in {**QUERIES, **FORMS}
}

PAGE = _page()
PAGE_FORM = _page_form()
OPERATIONS: dict[str, Operation] = {
    "account.end_session": _page_form("session"),
    "account.disconnect": _page_form("client_id"),
    "account_password.change_password": _page_form("current_password", *NEW_PASSWORD),
    "accounts.accounts": _page(*PURPOSE),
    "accounts.choose": _page_form(*PURPOSE, "session", "decision"),
    **DESK,
    "approvals.decide": _page_form("request", "person", "decision"),
    "authorization.authorize": _page(*AUTHORIZATION, required=("client_id",)),
    "authorization.authorize_by_form": _page_form()._replace(form=AUTHORIZATION, required=("client_id",)),
    "backchannel_authentication.authenticate": _for_clients(
        *sorted(BACKCHANNEL),
        "request",
        errors=(*BACKCHANNEL_ERRORS, "invalid_request_object"),
        members={"auth_req_id": "string", "expires_in": "integer"},
        refusals=(400, 401, 403, 413, 415, 429, 503),
    ),
    "consent.consent": _page("request"),
    "consent.decide": _page_form("request", "person", "decision"),
    "device.device": _page("user_code"),
    "device.enter_code": _page_form("user_code"),
    "device.confirm": _page("user_code"),
    "device.decide": _page_form("user_code", "person", "decision"),
    "device_authorization.authorize_device": _for_clients(
        *("scope", "resource"),
        errors=("invalid_scope", "invalid_target"),
        members={
            **dict.fromkeys(("device_code", "user_code", "verification_uri"), "string"),
            "expires_in": "integer",
        },
    ),
    "discovery.oauth": _document(issuer="string"),
    "discovery.openid": _document(issuer="string"),
    "health.healthz": Operation(media=("text/plain", JSON)),
    "health.readyz": Operation(media=("text/plain", JSON), refusals=(503,)),
    "introspection.introspect": _for_clients(
        *("token", "token_type_hint"),
        required=("token",),
        media=(JSON, "application/token-introspection+jwt"),
        members={"active": "boolean"},
    ),
    "jwks.jwks": _document(keys="array"),
    "login.login": _page(*PURPOSE, "account"),
    "login.sign_in": _page_form(*PURPOSE, "account", "username", "password", "decision"),
    "logout.logout": _page(*LOGOUT),
    "logout.logout_by_form": _page_form()._replace(form=LOGOUT),
    "logout.confirm": _page("request"),
    "logout.decide": _page_form("request", "decision"),
    "logout.done": _page("ui_locales"),
    "openapi.openapi": _document(openapi="string"),
    "pushed_authorization.push": _for_clients(
        *(name for name in AUTHORIZATION if name not in ("client_id", "request_uri")),
        errors=AUTHORIZATION_ERRORS,
        status=201,
        members={"request_uri": "string", "expires_in": "integer"},
    ),
    "registration.register": _registration._replace(is_json=True, status=201, is_optional=True),
    "registration.show": _registration,
    "registration.replace": _registration._replace(is_json=True),
    "registration.delete": _registration._replace(status=204, media=(), members={}),
    "revocation.revoke": _for_clients("token", "token_type_hint", required=("token",)),
    "setup.setup": _page("token"),
    "setup.complete": _page_form("token", "username", *NEW_PASSWORD),
    "token.issue_token": _for_clients(
        *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "resource"),
        *("device_code", "auth_req_id", "username", "password", "assertion", "audience"),
        *("subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type"),
        errors=TOKEN_ERRORS,
        required=("grant_type",),
        members={"access_token": "string", "token_type": "string"},
    ),
    "userinfo.userinfo": _userinfo,
    "userinfo.userinfo POST": _userinfo._replace(form=("access_token",), is_optional=True),
    "welcome.welcome": _page("token"),
    "welcome.choose": _page_form("token", *NEW_PASSWORD),
}
"""By the name of the view; where one view takes two methods, the second is named with its method."""
