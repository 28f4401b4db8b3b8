"""The grants that begin at the token endpoint, and token exchange, with all that they need."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from provider.events import report
from provider.grants.ciba import CibaGrant
from provider.grants.jwt_bearer import JwtBearerGrant
from provider.grants.password import PasswordGrant
from provider.grants.token_exchange import TokenExchangeGrant
from validators.assertion_subjects import AssertionSubjects
from validators.bearer_assertions import BearerAssertions
from validators.direct_grants import DirectGrants
from validators.foreign_tokens import ForeignTokens
from validators.metadata_backchannel import GRANT_TYPE as CIBA
from validators.metadata_members import JWT_BEARER, PASSWORD, TOKEN_EXCHANGE
from validators.request_validator import ProviderRequestValidator
from validators.subject_tokens import SubjectTokens
from validators.token_exchange import TokenExchange
from validators.trusted_issuers import TrustedIssuers
from validators.used_assertions import UsedAssertions

if TYPE_CHECKING:
    from provider.wiring import Services


def direct_grant_types(services: Services, validator: ProviderRequestValidator) -> dict[str, Any]:
    """Return the grants by ``grant_type``: password, JWT bearer, token exchange, CIBA."""
    issue, clock = services.token_issue, services.clock
    direct_grants = DirectGrants(services.grants, services.credentials, clock)
    issuer = services.settings.issuer
    believed = foreign_tokens(services, (issuer, f"{issuer}/token"))
    assertions = BearerAssertions(believed, UsedAssertions(services.database), clock)
    exchange = _token_exchange(services, believed, direct_grants)
    return {
        PASSWORD: PasswordGrant(
            validator, issue, direct_grants, people=services.people, guesses=services.guesses, clock=clock
        ),
        JWT_BEARER: JwtBearerGrant(validator, issue, direct_grants, assertions=assertions, clock=clock),
        TOKEN_EXCHANGE: TokenExchangeGrant(validator, exchange),
        CIBA: CibaGrant(validator, issue, services.backchannel_requests),
    }


def foreign_tokens(services: Services, audiences: Collection[str]) -> ForeignTokens:
    """Return what believes the JWTs of trusted issuers that are made out to one of ``audiences``."""
    cache_seconds = services.settings.client_cache_seconds
    return ForeignTokens(
        trusted_issuers=TrustedIssuers(services.database, services.clock, cache_seconds),
        jwk_sets=services.jwk_sets,
        subjects=AssertionSubjects(services.database),
        audiences=audiences,
        clock=services.clock,
    )


def _token_exchange(
    services: Services, believed: ForeignTokens, direct_grants: DirectGrants
) -> TokenExchange:
    subject_tokens = SubjectTokens(
        issuer=services.settings.issuer,
        access_tokens=services.access_tokens,
        verifier=services.verifier,
        grants=services.grants,
        resources=services.resources,
        foreign_tokens=believed,
        subjects=services.subjects,
        clock=services.clock,
    )
    return TokenExchange(
        issuer=services.settings.issuer,
        subject_tokens=subject_tokens,
        foreign_tokens=believed,
        access_tokens=services.access_tokens,
        direct_grants=direct_grants,
        resources=services.resources,
        details=services.requested_details,
        policy=services.grant_policy,
        clock=services.clock,
        report=report,
    )
