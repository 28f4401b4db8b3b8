"""One registered client, as the protocol sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from validators.profiles import DEFAULT, Profile, effective
from validators.registered_encryption import (
    AUTHORIZATION,
    ID_TOKEN,
    USERINFO,
    RegisteredEncryption,
    encryption_of,
)
from validators.sector_identifiers import sector_identifier

PUBLIC = "none"
SECRET_METHODS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, kw_only=True, eq=False)
class Client:
    """A client and its checked metadata (RFC 7591 §2); unchangeable, so it may be shared by threads."""

    client_id: str
    version: int
    secret_digest: bytes | None
    sealed_secret: bytes | None
    metadata: Mapping[str, Any]
    floor: str = DEFAULT

    @classmethod
    def from_row(
        cls,
        client_id: str,
        version: int,
        secret_digest: bytes | None,
        sealed_secret: bytes | None,
        metadata: str,
        *,
        floor: str = DEFAULT,
    ) -> "Client":
        """Build a client from its row.

        Args:
            client_id: its name.
            version: counts its changes.
            secret_digest: of its secret, if it has one.
            sealed_secret: its secret, if the provider computes with it.
            metadata: the JSON text stored there.
            floor: the profile that every client has at least.
        """
        return cls(
            client_id=client_id,
            version=version,
            secret_digest=secret_digest,
            sealed_secret=sealed_secret,
            metadata=json.loads(metadata),
            floor=floor,
        )

    @cached_property
    def profile(self) -> Profile:
        """The rules it lives by: its own or, where they are stricter, those for all."""
        return effective(self.metadata, self.floor)

    @cached_property
    def redirect_uris(self) -> tuple[str, ...]:
        """Registered redirect URIs, compared exactly (RFC 9700 §2.1)."""
        return tuple(self.metadata.get("redirect_uris", ()))

    @cached_property
    def post_logout_redirect_uris(self) -> frozenset[str]:
        """Where a logout may lead, compared exactly (OpenID Connect RP-Initiated Logout §3.1)."""
        return frozenset(self.metadata.get("post_logout_redirect_uris", ()))

    @cached_property
    def backchannel_logout_uri(self) -> str | None:
        """Where it hears of the end of sign-ins (OpenID Connect Back-Channel Logout §2.2)."""
        uri = self.metadata.get("backchannel_logout_uri")
        return None if uri is None else str(uri)

    @cached_property
    def grant_types(self) -> frozenset[str]:
        """Grant types this client may use."""
        return frozenset(self.metadata["grant_types"])

    @cached_property
    def response_types(self) -> frozenset[str]:
        """Response types this client may use, words in canonical order."""
        return frozenset(self.metadata["response_types"])

    @cached_property
    def scope(self) -> frozenset[str] | None:
        """The scope values it is registered for; ``None``: OpenID Connect's and ``offline_access``."""
        scope = self.metadata.get("scope")
        return None if scope is None else frozenset(scope.split())

    @cached_property
    def token_endpoint_auth_method(self) -> str:
        """The one way it authenticates."""
        return str(self.metadata["token_endpoint_auth_method"])

    def authenticates_by(self, method: str) -> bool:
        """Whether it may prove itself by ``method``: the registered one.

        A client whose operator left the method open may send its secret either way, as many libraries
        change between the two.
        """
        registered = self.token_endpoint_auth_method
        is_open = bool(self.metadata.get("paper_any_secret_method")) and registered in SECRET_METHODS
        is_right = method == registered or (is_open and method in SECRET_METHODS)
        return is_right and (self.profile.auth_methods is None or method in self.profile.auth_methods)

    @cached_property
    def is_public(self) -> bool:
        """Whether it keeps no secret (RFC 6749 §2.1)."""
        return self.token_endpoint_auth_method == PUBLIC

    @cached_property
    def is_native(self) -> bool:
        """Whether it runs on a person's device (OpenID Connect Registration §2)."""
        return self.metadata.get("application_type") == "native"

    @cached_property
    def id_token_alg(self) -> str:
        """The algorithm of its ID tokens."""
        return self._signing_alg("id_token_signed_response_alg")

    @cached_property
    def id_token_encryption(self) -> RegisteredEncryption | None:
        """How its ID tokens are encrypted; ``None``: they are not."""
        return encryption_of(self.metadata, ID_TOKEN)

    @cached_property
    def userinfo_alg(self) -> str | None:
        """The algorithm of its UserInfo responses; ``None``: they are not signed."""
        member = "userinfo_signed_response_alg"
        return self._signing_alg(member) if member in self.metadata else None

    @cached_property
    def userinfo_encryption(self) -> RegisteredEncryption | None:
        """How its UserInfo responses are encrypted; ``None``: they are not."""
        return encryption_of(self.metadata, USERINFO)

    @cached_property
    def sector_identifier(self) -> str | None:
        """The host that its pairwise subjects are made for; ``None``: its subjects are public."""
        return sector_identifier(self.metadata)

    @cached_property
    def authorization_response_alg(self) -> str:
        """The algorithm of its authorization responses, where it asks for them as a JWT (JARM §3)."""
        return self._signing_alg("authorization_signed_response_alg")

    @cached_property
    def authorization_encryption(self) -> RegisteredEncryption | None:
        """How its authorization responses are encrypted; ``None``: they are not."""
        return encryption_of(self.metadata, AUTHORIZATION)

    @cached_property
    def rotates_refresh_tokens(self) -> bool:
        """Whether each refresh gives a new refresh token; always so for public clients."""
        default = self.profile.rotates_refresh_tokens
        return self.is_public or bool(self.metadata.get("paper_rotate_refresh_tokens", default))

    @cached_property
    def requires_pkce(self) -> bool:
        """Whether an answer that holds a code needs a code challenge (RFC 9700 §2.1.1)."""
        required = self.profile.requires_pkce or self.metadata.get("paper_require_pkce", False)
        return self.is_public or bool(required)

    @cached_property
    def binds_tokens_to_certificate(self) -> bool:
        """Whether its tokens are good only with the certificate they were asked for with (RFC 8705 §3)."""
        return bool(self.metadata.get("tls_client_certificate_bound_access_tokens", False))

    @cached_property
    def must_push(self) -> bool:
        """Whether its authorization requests come by /par alone (RFC 9126 §6)."""
        registered = self.metadata.get("require_pushed_authorization_requests", False)
        return self.profile.requires_pushed or bool(registered)

    @cached_property
    def must_sign(self) -> bool:
        """Whether its authorization requests are request objects (RFC 9101 §10.5)."""
        return self.profile.requires_signed or bool(self.metadata.get("require_signed_request_object", False))

    @cached_property
    def binds_tokens_by_dpop(self) -> bool:
        """Whether it gets no token without a DPoP proof (RFC 9449 §5.2)."""
        return bool(self.metadata.get("dpop_bound_access_tokens", False))

    @cached_property
    def needs_dpop_nonce(self) -> bool:
        """Whether its DPoP proofs must repeat a nonce of the provider's (RFC 9449 §8)."""
        return bool(self.metadata.get("paper_dpop_nonce", False))

    @cached_property
    def skips_consent(self) -> bool:
        """Whether the operator has consented for everybody."""
        return bool(self.metadata.get("paper_skip_consent", False))

    @cached_property
    def access_token_format(self) -> str:
        """The format of access tokens for Paper itself: ``opaque`` or ``jwt``."""
        return str(self.metadata.get("paper_access_token_format", "opaque"))

    @cached_property
    def introspects(self) -> bool:
        """Whether it is shown tokens that are for no resource in particular; a stranger's client is not."""
        return not self.is_public and bool(self.metadata.get("paper_introspect", True))

    @cached_property
    def introspection_alg(self) -> str:
        """The algorithm of introspection responses that it asks for as a JWT (RFC 9701 §6)."""
        return self._signing_alg("introspection_signed_response_alg")

    @cached_property
    def exchange_audiences(self) -> frozenset[str]:
        """The resources that it may exchange tokens for (RFC 8693 §2.1)."""
        return frozenset(self.metadata.get("paper_exchange_audiences", ()))

    def _signing_alg(self, member: str) -> str:
        """Return what is registered; under a stricter rule than at that time, the rule's own choice."""
        registered = str(self.metadata.get(member, self.profile.id_token_alg))
        return registered if self.profile.allows_alg(registered) else self.profile.id_token_alg

    @property
    def client_name(self) -> str:
        """What people know it as."""
        return str(self.metadata.get("client_name") or self.client_id)
