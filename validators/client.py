"""One registered client, as the protocol sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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

    @classmethod
    def from_row(
        cls,
        client_id: str,
        version: int,
        secret_digest: bytes | None,
        sealed_secret: bytes | None,
        metadata: str,
    ) -> "Client":
        """Build a client from its row; ``metadata`` is the JSON text stored there."""
        return cls(
            client_id=client_id,
            version=version,
            secret_digest=secret_digest,
            sealed_secret=sealed_secret,
            metadata=json.loads(metadata),
        )

    @cached_property
    def redirect_uris(self) -> tuple[str, ...]:
        """Registered redirect URIs, compared exactly (RFC 9700 §2.1)."""
        return tuple(self.metadata.get("redirect_uris", ()))

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
        return method == registered or (is_open and method in SECRET_METHODS)

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
        return str(self.metadata.get("id_token_signed_response_alg", "RS256"))

    @cached_property
    def rotates_refresh_tokens(self) -> bool:
        """Whether each refresh gives a new refresh token; always so for public clients."""
        return self.is_public or bool(self.metadata.get("paper_rotate_refresh_tokens", True))

    @cached_property
    def requires_pkce(self) -> bool:
        """Whether an answer that holds a code needs a code challenge (RFC 9700 §2.1.1)."""
        return self.is_public or bool(self.metadata.get("paper_require_pkce", False))

    @cached_property
    def binds_tokens_to_certificate(self) -> bool:
        """Whether its tokens are good only with the certificate they were asked for with (RFC 8705 §3)."""
        return bool(self.metadata.get("tls_client_certificate_bound_access_tokens", False))

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
        return str(self.metadata.get("introspection_signed_response_alg", "RS256"))

    @cached_property
    def exchange_audiences(self) -> frozenset[str]:
        """The resources that it may exchange tokens for (RFC 8693 §2.1)."""
        return frozenset(self.metadata.get("paper_exchange_audiences", ()))

    @property
    def client_name(self) -> str:
        """What people know it as."""
        return str(self.metadata.get("client_name") or self.client_id)
