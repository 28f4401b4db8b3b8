"""What reads logout requests, and what that needs."""

from keys.sealed import Sealer
from provider.hint_wiring import id_token_hints
from provider.wiring import Services
from validators.frontchannel_logout import PURPOSE as FRONTCHANNEL
from validators.frontchannel_logout import FrontchannelLogout
from validators.logout import PURPOSE, LogoutRequests


def logout_requests(services: Services) -> LogoutRequests:
    """Return what checks logout requests; made for each, which costs next to nothing."""
    issuer = services.settings.issuer
    return LogoutRequests(
        clients=services.clients,
        hints=id_token_hints(services),
        sealer=Sealer(services.master_keys, PURPOSE, issuer.encode()),
        clock=services.clock,
    )


def frontchannel_logout(services: Services) -> FrontchannelLogout:
    """Return what makes the browser tell clients; made for each, which costs next to nothing."""
    issuer = services.settings.issuer
    sealer = Sealer(services.master_keys, FRONTCHANNEL, issuer.encode())
    return FrontchannelLogout(services.database, sealer, issuer, services.clock)
