"""Access tokens, checked by the API itself or by asking the provider."""

from typing import Any

import jwt
import requests

ALGORITHMS = ["ES256"]
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]  # RFC 9068 §2.2


class InvalidToken(Exception):
    """The token is not or no longer good here."""


class Tokens:
    """Tells good tokens from others.

    Args:
        provider: its metadata (RFC 8414 §2).
        resource: this API, the audience of its tokens.
        credentials: id and secret of this API, as a client of the provider.
    """

    def __init__(self, provider: dict[str, Any], resource: str, credentials: tuple[str, str]) -> None:
        self._provider = provider
        self._resource = resource
        self._credentials = credentials
        self._keys = jwt.PyJWKClient(provider["jwks_uri"], timeout=10)

    def check(self, token: str) -> dict[str, Any]:
        """Return what a good token says.

        Raises:
            InvalidToken: it is not good.
            requests.RequestException: the provider cannot be asked.
        """
        if not token:
            raise InvalidToken
        return self._read(token) if token.count(".") == 2 else self._introspect(token)

    def _read(self, token: str) -> dict[str, Any]:
        """RFC 9068 §4: fast, and blind to a revocation until the token expires."""
        try:
            if jwt.get_unverified_header(token).get("typ") != "at+jwt":
                raise InvalidToken  # an ID token is no access token
            key = self._keys.get_signing_key_from_jwt(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                ALGORITHMS,
                audience=self._resource,
                issuer=self._provider["issuer"],
                options={"require": CLAIMS},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise requests.ConnectionError from error
        except jwt.PyJWTError as error:
            raise InvalidToken from error
        return {"scope": "", **claims}

    def _introspect(self, token: str) -> dict[str, Any]:
        """RFC 7662 §2: one request for each use, and always the truth."""
        answer = requests.post(
            self._provider["introspection_endpoint"],
            data={"token": token},
            auth=self._credentials,
            timeout=10,
        )
        answer.raise_for_status()
        claims: dict[str, Any] = answer.json()
        if not claims["active"] or claims.get("aud") != self._resource:
            raise InvalidToken
        return {"scope": "", **claims}
