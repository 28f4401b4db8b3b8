"""Whom a client certificate speaks of, compared with what a client has registered (RFC 8705 §2.1.2)."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

DN = "tls_client_auth_subject_dn"
DNS = "tls_client_auth_san_dns"
URI = "tls_client_auth_san_uri"
IP = "tls_client_auth_san_ip"
EMAIL = "tls_client_auth_san_email"
SUBJECT_MEMBERS = (DN, DNS, URI, IP, EMAIL)

# Short names beyond the nine of RFC 4514 §3, as tools write them.
ATTRIBUTE_NAMES = {
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "E": NameOID.EMAIL_ADDRESS,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "GN": NameOID.GIVEN_NAME,
    "givenName": NameOID.GIVEN_NAME,
    "SN": NameOID.SURNAME,
    "title": NameOID.TITLE,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "businessCategory": NameOID.BUSINESS_CATEGORY,
    "jurisdictionC": NameOID.JURISDICTION_COUNTRY_NAME,
    "postalCode": NameOID.POSTAL_CODE,
}


def read_distinguished_name(text: str) -> x509.Name | None:
    """Return the name behind its string form (RFC 4514 §3), or ``None`` if it is malformed or empty."""
    try:
        name = x509.Name.from_rfc4514_string(text, ATTRIBUTE_NAMES)
    except (ValueError, TypeError):
        return None
    return name if list(name) else None


def is_subject(certificate: x509.Certificate, metadata: Mapping[str, Any]) -> bool:
    """Whether the certificate is for the one subject that a client with this metadata has registered.

    Names are compared as such: however a distinguished name is escaped, its attributes and their values must
    be the same, in the same order. An alternative name must be there as registered; a DNS name's case means
    nothing, and a wildcard is a name like any other.
    """
    member = next((member for member in SUBJECT_MEMBERS if metadata.get(member)), None)
    if member is None:
        return False
    expected = str(metadata[member])
    try:
        if member == DN:
            name = read_distinguished_name(expected)
            return name is not None and certificate.subject == name
        return _is_alternative(certificate, member, expected)
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):  # malformed
        return False


def _is_alternative(certificate: x509.Certificate, member: str, expected: str) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    if member == IP:
        return ip_address(expected) in names.get_values_for_type(x509.IPAddress)
    if member == DNS:
        found = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
        return expected.lower() in found
    if member == URI:
        return expected in names.get_values_for_type(x509.UniformResourceIdentifier)
    return expected in names.get_values_for_type(x509.RFC822Name)
