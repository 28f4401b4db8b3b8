"""How surely a person was recognised: ``acr`` (OpenID Connect Core §2, §5.5.1.1).

The names are those of SAML 2.0 Authentication Context (§3.4), which say what was done and promise no more.
"""

from collections.abc import Iterable

PASSWORD_METHOD = "pwd"  # noqa: S105 - RFC 8176
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"  # noqa: S105 - a name
PROTECTED_PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105


def reachable(*, is_https: bool) -> tuple[str, ...]:
    """Return the contexts that a sign-in here can reach, the one that says most first."""
    return (PROTECTED_PASSWORD, PASSWORD) if is_https else (PASSWORD,)


def reached(amr: str, wanted: Iterable[str] = (), *, is_https: bool) -> str | None:
    """Return the context of a sign-in: the first of ``wanted`` that it is, or what says most of it.

    Args:
        amr: the methods of the sign-in (RFC 8176), separated by spaces.
        wanted: what the client asked for, in order of preference.
        is_https: whether people reach the provider by https.

    Returns:
        ``None`` for a sign-in without a password, of which nothing is claimed.
    """
    if PASSWORD_METHOD not in amr.split():
        return None
    contexts = reachable(is_https=is_https)
    return next((context for context in wanted if context in contexts), contexts[0])
