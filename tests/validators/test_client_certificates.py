"""Client certificates (RFC 8705 §2): who is believed, and who is meant."""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.certificates import CLIENT_USE, SERVER_USE, Pair, issue, make_authority, name_of, self_signed
from tests.conftest import Clock
from validators.certificate_names import read_distinguished_name
from validators.client import Client
from validators.client_certificates import ClientCertificates
from validators.client_keys import ClientKeys
from validators.jwk_sets import JwkSets

DN = "CN=photos,O=Example,C=KR"
AUTHORITY = make_authority()
NAMES = [
    x509.DNSName("Photos.example.org"),
    x509.UniformResourceIdentifier("urn:photos:1"),
    x509.IPAddress(ip_address("192.0.2.7")),
    x509.RFC822Name("photos@example.org"),
]


def make_client(method: str = "tls_client_auth", **metadata: Any) -> Client:
    return Client(
        client_id="photos",
        version=1,
        secret_digest=None,
        sealed_secret=None,
        metadata={"token_endpoint_auth_method": method, **metadata},
    )


@pytest.fixture
def certificates(clock: Clock) -> ClientCertificates:
    """Those of one authority, and of clients that publish none."""
    return ClientCertificates([AUTHORITY.certificate], ClientKeys(JwkSets(lambda uri: {}, clock)), clock)


@pytest.mark.parametrize(
    ("member", "value", "proven"),
    [
        ("tls_client_auth_subject_dn", DN, True),
        ("tls_client_auth_subject_dn", "2.5.4.3=photos,2.5.4.10=Example,C=KR", True),
        ("tls_client_auth_subject_dn", r"CN=\70hotos,O=Example,C=KR", True),
        ("tls_client_auth_subject_dn", "C=KR,O=Example,CN=photos", False),
        ("tls_client_auth_subject_dn", "CN=photos,O=Example", False),
        ("tls_client_auth_subject_dn", "CN=photos+O=Example,C=KR", False),
        ("tls_client_auth_subject_dn", "CN=Photos,O=Example,C=KR", False),
        ("tls_client_auth_subject_dn", "CN=photos", False),
        ("tls_client_auth_san_dns", "photos.example.org", True),
        ("tls_client_auth_san_dns", "example.org", False),
        ("tls_client_auth_san_dns", "*.example.org", False),
        ("tls_client_auth_san_uri", "urn:photos:1", True),
        ("tls_client_auth_san_uri", "urn:photos:10", False),
        ("tls_client_auth_san_ip", "192.0.2.7", True),
        ("tls_client_auth_san_ip", "192.0.2.70", False),
        ("tls_client_auth_san_email", "photos@example.org", True),
        ("tls_client_auth_san_email", "example.org", False),
    ],
)
def test_the_registered_subject_and_no_other(
    certificates: ClientCertificates, member: str, value: str, proven: bool
) -> None:
    """RFC 8705 §2.1.2: names are compared as names, alternative names exactly."""
    pair = issue(AUTHORITY, names=NAMES)

    assert certificates.prove(pair.certificate, make_client(**{member: value})) is proven


@pytest.mark.parametrize(
    ("pair", "proven"),
    [
        pytest.param(issue(AUTHORITY), True, id="issued"),
        pytest.param(issue(AUTHORITY, uses=()), True, id="no-purpose-named"),
        pytest.param(issue(AUTHORITY, uses=(*SERVER_USE, *CLIENT_USE)), True, id="two-purposes"),
        pytest.param(issue(AUTHORITY, uses=SERVER_USE), False, id="a-server's"),
        pytest.param(issue(AUTHORITY, uses=[ExtendedKeyUsageOID.CODE_SIGNING]), False, id="for-code"),
        pytest.param(issue(AUTHORITY, now=Clock()() - 40 * 86400), False, id="expired"),
        pytest.param(issue(AUTHORITY, now=Clock()() + 40 * 86400), False, id="not-yet-valid"),
        pytest.param(issue(make_authority()), False, id="authority-of-the-same-name"),
        pytest.param(issue(make_authority("Another")), False, id="another-authority"),
        pytest.param(issue(issue(AUTHORITY)), False, id="issued-by-a-client"),
    ],
)
def test_chain_validity_and_purpose_are_verified_here(
    certificates: ClientCertificates, pair: Pair, proven: bool
) -> None:
    """RFC 5280 §6: whatever the proxy has said of the certificate."""
    client = make_client(tls_client_auth_subject_dn=DN)

    assert certificates.prove(pair.certificate, client) is proven


def test_authority_is_no_client(certificates: ClientCertificates) -> None:
    """RFC 5280 §4.2.1.9: an authority's own certificate is for signing certificates."""
    client = make_client(tls_client_auth_subject_dn="CN=Test Authority")

    assert not certificates.prove(AUTHORITY.certificate, client)


def test_self_signed_certificate_names_nobody(certificates: ClientCertificates) -> None:
    """RFC 8705 §2.1: with tls_client_auth a name is worth what its authority is worth."""
    pair = self_signed()

    assert not certificates.prove(pair.certificate, make_client(tls_client_auth_subject_dn="CN=photos"))


def test_without_authorities_nobody_is_believed(clock: Clock) -> None:
    """PAPER_CLIENT_CA_BUNDLE unset."""
    certificates = ClientCertificates([], ClientKeys(JwkSets(lambda uri: {}, clock)), clock)

    assert not certificates.prove(issue(AUTHORITY).certificate, make_client(tls_client_auth_subject_dn=DN))


@pytest.mark.parametrize(
    ("x5c", "proven"),
    [
        pytest.param(None, True, id="registered"),
        pytest.param(self_signed().jwk["x5c"], False, id="another-of-the-same-name"),
        pytest.param(["AAAA"], False, id="other-bytes"),
        pytest.param(["%"], False, id="not-base64"),
        pytest.param([7], False, id="number"),
        pytest.param([], False, id="empty"),
        pytest.param("AAAA", False, id="text"),
    ],
)
def test_self_signed_certificate_is_the_registered_one(
    certificates: ClientCertificates, x5c: Any, proven: bool
) -> None:
    """RFC 8705 §2.2: equal, byte for byte."""
    pair = self_signed()
    jwk = pair.jwk if x5c is None else {**pair.jwk, "x5c": x5c}
    client = make_client("self_signed_tls_client_auth", jwks={"keys": [{"kty": "RSA"}, jwk]})

    assert certificates.prove(pair.certificate, client) is proven


def test_published_certificate_may_change(clock: Clock) -> None:
    """RFC 8705 §2.2: with jwks_uri a new certificate needs no new registration."""
    old, new = self_signed(), self_signed()
    published = [old.jwk]
    keys = ClientKeys(JwkSets(lambda uri: {"keys": list(published)}, clock))
    certificates = ClientCertificates([], keys, clock)
    client = make_client("self_signed_tls_client_auth", jwks_uri="https://client.example/keys")
    assert certificates.prove(old.certificate, client)

    published[:] = [new.jwk]
    clock.advance(seconds=1)

    assert certificates.prove(new.certificate, client)
    assert not certificates.prove(old.certificate, client)


def test_other_methods_are_not_proven_by_a_certificate(certificates: ClientCertificates) -> None:
    """RFC 6749 §2.3: exactly the registered method."""
    client = make_client("private_key_jwt", tls_client_auth_subject_dn=DN)

    assert not certificates.prove(issue(AUTHORITY).certificate, client)


@pytest.mark.parametrize(
    "text",
    ["CN=a\\,b,O=Example", "CN=#616263", "emailAddress=a@b.example,CN=x", "serialNumber=1+CN=x", "UID=7"],
)
def test_distinguished_name_is_read(text: str) -> None:
    """RFC 4514 §3, and the short names that tools write."""
    assert read_distinguished_name(text) is not None


@pytest.mark.parametrize("text", ["", "photos", "CN", "CN=a,", "CN=a,,O=b", "NOPE=a", "C=Korea", "CN=#6"])
def test_malformed_distinguished_name_is_none(text: str) -> None:
    """RFC 4514 §3."""
    assert read_distinguished_name(text) is None


def test_builders_make_what_they_say() -> None:
    """The table above stands on these."""
    pair = issue(AUTHORITY, subject=name_of(cn="x"))

    assert pair.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "x"
    assert pair.certificate.not_valid_after_utc > datetime.fromtimestamp(Clock()(), UTC)
