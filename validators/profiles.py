"""Sets of rules that an operator switches together, for one client or as a floor for all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from validators.auth_methods import CERTIFICATE_METHODS, METHODS, PRIVATE_KEY_JWT

MEMBER = "paper_profile"
DEFAULT = "default"
LEGACY = "legacy"
FAPI_ALGORITHMS = ("PS256", "ES256", "EdDSA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one profile; ``None``: whatever Paper can do.

    Attributes:
        name: as in ``paper_profile`` and ``PAPER_PROFILE``.
        rank: the higher, the stricter.
        has_password_grant: whether the password grant may be registered.
        response_types: those that may be asked for.
        auth_methods: how clients may prove themselves.
        algorithms: what clients and provider sign with.
        requires_pkce: every code needs a code challenge (RFC 9700 §2.1.1, OAuth 2.1 §4.1.1).
        requires_pushed: requests come by /par alone (FAPI 2.0 Security Profile §5.3.2.2).
        requires_signed: and are signed (FAPI 2.0 Message Signing §5.3).
        binds_tokens: every access token is bound to a key (FAPI 2.0 Security Profile §5.3.2.1).
        has_issuer_audience: assertions are made out to the issuer alone (RFC 10070, FAPI 2.0 §5.3.2.1).
        rotates_refresh_tokens: unless a confidential client is registered otherwise (FAPI 2.0 §5.3.2.1).
    """

    name: str
    rank: int
    has_password_grant: bool = False
    response_types: tuple[str, ...] | None = None
    auth_methods: tuple[str, ...] | None = None
    algorithms: tuple[str, ...] | None = None
    requires_pkce: bool = False
    requires_pushed: bool = False
    requires_signed: bool = False
    binds_tokens: bool = False
    has_issuer_audience: bool = False
    rotates_refresh_tokens: bool = True

    @property
    def id_token_alg(self) -> str:
        """What signs the ID tokens of a client that names no algorithm."""
        return "RS256" if self.algorithms is None else "ES256"

    def allows_alg(self, alg: str) -> bool:
        """Whether ``alg`` may sign."""
        return self.algorithms is None or alg in self.algorithms

    def rules(self) -> dict[str, Any]:
        """Return the rules by name, for people to read."""
        return {name: value for name, value in asdict(self).items() if name not in ("name", "rank")}


_FAPI2: dict[str, Any] = {
    "response_types": ("code",),
    "auth_methods": (PRIVATE_KEY_JWT, *CERTIFICATE_METHODS),
    "algorithms": FAPI_ALGORITHMS,
    "requires_pkce": True,
    "requires_pushed": True,
    "binds_tokens": True,
    "has_issuer_audience": True,
    "rotates_refresh_tokens": False,
}
PROFILES = {
    profile.name: profile
    for profile in (
        Profile(name=LEGACY, rank=0, has_password_grant=True),
        Profile(name=DEFAULT, rank=0),
        Profile(
            name="oauth2.1", rank=1, response_types=("code",), requires_pkce=True, has_issuer_audience=True
        ),
        Profile(name="fapi2", rank=2, **_FAPI2),
        Profile(name="fapi2-message-signing", rank=3, requires_signed=True, **_FAPI2),
    )
}


def effective(metadata: Mapping[str, Any], floor: str = DEFAULT) -> Profile:
    """Return the stricter of a client's own profile and the ``floor`` for all."""
    own, least = PROFILES[metadata.get(MEMBER, DEFAULT)], PROFILES[floor]
    return least if least.rank > own.rank else own


def offered_methods(profile: Profile, methods: tuple[str, ...] = METHODS) -> tuple[str, ...]:
    """Return those of ``methods`` that the profile allows."""
    return tuple(each for each in methods if profile.auth_methods is None or each in profile.auth_methods)
