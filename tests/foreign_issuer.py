"""An issuer elsewhere, whose JWTs a provider may be told to believe."""

import secrets
from typing import Any

import jwt

from keys.algorithms import generate_private_key
from keys.jwks import public_jwk
from provider.wiring import Services
from validators.trusted_issuer_directory import TrustedIssuerDirectory

KEY = generate_private_key("ES256")
NAME = "https://issuer.example"


class ForeignIssuer:
    """Signs assertions for a provider under test; valid by default, one override per test."""

    def __init__(self, services: Services, name: str = NAME, key: Any = KEY, alg: str = "ES256") -> None:
        self.services = services
        self.name = name
        self.key = key
        self.alg = alg
        self.jwk = public_jwk(key, alg)

    def trusted(self, **terms: Any) -> "ForeignIssuer":
        """Have the provider believe this issuer; return it."""
        settings = self.services.settings
        directory = TrustedIssuerDirectory(self.services.database, self.services.clock, settings.issuer)
        keys: dict[str, Any] = {} if "jwks_uri" in terms else {"jwks": {"keys": [self.jwk]}}
        directory.create(self.name, **keys, **terms)
        return self

    def sign(self, sub: str, *, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return a JWT that speaks of ``sub``; ``None`` leaves a claim out."""
        now = self.services.clock()
        said = {
            "iss": self.name,
            "sub": sub,
            "aud": self.services.settings.issuer,
            "iat": now,
            "exp": now + 300,
            "jti": secrets.token_urlsafe(8),
        } | claims
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, self.key, self.alg, headers={"kid": self.jwk["kid"], **(headers or {})})
