"""Tokens that only the holder of a certificate can use (RFC 8705 §3)."""

from typing import Any

from cryptography import x509

from validators.client_certificates import thumbprint

X5T = "x5t#S256"


def certificate_confirmation(certificate: x509.Certificate | None) -> dict[str, Any] | None:
    """Return the ``cnf`` of tokens that are asked for over a connection with this certificate."""
    return None if certificate is None else {X5T: thumbprint(certificate)}


def proves(value: Any, certificate: x509.Certificate | None) -> bool:
    """Whether ``certificate`` is the one that the ``x5t#S256`` of a ``cnf`` names."""
    return certificate is not None and value == thumbprint(certificate)
