"""Settings of certificates, assertions and what is fetched."""

from pathlib import Path

import pytest

from provider.client_wiring import auth_methods
from provider.settings import BadSettings, Settings
from tests.certificates import make_authority

PROXY = {"PAPER_TRUSTED_PROXIES": "10.0.0.1", "PAPER_CLIENT_CERT_HEADER": "X-SSL-Client-Cert"}


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    path = tmp_path / "authorities.pem"
    path.write_text(make_authority().pem + make_authority("Second").pem)
    return str(path)


def test_they_are_read(bundle: str) -> None:
    """Each as its page says."""
    settings = Settings.from_environ(
        {
            **PROXY,
            "PAPER_CLIENT_CA_BUNDLE": bundle,
            "PAPER_MTLS_ENDPOINT_BASE": "https://mtls.example.org",
            "PAPER_ASSERTION_AUDIENCE": "issuer",
            "PAPER_OUTBOUND_ALLOW": "keys.internal, 10.1.0.0/16,::1",
            "PAPER_CA_BUNDLE": bundle,
        }
    )

    assert settings.client_ca_bundle == settings.ca_bundle == Path(bundle)
    assert settings.outbound_allow == ("keys.internal", "10.1.0.0/16", "::1/128")
    assert settings.assertion_audience == "issuer"
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(auth_methods(settings))


def test_methods_follow_what_is_set() -> None:
    """Without authorities only self-signed certificates; without a header none."""
    assert not {"tls_client_auth", "self_signed_tls_client_auth"} & set(auth_methods(Settings()))
    methods = auth_methods(Settings.from_environ(PROXY))
    assert "self_signed_tls_client_auth" in methods
    assert "tls_client_auth" not in methods


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PAPER_CLIENT_CERT_HEADER": "X-SSL-Client-Cert"}, "PAPER_TRUSTED_PROXIES"),
        ({"PAPER_MTLS_ENDPOINT_BASE": "https://mtls.example.org"}, "PAPER_CLIENT_CERT_HEADER"),
        ({"PAPER_CLIENT_CERT_HEADER": "X_SSL_Client_Cert"}, "hyphens"),
        ({"PAPER_CLIENT_CERT_HEADER": "X:Y"}, "hyphens"),
        ({"PAPER_CA_BUNDLE": "/nowhere/authorities.pem"}, "PEM file"),
        ({"PAPER_CA_BUNDLE": __file__}, "PEM file"),
        ({"PAPER_OUTBOUND_ALLOW": "10.0.0.0/33"}, "host names"),
        ({"PAPER_OUTBOUND_ALLOW": "10.0.0.999"}, "host names"),
        ({"PAPER_OUTBOUND_ALLOW": "https://keys.internal"}, "host names"),
        ({"PAPER_OUTBOUND_ALLOW": ""}, "host names"),
        ({"PAPER_ASSERTION_AUDIENCE": "any"}, "both or issuer"),
    ],
)
def test_contradictions_and_wrong_values_are_told(environ: dict[str, str], named: str) -> None:
    """One line that names what is wrong and what is allowed."""
    with pytest.raises(BadSettings, match=named):
        Settings.from_environ(environ)


def test_authorities_of_clients_need_the_header(bundle: str) -> None:
    """A bundle that nothing is compared with is a mistake."""
    with pytest.raises(BadSettings, match="PAPER_CLIENT_CA_BUNDLE: is of no use alone"):
        Settings.from_environ({"PAPER_CLIENT_CA_BUNDLE": bundle})
