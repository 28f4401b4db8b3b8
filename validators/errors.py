"""Errors of the specifications that oauthlib lacks; raised where the rule is broken."""

from oauthlib.oauth2.rfc6749.errors import OAuth2Error


class InvalidTargetError(OAuth2Error):
    """RFC 8707 §2: the resource is unknown, malformed or not for this client."""

    error = "invalid_target"
    description = "The requested resource is unknown or not for this client."
