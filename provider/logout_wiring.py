"""What reads logout requests, and what that needs."""

from keys.sealed import Sealer
from provider.wiring import Services
from validators.frontchannel_logout import PURPOSE as FRONTCHANNEL
from validators.frontchannel_logout import FrontchannelLogout
from validators.id_token_hints import IdTokenHints
from validators.logout import PURPOSE, LogoutRequests


def logout_requests(services: Services) -> LogoutRequests:
    """Return what checks logout requests; made for each, which costs next to nothing."""
    issuer = services.settings.issuer
    hints = IdTokenHints(
        issuer=issuer,
        verifier=services.verifier,
        clients=services.clients,
        secrets=services.readable_secrets,
    )
    return LogoutRequests(
        clients=services.clients,
        hints=hints,
        sealer=Sealer(services.master_keys, PURPOSE, issuer.encode()),
        clock=services.clock,
    )


def frontchannel_logout(services: Services) -> FrontchannelLogout:
    """Return what makes the browser tell clients; made for each, which costs next to nothing."""
    issuer = services.settings.issuer
    sealer = Sealer(services.master_keys, FRONTCHANNEL, issuer.encode())
    return FrontchannelLogout(services.database, sealer, issuer, services.clock)
