"""Headers of every response: what browsers may do with it."""

from flask import Flask, request
from werkzeug.wrappers import Response

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:;"
    " frame-ancestors 'none'; base-uri 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


def register_headers(app: Flask, *, is_https: bool) -> None:
    """Add the headers to every response of ``app``."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            headers["Content-Security-Policy"] = PAGE_POLICY
            headers["X-Frame-Options"] = "DENY"
            headers.add("Vary", "Accept-Language")
        else:
            headers["Content-Security-Policy"] = DATA_POLICY
        if "Cache-Control" not in headers and request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        headers["Referrer-Policy"] = "same-origin"
        if is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
