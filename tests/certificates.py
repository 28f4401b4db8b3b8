"""Certificates for tests: an authority, what it issues, and self-signed ones."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from tests.conftest import Clock

NOW = Clock()()
CLIENT_USE = (ExtendedKeyUsageOID.CLIENT_AUTH,)
SERVER_USE = (ExtendedKeyUsageOID.SERVER_AUTH,)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The key in PEM."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key as a JWK that carries the certificate (RFC 7517 §4.7)."""
        numbers = self.key.public_key().public_numbers()
        x, y = (
            base64.urlsafe_b64encode(n.to_bytes(32)).rstrip(b"=").decode() for n in (numbers.x, numbers.y)
        )
        der = self.certificate.public_bytes(Encoding.DER)
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "x5c": [base64.b64encode(der).decode()]}


def name_of(**parts: str) -> x509.Name:
    """Return a distinguished name, its first part the most general."""
    known = {"c": NameOID.COUNTRY_NAME, "o": NameOID.ORGANIZATION_NAME, "cn": NameOID.COMMON_NAME}
    return x509.Name([x509.NameAttribute(known[part], value) for part, value in parts.items()])


def make_authority(common_name: str = "Test Authority", now: int = NOW) -> Pair:
    """Return an authority that may sign certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name_of(cn=common_name), name_of(cn=common_name), key, now, days=3650)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    return Pair(builder.sign(key, hashes.SHA256()), key)


def issue(
    authority: Pair,
    *,
    subject: x509.Name | None = None,
    names: Sequence[x509.GeneralName] = (),
    uses: Sequence[ObjectIdentifier] = CLIENT_USE,
    now: int = NOW,
    days: int = 30,
) -> Pair:
    """Return a certificate from ``authority``, a TLS client's by default."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = subject or name_of(c="KR", o="Example", cn="photos")
    builder = _builder(subject, authority.certificate.subject, key, now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Pair(builder.sign(authority.key, hashes.SHA256()), key)


def self_signed(common_name: str = "photos", now: int = NOW) -> Pair:
    """Return a certificate that nobody else vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = name_of(cn=common_name)
    return Pair(_builder(name, name, key, now, days=30).sign(key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: int, days: int
) -> x509.CertificateBuilder:
    begin = datetime.fromtimestamp(now, UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
