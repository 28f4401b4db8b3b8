"""Who people are to a client, what signs and encrypts what it is told, and what opens what it encrypts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keys.decryption_keys import ALGORITHMS, DecryptionKeys, generate_decryption_key
from keys.sealed import Sealer
from provider.grants.token_issue import TokenIssue
from provider.sealed_values import SEALED_VALUE, secret_value
from validators.client_jwts import ClientJwts
from validators.client_keys import ClientKeys
from validators.subjects import Subjects

if TYPE_CHECKING:
    from provider.wiring import Services

PAIRWISE_SALT = "pairwise-salt"
DECRYPTION_KEY = "decryption-key/"


def subjects(services: Services) -> Subjects:
    """Return what makes every ``sub``; its salt is made at first need and never changes."""
    sealer = Sealer(services.master_keys, SEALED_VALUE)
    return Subjects(lambda: secret_value(services.database, sealer, PAIRWISE_SALT))


def decryption_keys(services: Services) -> DecryptionKeys:
    """Return the keys that requests are encrypted with; they are made at first need."""
    sealer = Sealer(services.master_keys, SEALED_VALUE)
    return DecryptionKeys(
        {
            alg: secret_value(
                services.database, sealer, DECRYPTION_KEY + alg, partial(generate_decryption_key, alg)
            )
            for alg in ALGORITHMS
        }
    )


def client_jwts(services: Services) -> ClientJwts:
    """Return what signs and encrypts for clients."""
    return ClientJwts(services.signer, services.readable_secrets, ClientKeys(services.jwk_sets))


def token_issue(services: Services) -> TokenIssue:
    """Return what makes tokens."""
    return TokenIssue(
        issuer=services.settings.issuer,
        access_tokens=services.access_tokens,
        credentials=services.credentials,
        custom_scopes=services.custom_scopes,
        resources=services.resources,
        jwts=services.client_jwts,
        subjects=services.subjects,
        details=services.requested_details,
        policy=services.grant_policy,
        clock=services.clock,
    )
