"""Clients that prove themselves by a certificate in the TLS handshake (RFC 8705 §2)."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from keys import base64url
from validators.auth_methods import SELF_SIGNED_TLS_CLIENT_AUTH, TLS_CLIENT_AUTH
from validators.certificate_names import is_subject
from validators.client import Client
from validators.client_keys import ClientKeys

CLIENT_USES = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)


class ClientCertificates:
    """Judges the certificate that a TLS connection has proven the key of.

    Args:
        authorities: whose certificates are believed for ``tls_client_auth``; empty: nobody's.
        keys: the keys of clients, with their self-signed certificates.
        clock: NumericDate.
    """

    def __init__(
        self, authorities: Sequence[x509.Certificate], keys: ClientKeys, clock: Callable[[], int]
    ) -> None:
        self._store = Store(list(authorities)) if authorities else None
        self._keys = keys
        self._now = clock

    def prove(self, certificate: x509.Certificate, client: Client) -> bool:
        """Whether the certificate is this client's, by the method it is registered for."""
        if client.token_endpoint_auth_method == TLS_CLIENT_AUTH:
            return is_subject(certificate, client.metadata) and self._is_issued(certificate)
        if client.token_endpoint_auth_method == SELF_SIGNED_TLS_CLIENT_AUTH:
            return self._is_registered(certificate, client)
        return False

    def _is_issued(self, certificate: x509.Certificate) -> bool:
        """Verify chain, validity and purpose (RFC 5280 §6); a name in a header is never believed."""
        if self._store is None:
            return False
        builder = PolicyBuilder().store(self._store).time(datetime.fromtimestamp(self._now(), UTC))
        builder = builder.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_client_policy()
        )
        try:
            builder.build_client_verifier().verify(certificate, [])
        except (VerificationError, ValueError, x509.UnsupportedGeneralNameType):
            return False
        return True

    def _is_registered(self, certificate: x509.Certificate, client: Client) -> bool:
        der = certificate.public_bytes(Encoding.DER)
        return _holds(self._keys.of(client), der) or _holds(self._keys.of(client, newer=True), der)


def thumbprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 thumbprint, base64url: ``x5t#S256`` (RFC 8705 §3.1)."""
    return base64url.encode(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest())


def _holds(keys: Sequence[Mapping[str, Any]], der: bytes) -> bool:
    """Whether one of the keys comes with this certificate as the first of its ``x5c`` (RFC 7517 §4.7)."""
    for key in keys:
        chain = key.get("x5c")
        if isinstance(chain, list) and chain and isinstance(chain[0], str):
            try:
                found = base64.b64decode(chain[0], validate=True)
            except (ValueError, binascii.Error):
                continue
            if found == der:
                return True
    return False


def _client_policy() -> ExtensionPolicy:
    """What a client's own certificate may say of itself: no authority, for signing, for TLS clients."""
    return (
        ExtensionPolicy.permit_all()
        .may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _require_no_authority)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _require_signing)
        .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _require_client_use)
    )


def _require_no_authority(
    _policy: Policy, _certificate: x509.Certificate, found: x509.BasicConstraints | None
) -> None:
    if found is not None and found.ca:
        raise ValueError("an authority's certificate")


def _require_signing(_policy: Policy, _certificate: x509.Certificate, found: x509.KeyUsage | None) -> None:
    if found is not None and not found.digital_signature:
        raise ValueError("not for signing")


def _require_client_use(
    _policy: Policy, _certificate: x509.Certificate, found: x509.ExtendedKeyUsage | None
) -> None:
    if found is not None and not any(use in CLIENT_USES for use in found):
        raise ValueError("not for TLS clients")
