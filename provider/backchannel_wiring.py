"""Backchannel authentication, with all that it needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keys.sealed import Sealer
from provider.events import report
from provider.grant_wiring import foreign_tokens
from provider.hint_wiring import id_token_hints
from validators.backchannel_people import BackchannelPeople
from validators.backchannel_request_objects import BackchannelRequestObjects
from validators.backchannel_requests import BackchannelRequests
from validators.client_keys import ClientKeys
from validators.direct_grants import DirectGrants
from validators.ping_courier import PingCourier, PostJson
from validators.ping_queue import PingQueue
from validators.pings import PURPOSE, Pings

if TYPE_CHECKING:
    from provider.wiring import Services

PATH = "/bc-authorize"


def pings(services: Services) -> Pings:
    """Return what keeps notifications."""
    return Pings(Sealer(services.master_keys, PURPOSE, services.settings.issuer.encode()), services.clock)


def backchannel_requests(services: Services) -> BackchannelRequests:
    """Return the requests that wait for the person they name."""
    return BackchannelRequests(
        database=services.database,
        digests=services.digests,
        grants=DirectGrants(services.grants, services.credentials, services.clock),
        pings=pings(services),
        clock=services.clock,
        is_early=partial(services.limits.is_known_to_be_early, "backchannel_poll"),
    )


def ping_courier(services: Services, post: PostJson) -> PingCourier:
    """Return what tells clients of decisions by ``post``."""
    return PingCourier(
        queue=PingQueue(services.database, services.clock),
        clients=services.clients,
        pings=pings(services),
        post=post,
        report=report,
    )


def backchannel_people(services: Services) -> BackchannelPeople:
    """Return what finds the person behind a hint."""
    issuer = services.settings.issuer
    return BackchannelPeople(
        database=services.database,
        people=services.people,
        id_token_hints=id_token_hints(services),
        grants=services.grants,
        foreign_tokens=foreign_tokens(services, (issuer, issuer + PATH)),
    )


def backchannel_request_objects(services: Services) -> BackchannelRequestObjects:
    """Return what opens signed requests."""
    return BackchannelRequestObjects(
        issuer=services.settings.issuer,
        keys=ClientKeys(services.jwk_sets),
        used=services.used_assertions,
        clock=services.clock,
    )
