"""Proof Key for Code Exchange, S256 alone (RFC 7636; RFC 9700 §2.1.1)."""

import hashlib
import hmac
import re

from keys import base64url

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Whether ``text`` can be the SHA-256 of a verifier, in base64url (RFC 7636 §4.2)."""
    return CHALLENGE.fullmatch(text) is not None


def verifies(verifier: str, challenge: str) -> bool:
    """Whether ``verifier`` is well formed and its SHA-256 is ``challenge`` (RFC 7636 §4.6)."""
    if VERIFIER.fullmatch(verifier) is None:
        return False
    computed = base64url.encode(hashlib.sha256(verifier.encode()).digest())
    return hmac.compare_digest(computed, challenge)
