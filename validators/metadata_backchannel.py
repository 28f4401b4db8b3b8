"""What a client's metadata must hold for backchannel authentication (CIBA Core §4)."""

from collections.abc import Mapping
from typing import Any

from validators.metadata_values import InvalidClientMetadata

GRANT_TYPE = "urn:openid:params:grant-type:ciba"
DELIVERY_MODE = "backchannel_token_delivery_mode"
NOTIFICATION_ENDPOINT = "backchannel_client_notification_endpoint"
POLL, PING = "poll", "ping"
DELIVERY_MODES = (POLL, PING)
PUBLIC_METHOD = "none"


def delivery_mode(metadata: Mapping[str, Any]) -> str:
    """Return how a client learns of the decision; one that does not say polls."""
    return str(metadata.get(DELIVERY_MODE, POLL))


def require_backchannel(metadata: Mapping[str, Any]) -> None:
    """Refuse a client that could ask for people without proof of itself, or that could not be notified.

    Raises:
        InvalidClientMetadata: CIBA Core §4, §7.1.
    """
    if GRANT_TYPE not in metadata["grant_types"]:
        return
    if metadata["token_endpoint_auth_method"] == PUBLIC_METHOD:
        raise InvalidClientMetadata("grant_types", "ciba is for clients that authenticate (CIBA section 7.1)")
    if delivery_mode(metadata) == PING and not metadata.get(NOTIFICATION_ENDPOINT):
        raise InvalidClientMetadata(NOTIFICATION_ENDPOINT, "must be given for the delivery mode ping")
