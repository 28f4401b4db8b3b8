"""A short name for one request, which a person can quote and an operator find in the log."""

import secrets

from flask import g


def request_id() -> str:
    """Return the name of the current request, made on first need."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    name: str = g.request_id
    return name
