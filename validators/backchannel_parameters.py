"""What a backchannel authentication request says (CIBA Core §7.1)."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.backchannel_errors import InvalidBindingMessage
from validators.client import Client
from validators.metadata_backchannel import PING, delivery_mode
from validators.plain_text import has_invisible, is_plain

LOGIN_HINT = "login_hint"
LOGIN_HINT_TOKEN = "login_hint_token"  # noqa: S105 - a parameter
ID_TOKEN_HINT = "id_token_hint"  # noqa: S105 - a parameter
HINTS = (LOGIN_HINT_TOKEN, ID_TOKEN_HINT, LOGIN_HINT)
PARAMETERS = frozenset(
    (
        *("scope", "client_notification_token", "acr_values", *HINTS),
        *("binding_message", "user_code", "requested_expiry", "resource", "authorization_details"),
    )
)
LIFETIME_SECONDS = 300
MAX_LIFETIME_SECONDS = 3600
MAX_MESSAGE = 100
MAX_ACR_VALUES = 1000
MAX_NOTIFICATION_TOKEN = 1024
BEARER = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
DIGITS = re.compile(r"[0-9]{1,9}")


class BackchannelParameters(NamedTuple):
    """A request as checked; scope and resource are oauthlib's to judge.

    Attributes:
        hint: its name and its value.
        binding_message: shown at both devices, for the person to compare.
        acr_values: in order of preference, separated by spaces.
        lifetime_seconds: how long the person may take.
        notification_token: what the client wants to know a ping by; ``None``: it polls.
    """

    hint: tuple[str, str]
    binding_message: str | None
    acr_values: str
    lifetime_seconds: int
    notification_token: str | None


def read_backchannel_parameters(said: Mapping[str, str], client: Client) -> BackchannelParameters:
    """Return what ``client`` asks.

    Raises:
        InvalidRequestError: no hint, more than one, or a value that cannot be.
        InvalidBindingMessage: it cannot be shown.
    """
    return BackchannelParameters(
        _hint(said),
        _binding_message(said.get("binding_message")),
        _acr_values(said.get("acr_values", "")),
        _lifetime(said.get("requested_expiry")),
        _notification_token(said.get("client_notification_token"), client),
    )


def _hint(said: Mapping[str, str]) -> tuple[str, str]:
    hints = [(name, said[name]) for name in HINTS if name in said]
    if len(hints) != 1:
        raise InvalidRequestError(description=f"Send exactly one of {', '.join(HINTS)}.")
    return hints[0]


def _binding_message(message: str | None) -> str | None:
    if message is None:
        return None
    shown = message.strip()
    if not 0 < len(shown) <= MAX_MESSAGE or not is_plain(shown) or has_invisible(shown):
        raise InvalidBindingMessage
    return shown


def _acr_values(text: str) -> str:
    if len(text) > MAX_ACR_VALUES:
        raise InvalidRequestError(description="The acr_values are too long.")
    return " ".join(text.split())


def _lifetime(text: str | None) -> int:
    """Return what is asked for, an hour at most: the answer says what it is."""
    if text is None:
        return LIFETIME_SECONDS
    if DIGITS.fullmatch(text) is None or int(text) == 0:
        raise InvalidRequestError(description="The requested_expiry must be a positive number of seconds.")
    return min(int(text), MAX_LIFETIME_SECONDS)


def _notification_token(token: str | None, client: Client) -> str | None:
    """Return the token of a client that is registered to be notified; others need none."""
    if delivery_mode(client.metadata) != PING:
        return None
    if token is None or len(token) > MAX_NOTIFICATION_TOKEN or BEARER.fullmatch(token) is None:
        raise InvalidRequestError(
            description="The client_notification_token must be a bearer token of at most 1024 characters."
        )
    return token
