"""Security events: who did what to whom, when and from where, never with a secret."""

import structlog
from flask import current_app, has_app_context, has_request_context

from models.errors import StoreUnavailable
from provider.client_address import client_address
from provider.metrics.recording import current_meters

LOG_ONLY = frozenset(
    {
        # What goes well on the token path: as many rows as there are tokens would tell nobody anything.
        "access_token_revoked",
        "assertion_accepted",
        "authorization_request_pushed",
        "backchannel_request_begun",
        "device_authorization_begun",
        "grant_revoked",
        "password_grant_given",
        # What anybody can cause without end: a flood must not fill the store.
        "account_link_limited",
        "backchannel_requests_limited",
        "client_authentication_limited",
        "password_change_limited",
        "password_grant_limited",
        "registration_limited",
        "sign_in_limited",
        "stored_requests_limited",
        "user_code_limited",
    }
)

log = structlog.get_logger("paper.events")


def report(event: str, **details: str | int | None) -> None:
    """Count a security event, write it to the log and, unless it is one of ``LOG_ONLY``, to the audit trail.

    Never within a transaction: the trail has one of its own. What an event tells of has happened already, so
    that without a store its log line remains, beside one that says so.
    """
    said = {"address": client_address(), **details} if has_request_context() else details
    log.info(event, **said)
    if (meters := current_meters()) is not None:
        meters.count_event(event)
    if event not in LOG_ONLY and has_app_context():
        keep(event, **said)


def keep(event: str, **details: str | int | None) -> None:
    """Write one security event to the audit trail alone."""
    try:
        current_app.extensions["provider"].audit_trail.record(event, details)
    except StoreUnavailable:
        log.exception("event_not_kept", kept=event)
