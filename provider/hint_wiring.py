"""What reads ID tokens that come back as hints, and what that needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.id_token_hints import IdTokenHints

if TYPE_CHECKING:
    from provider.wiring import Services


def id_token_hints(services: Services) -> IdTokenHints:
    """Return what reads every ``id_token_hint``; made for each, which costs next to nothing."""
    return IdTokenHints(
        issuer=services.settings.issuer,
        verifier=services.verifier,
        clients=services.clients,
        secrets=services.readable_secrets,
    )
