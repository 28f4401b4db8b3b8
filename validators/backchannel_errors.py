"""What a backchannel authentication request may be told beside OAuth's own errors (CIBA Core §13)."""

from oauthlib.oauth2.rfc6749.errors import OAuth2Error


class UnknownUserId(OAuth2Error):
    """The hint names nobody whom the provider could ask."""

    error = "unknown_user_id"
    description = "The hint names nobody here."


class ExpiredLoginHintToken(OAuth2Error):
    """The ``login_hint_token`` is over."""

    error = "expired_login_hint_token"
    description = "The login_hint_token has expired."


class InvalidBindingMessage(OAuth2Error):
    """The binding message cannot be shown as it is."""

    error = "invalid_binding_message"
    description = "The binding_message must be at most 100 printable characters."
