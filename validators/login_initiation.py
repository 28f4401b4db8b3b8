"""Logins that begin here, not at the client (OpenID Connect Core §4)."""

from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from validators.client import Client
from validators.login_sessions import SessionRecord


def login_address(client: Client, issuer: str, session: SessionRecord, scopes: Iterable[str]) -> str | None:
    """Return where a client begins a login for this person; ``None`` where it registered no such place.

    Args:
        client: whose login it is.
        issuer: ``iss``, by which the client knows the provider.
        session: the person's sign-in.
        scopes: what the client may know of them. Nobody's name goes to a client that may not know it:
            ``login_hint`` is the e-mail address or the name only where ``email`` or ``profile`` is allowed.
    """
    uri = client.metadata.get("initiate_login_uri")
    if not isinstance(uri, str) or urlsplit(uri).scheme not in ("https", "http"):
        return None
    query = {"iss": issuer}
    if (hint := _login_hint(session, frozenset(scopes))) is not None:
        query["login_hint"] = hint
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode(query)}"


def _login_hint(session: SessionRecord, scopes: frozenset[str]) -> str | None:
    if "email" in scopes and session.user_email is not None:
        return session.user_email
    return session.user_name if "profile" in scopes else None
