"""The certificate of a client, as a trusted proxy hands it over (RFC 8705 §2, RFC 9440 §4)."""

import re
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from flask import request

from provider.client_address import is_from_trusted_proxy
from provider.wiring import services
from validators.certificate_binding import proves

MAX_HEADER = 16 * 1024
ONE_CERTIFICATE = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*", re.ASCII
)


def presented_certificate() -> x509.Certificate | None:
    """Return the certificate whose key the caller has proven to the proxy; ``None``: there is none.

    The header counts only if the connection comes from a trusted proxy; that proxy must set it on every
    request, so that nothing a client sends under its name gets through. It holds one certificate, PEM,
    URL-encoded (nginx: ``$ssl_client_escaped_cert``); anything else counts as none.
    """
    name = services().settings.client_cert_header
    if name is None or not is_from_trusted_proxy():
        return None
    text = request.headers.get(name, "")
    if len(text) > MAX_HEADER:
        return None
    pem = unquote(text)
    if ONE_CERTIFICATE.fullmatch(pem) is None:
        return None
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, x509.InvalidVersion):
        return None


def proves_certificate(value: Any) -> bool:
    """Whether the current request comes with the certificate that an ``x5t#S256`` names."""
    return proves(value, presented_certificate())
