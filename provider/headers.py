"""Headers of every response: what browsers may do with it."""

from collections.abc import Iterable

from flask import Flask, g, request
from werkzeug.wrappers import Response

FRAMED_BY_NOBODY = "frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:;"
    f" {FRAMED_BY_NOBODY}; base-uri 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


def register_headers(app: Flask, *, is_https: bool) -> None:
    """Add the headers to every response of ``app``."""
    everywhere = common_headers(is_https=is_https)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.extend(everywhere)
        if response.mimetype == "text/html":
            headers["Content-Security-Policy"] = g.get("page_policy", PAGE_POLICY)
            if "page_policy" not in g or FRAMED_BY_NOBODY in g.page_policy:
                headers["X-Frame-Options"] = "DENY"
            headers.add("Vary", "Accept-Language")
        else:
            headers["Content-Security-Policy"] = DATA_POLICY
        if "Cache-Control" not in headers and request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        return response


def common_headers(*, is_https: bool) -> list[tuple[str, str]]:
    """Return what every response says."""
    headers = [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin")]
    return [*headers, ("Strict-Transport-Security", "max-age=31536000")] if is_https else headers


def data_headers(*, is_https: bool) -> list[tuple[str, str]]:
    """Return what every response says that is no page."""
    return [*common_headers(is_https=is_https), ("Content-Security-Policy", DATA_POLICY)]


def let_anybody_frame() -> None:
    """Let any page hold the current response in a frame; it must show nothing to click."""
    g.page_policy = PAGE_POLICY.replace(FRAMED_BY_NOBODY, "frame-ancestors *")


def allow_frames(origins: Iterable[str]) -> None:
    """Let the current response hold frames of these origins."""
    g.page_policy = f"{PAGE_POLICY}; frame-src {' '.join(sorted(set(origins)))}"
