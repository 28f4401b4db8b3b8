"""Protect views of the same Flask app with access tokens (RFC 6750, RFC 9470, RFC 9728).

@app.get("/api/photos")
@require_oauth("photos.read", resource="https://api.example.org/photos")
def photos() -> dict[str, str]:
    return {"owner": g.access_token.subject}
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, ParamSpec

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from provider.confirmation import is_confirmed
from provider.errors import bearer_error, dpop_error
from provider.presented_token import PresentedToken, token_in_header
from provider.protected_resource import metadata_url
from provider.wiring import services
from validators.access_tokens import AccessToken
from validators.dpop import DpopError
from validators.grants import GrantRecord

View = ParamSpec("View")


class Requirement(NamedTuple):
    """What a view asks of an access token.

    Attributes:
        scopes: scope values, all of which it must have.
        resource: its audience; ``None``: the issuer, for Paper itself.
        acr_values: authentication contexts, one of which was reached (RFC 9470 §3); empty: any.
        max_age: how many seconds ago the person proved who they are, at most; ``None``: any.
    """

    scopes: tuple[str, ...]
    resource: str | None
    acr_values: tuple[str, ...]
    max_age: int | None


def require_oauth(
    *scopes: str, resource: str | None = None, acr_values: Sequence[str] = (), max_age: int | None = None
) -> Callable[[Callable[View, Any]], Callable[View, ResponseReturnValue]]:
    """Let only requests with a good access token reach a view, which finds it in ``g.access_token``.

    The token comes in the Authorization header; any other way is refused. See ``Requirement`` for the
    arguments.
    """
    requirement = Requirement(scopes, resource, tuple(acr_values), max_age)

    def protect(view: Callable[View, Any]) -> Callable[View, ResponseReturnValue]:
        @wraps(view)
        def protected(*args: View.args, **kwargs: View.kwargs) -> ResponseReturnValue:
            refusal = refuse(requirement)
            return view(*args, **kwargs) if refusal is None else refusal

        return protected

    return protect


def refuse(requirement: Requirement) -> Response | None:
    """Return the challenge to the current request, or ``None`` when it may go on."""
    provider = services()
    wanted = " ".join(requirement.scopes)
    link = metadata_url(requirement.resource or provider.settings.issuer)
    presented = token_in_header()
    if "access_token" in request.args:
        text = "Send the access token in the Authorization header."
        return bearer_error(400, "invalid_request", text, resource_metadata=link)
    if presented is None:
        return bearer_error(401, scope=wanted, resource_metadata=link)
    checked = provider.access_tokens.check(presented.text)
    try:
        is_good = checked is not None and _is_meant(checked[0], requirement, presented)
    except DpopError as error:
        return dpop_error(error, resource_metadata=link)
    if checked is None or not is_good:
        text = "The access token is not or no longer valid."
        return bearer_error(401, "invalid_token", text, wanted, resource_metadata=link)
    token, record = checked
    if not set(requirement.scopes) <= set(token.scopes):
        text = "The access token lacks a scope."
        return bearer_error(403, "insufficient_scope", text, wanted, resource_metadata=link)
    if not _is_authenticated_enough(record, requirement, provider.clock()):
        return _step_up(requirement, link)
    g.access_token = token
    return None


def _is_meant(token: AccessToken, requirement: Requirement, presented: PresentedToken) -> bool:
    """Whether the token is for this resource, and its sender holds the key it is bound to."""
    resource = requirement.resource or services().settings.issuer
    return token.audience == resource and is_confirmed(token, presented)


def _is_authenticated_enough(record: GrantRecord | None, requirement: Requirement, now: int) -> bool:
    """RFC 9470 §3: the person's authentication was good enough and is young enough."""
    if requirement.acr_values and (record is None or record.acr not in requirement.acr_values):
        return False
    if requirement.max_age is None:
        return True
    return (
        record is not None and record.auth_time is not None and now - record.auth_time <= requirement.max_age
    )


def _step_up(requirement: Requirement, link: str) -> Response:
    max_age = "" if requirement.max_age is None else str(requirement.max_age)
    return bearer_error(
        401,
        "insufficient_user_authentication",
        "The person has to authenticate anew or in another way.",
        acr_values=" ".join(requirement.acr_values),
        max_age=max_age,
        resource_metadata=link,
    )
