"""The authorization details of a request: what is asked for, and what a grant still gives (RFC 9396)."""

from validators.authorization_details import (
    AUTHORIZATION_DETAILS,
    Detail,
    are_within,
    read_details,
    stored_details,
)
from validators.authorization_types import AuthorizationTypes
from validators.client import Client
from validators.errors import InvalidAuthorizationDetails
from validators.request import ProviderRequest

TYPES = "authorization_details_types"


class RequestedDetails:
    """Settles ``request.details``; a request that has none costs nothing.

    Args:
        types: what the operator defined.
    """

    def __init__(self, types: AuthorizationTypes) -> None:
        self._types = types

    def ask(self, request: ProviderRequest, *, is_person_asked: bool = True) -> None:
        """Take up what is newly asked for (§3).

        Args:
            request: of an authorization, a device, a backchannel or a direct grant.
            is_person_asked: whether somebody will see it; where nobody does, only a client that is registered
                with the type gets it.

        Raises:
            InvalidAuthorizationDetails: §5.
        """
        text = request.parameters.get(AUTHORIZATION_DETAILS)
        if text is None:
            return
        request.details = self._read(text, request.known_client, by_default=is_person_asked)

    def choose(self, request: ProviderRequest) -> None:
        """Settle what a token is for: what the grant gives, or what is named of it (§6).

        Raises:
            InvalidAuthorizationDetails: the grant gives no such thing.
        """
        asked = request.parameters.get(AUTHORIZATION_DETAILS)
        stored = request.grant.authorization_details if request.grant else None
        if asked is None and stored is None:
            return
        if request.grant is None:
            self.ask(request, is_person_asked=False)
            return
        granted = self.still_given(stored_details(stored), request.known_client)
        request.details = granted if asked is None else self._read(asked, request.known_client)
        if asked is not None and not are_within(request.details or (), granted or ()):
            raise InvalidAuthorizationDetails("The grant does not hold these authorization_details.")

    def still_given(self, details: list[Detail] | None, client: Client) -> list[Detail] | None:
        """Return those whose type still exists and is this client's to ask for; ``None`` for none."""
        return [
            each for each in details or () if self._types.get(each["type"]) and is_allowed(each, client)
        ] or None

    def _read(self, text: str, client: Client, *, by_default: bool = True) -> list[Detail]:
        details = read_details(text)
        for detail in details:
            known = self._types.get(detail["type"])
            if known is None or not is_allowed(detail, client, by_default=by_default):
                raise InvalidAuthorizationDetails("A type is unknown or not for this client.")
            if not known.describes(detail):
                raise InvalidAuthorizationDetails("The authorization_details are not as their type says.")
        return details


def is_allowed(detail: Detail, client: Client, *, by_default: bool = True) -> bool:
    """Whether the client may ask for the type: any, or those that it is registered with (§10)."""
    registered = client.metadata.get(TYPES)
    return by_default if registered is None else detail["type"] in registered
