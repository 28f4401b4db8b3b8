"""Answers as signed JWTs (JWT Secured Authorization Response Mode §2)."""

from collections.abc import Sequence

from provider.authorization.flow import AuthorizationFlow

SUFFIX = ".jwt"
LIFETIME_SECONDS = 600


def is_secured(response_mode: str) -> bool:
    """Whether answers of this mode are signed."""
    return response_mode.endswith(SUFFIX)


def secured(flow: AuthorizationFlow, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the one parameter that says ``pairs``, signed for the client and, if it wants, encrypted (§2.1).

    Raises:
        UnknownAlgorithm: no key signs with the client's algorithm.
        NoEncryptionKey: the client wants encryption and has no key for it.
    """
    client, services = flow.request.known_client, flow.services
    claims = {
        **dict(pairs),
        "iss": services.settings.issuer,
        "aud": client.client_id,
        "exp": services.clock() + LIFETIME_SECONDS,
    }
    alg, encryption = client.authorization_response_alg, client.authorization_encryption
    return [("response", services.client_jwts.make(claims, client, alg=alg, encryption=encryption))]
