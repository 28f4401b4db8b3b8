"""Errors of the specifications that oauthlib lacks; raised where the rule is broken."""

from oauthlib.oauth2.rfc6749.errors import OAuth2Error


class UnmetAuthenticationRequirements(OAuth2Error):
    """OpenID Connect Core Unmet Authentication Requirements §3: the sign-in asked for cannot be had."""

    error = "unmet_authentication_requirements"
    description = "The requested authentication cannot be had here."


class InvalidTargetError(OAuth2Error):
    """RFC 8707 §2: the resource is unknown, malformed or not for this client."""

    error = "invalid_target"
    description = "The requested resource is unknown or not for this client."


class NoEncryptionKey(OAuth2Error):
    """OpenID Connect Core §10.2: the answer must be encrypted, and the client has no key for that."""

    error = "invalid_request"
    description = "The client has no key that its answer could be encrypted with."


class InvalidAuthorizationDetails(OAuth2Error):
    """RFC 9396 §5: the details are malformed, of no known type, or not what their type says."""

    error = "invalid_authorization_details"
    description = "The authorization_details are not acceptable."


class FetchError(Exception):
    """Nothing usable could be fetched; the text is for the log, not for the caller."""
