"""oauthlib's Request, built from parameters that are already parsed and checked."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from cryptography import x509
from oauthlib.common import CaseInsensitiveDict, Request
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from validators.authorization_details import Detail
from validators.client import Client
from validators.dpop import SentProofs
from validators.grants import GrantRecord
from validators.login_sessions import SessionRecord
from validators.resources import TokenTarget

ABSENT: dict[str, None] = dict.fromkeys(
    (
        *("access_token", "client_id", "client_secret", "code", "code_challenge", "code_challenge_method"),
        *("code_verifier", "device_code", "grant_type", "redirect_uri", "refresh_token", "response_type"),
        *(
            "scope",
            "state",
            "token",
            "token_type_hint",
            "request_token",
            "response_mode",
            "nonce",
            "display",
            "prompt",
        ),
        *("max_age", "ui_locales", "id_token_hint", "login_hint", "acr_values", "request", "request_uri"),
        *("client_assertion", "client_assertion_type", "resource", "registration", "claims_locales"),
    )
)
AUTHORIZATION_PARAMETERS = frozenset(
    (
        *(
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "response_mode",
            "nonce",
            "display",
        ),
        *("prompt", "max_age", "ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values"),
        *("claims", "request", "request_uri", "registration", "resource", "code_challenge"),
        *("code_challenge_method", "authorization_details", "dpop_jkt"),
    )
)
"""What an authorization request may say; anything else is ignored (RFC 6749 §3.1)."""


class ProviderRequest(Request):
    """One request: what the client sent, and what has been learnt about it so far.

    oauthlib lets every parameter be read as an attribute. What is declared here is set on the instance,
    where a parameter of the same name cannot reach it.

    Args:
        parameters: one non-empty value for each name.
        http_method: ``GET`` or ``POST``.
        headers: the few that the protocol looks at.
        resources: every ``resource`` value, in order (RFC 8707 §2).
        audiences: every ``audience`` value, in order (RFC 8693 §2.1).
        problem: why the parameters cannot be used as sent; told once it is known to whom.
        refused: the names that were left out because of it.
        certificate: what the client has proven the key of in the TLS handshake (RFC 8705 §2).
    """

    duplicate_params: list[str] = []  # noqa: RUF012 - oauthlib's property; the bridge has refused them already

    def __init__(
        self,
        parameters: Mapping[str, str],
        *,
        http_method: Literal["GET", "POST"] = "POST",
        headers: Mapping[str, str] | None = None,
        resources: Sequence[str] = (),
        audiences: Sequence[str] = (),
        problem: str | None = None,
        refused: Collection[str] = (),
        certificate: x509.Certificate | None = None,
    ) -> None:
        self.uri = ""
        self.http_method = http_method
        self.headers = CaseInsensitiveDict(dict(headers or {}))
        self.body = None
        self.decoded_body = []
        self.oauth_params = []
        self.validator_log = {}
        self._params = {**ABSENT, **parameters}

        self.parameters = parameters
        self.resources = tuple(resources)
        self.audiences = tuple(audiences)
        self.problem = problem
        self.refused = frozenset(refused)
        self.certificate = certificate
        self.confirmation: dict[str, Any] | None = None
        self.is_signed = False
        self.is_pushed = False
        self.dpop: SentProofs | None = None
        self.must_be_pushed = False
        self.object_error: OAuth2Error | None = None
        self.has_authenticated = False
        self.has_used_assertion = False
        self.has_used_proof = False
        self.extra_credentials: dict[str, Any] | None = None
        self.scopes: list[str] | None = None
        self.claim_scopes: list[str] = []
        self.claimed_subject: str | None = None
        self.claims: dict[str, Any] | None = None
        self.details: list[Detail] | None = None
        self.acr_wanted: list[str] = []
        self.client: Client | None = None
        self.grant: GrantRecord | None = None
        self.session: SessionRecord | None = None
        self.target: TokenTarget | None = None
        self.token_scopes: list[str] = []
        self.user: str | None = None
        self.expires_in: int = 0
        self.expires_at: int = 0
        self.token_expires_at: int = 0
        self.prompts: frozenset[str] = frozenset()

    @property
    def consent_scopes(self) -> list[str]:
        """What a person is asked for: the scopes, and those that single claims belong to."""
        return [*(self.scopes or ()), *self.claim_scopes]

    @property
    def response_words(self) -> frozenset[str]:
        """What the response type asks for: some of ``code``, ``token`` and ``id_token``."""
        return frozenset((self.response_type or "").split())

    @property
    def known_client(self) -> Client:
        """The client, once it has been found; asking earlier is a bug."""
        assert self.client is not None  # noqa: S101 - a bug, not an input
        return self.client

    @property
    def known_target(self) -> TokenTarget:
        """What the token is for, once that is settled; asking earlier is a bug."""
        assert self.target is not None  # noqa: S101 - a bug, not an input
        return self.target

    @property
    def known_grant(self) -> GrantRecord:
        """The grant, once its credential has been accepted; asking earlier is a bug."""
        assert self.grant is not None  # noqa: S101 - a bug, not an input
        return self.grant
