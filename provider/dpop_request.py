"""The DPoP header of the current request, and the nonce of its answer (RFC 9449 §4.1, §8.2)."""

from flask import Flask, request
from werkzeug.wrappers import Response

from provider.paths import local_path
from provider.wiring import services
from validators.dpop import SentProofs

HEADER = "DPoP"
ENVIRON_NAME = "HTTP_DPOP"
NONCE_HEADER = "DPoP-Nonce"


def sent_proofs() -> SentProofs | None:
    """Return what came in the DPoP headers, and what it came with; ``None`` where there is none."""
    if ENVIRON_NAME not in request.environ:
        return None
    proofs = request.headers.getlist(HEADER)
    settings, path = services().settings, local_path()
    bases = dict.fromkeys((settings.issuer, settings.mtls_endpoint_base or settings.issuer))
    return SentProofs(tuple(proofs), request.method, tuple(base + path for base in bases))


def register_dpop(app: Flask) -> None:
    """Offer a nonce in every answer to a request with a proof, errors too."""

    @app.after_request
    def offer_nonce(response: Response) -> Response:
        if ENVIRON_NAME in request.environ:
            response.headers[NONCE_HEADER] = services().dpop_nonces.current()
        return response
