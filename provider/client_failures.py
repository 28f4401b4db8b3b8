"""Clients that fail to prove themselves, over and over: they are told to stop, the rightful one never is."""

from flask import g, request
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from models.errors import StoreUnavailable
from provider.client_address import client_network
from provider.events import report
from provider.limits import Limit
from provider.wiring import services
from validators.basic_auth import read_basic

FAILURES = Limit("client_authentication", 30, 60)
"""Of one client from one network; clients that do not exist are one: new names for each try fill no store."""
MAX_STRANGER = 16
"""Of the name of a client that does not exist so much is kept: a secret in its place is not told."""


def has_failed_too_often(error: OAuth2Error) -> bool:
    """Count a failed client authentication of this request; true when there are too many by now.

    Asked only after a failure: a request that proves its client is never counted and never refused.
    Without the store of limits nothing is too often.
    """
    client_id = _claimed(error)
    is_known = _exists(client_id)
    if not services().limits.is_known_to_be_over(
        FAILURES, f"{client_id if is_known else ''} {client_network()}"
    ):
        told = client_id if is_known else client_id[:MAX_STRANGER]
        report("client_authentication_failed", client_id=told or None)
        return False
    report("client_authentication_limited")
    return True


def _exists(client_id: str) -> bool:
    try:
        return services().clients.get(client_id) is not None
    except StoreUnavailable:
        return False


def _claimed(error: OAuth2Error) -> str:
    """Return who the request says it is from, if it can be read."""
    basic = read_basic(request.headers.get("Authorization", ""))
    if basic is not None:
        return basic.client_id
    sent = g.get("client_request")
    return (sent.client_id if sent is not None else getattr(error, "client_id", None)) or ""
