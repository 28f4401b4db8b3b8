"""How a client proves itself: one resolver, exactly the registered method (RFC 6749 §2.3)."""

from dataclasses import dataclass

from cryptography import x509
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError, OAuth2Error

from validators.auth_methods import (
    ASSERTION_METHODS,
    CERTIFICATE_METHODS,
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    NONE,
)
from validators.basic_auth import read_basic
from validators.client import Client
from validators.client_assertions import ASSERTION_TYPE, ClientAssertions, ProvenAssertion
from validators.client_certificates import ClientCertificates
from validators.clients import ClientRegistry
from validators.request import ProviderRequest
from validators.secret_digests import CLIENT_SECRET, SecretDigests


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What one request offers as proof.

    Attributes:
        methods: those that this can be; which of them it is, the client's registration says.
        client_id: who the request says it is from, everywhere the same.
        endpoint: where it was sent, if that is an audience of assertions.
    """

    methods: tuple[str, ...]
    client_id: str
    secret: str = ""
    assertion: str = ""
    certificate: x509.Certificate | None = None
    endpoint: str = ""


class ClientAuthentication:
    """Finds the client of a request at the token endpoint and its like.

    Args:
        clients: registered clients.
        digests: compares secrets.
        assertions: judges signed JWTs.
        certificates: judges TLS certificates.
    """

    def __init__(
        self,
        clients: ClientRegistry,
        digests: SecretDigests,
        assertions: ClientAssertions,
        certificates: ClientCertificates,
    ) -> None:
        self._clients = clients
        self._digests = digests
        self._assertions = assertions
        self._certificates = certificates

    def authenticate(self, request: ProviderRequest) -> Client:
        """Return the client that has proven itself with the method it is registered for.

        An unknown client, a wrong secret and another method take the same time and get the same answer. An
        assertion is used up by the first call for its request; asking again only proves it again.

        Raises:
            InvalidClientError: it has not.
            InvalidRequestError: more than one method was used (RFC 6749 §2.3).
            StoreUnavailable: the database cannot be reached.
        """
        presented = self._presented(request)
        client = self._clients.get(presented.client_id)
        proof = self._proof(presented, client)
        if not proof:
            client = self._clients.fresh(presented.client_id, client.version if client else None)
            proof = client is not None and self._proof(presented, client)
        if client is None or not proof:
            raise _failed(request)
        if isinstance(proof, ProvenAssertion) and not request.has_used_assertion:
            if not self._assertions.use(proof, client):
                raise _failed(request)
            request.has_used_assertion = True
        return client

    def claimed(self, request: ProviderRequest) -> Client | None:
        """Return the client that the request says it comes from; nothing is proven."""
        try:
            return self._clients.get(self._presented(request).client_id)
        except OAuth2Error:
            return None

    def _presented(self, request: ProviderRequest) -> Presented:
        """Read what was sent, whatever it is worth.

        A certificate beside another method is no second one: it may be there to bind the tokens.
        """
        authorization = request.headers.get("Authorization")
        has_assertion = request.client_assertion is not None or request.client_assertion_type is not None
        if (authorization is not None) + (request.client_secret is not None) + has_assertion > 1:
            raise InvalidRequestError(
                description="More than one client authentication method.", request=request
            )
        if authorization is not None:
            return _by_basic(authorization, request)
        if has_assertion:
            return self._by_assertion(request)
        if request.client_id is None:
            raise InvalidClientError(description="Missing client authentication.", request=request)
        if request.client_secret is not None:
            return Presented(
                methods=(CLIENT_SECRET_POST,), client_id=request.client_id, secret=request.client_secret
            )
        return _by_name(request.client_id, request)

    def _by_assertion(self, request: ProviderRequest) -> Presented:
        assertion = request.client_assertion
        if assertion is None or request.client_assertion_type != ASSERTION_TYPE:
            raise InvalidClientError(
                description="A client_assertion needs the client_assertion_type of RFC 7523.",
                request=request,
            )
        client_id = self._assertions.claimed_client(assertion)
        if client_id is None:
            raise _failed(request)
        _require_same(client_id, request)
        return Presented(
            methods=ASSERTION_METHODS, client_id=client_id, assertion=assertion, endpoint=request.uri
        )

    def _proof(self, presented: Presented, client: Client | None) -> bool | ProvenAssertion:
        """Return what proves ``client``, something false if nothing does; nothing is used up."""
        digest = client.secret_digest if client else None
        # Also where no secret was sent: all refusals take the same time.
        is_right = self._digests.matches(CLIENT_SECRET, presented.secret, digest)
        if client is None or not any(map(client.authenticates_by, presented.methods)):
            return False
        if client.token_endpoint_auth_method in ASSERTION_METHODS:
            return self._assertions.prove(presented.assertion, client, presented.endpoint) or False
        if client.token_endpoint_auth_method in CERTIFICATE_METHODS:
            certificate = presented.certificate
            return certificate is not None and self._certificates.prove(certificate, client)
        return is_right or client.is_public


def _by_basic(authorization: str, request: ProviderRequest) -> Presented:
    basic = read_basic(authorization)
    if basic is None:
        raise InvalidClientError(description="Malformed Authorization header.", request=request)
    _require_same(basic.client_id, request)
    if not basic.secret:  # an empty secret is none (RFC 6749 §2.3.1)
        return _by_name(basic.client_id, request)
    return Presented(methods=(CLIENT_SECRET_BASIC,), client_id=basic.client_id, secret=basic.secret)


def _by_name(client_id: str, request: ProviderRequest) -> Presented:
    """Nothing was sent but a name; the TLS connection may say more."""
    if request.certificate is None:
        return Presented(methods=(NONE,), client_id=client_id)
    return Presented(
        methods=(NONE, *CERTIFICATE_METHODS), client_id=client_id, certificate=request.certificate
    )


def _require_same(client_id: str, request: ProviderRequest) -> None:
    if request.client_id is not None and request.client_id != client_id:
        raise InvalidClientError(description="The client_id values differ.", request=request)


def _failed(request: ProviderRequest) -> InvalidClientError:
    return InvalidClientError(description="Client authentication failed.", request=request)
