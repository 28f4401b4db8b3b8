"""A client as the pages show it: its own words, in the reader's language where it has them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from provider.locales import page_language
from validators.client import Client


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a template may know of a client; every text is the client's own and not to be trusted."""

    client_id: str
    client_name: str
    client_uri: str | None
    logo_uri: str | None
    policy_uri: str | None
    tos_uri: str | None


def view_of(client: Client) -> ClientView:
    """Return ``client`` for a page in the language of this request (RFC 7591 §2.2)."""

    def word(name: str) -> str | None:
        value = client.metadata.get(f"{name}#{page_language()}") or client.metadata.get(name)
        return str(value) if value else None

    return ClientView(
        client_id=client.client_id,
        client_name=word("client_name") or client.client_id,
        client_uri=word("client_uri"),
        logo_uri=word("logo_uri"),
        policy_uri=word("policy_uri"),
        tos_uri=word("tos_uri"),
    )


def destination(redirect_uri: str) -> str:
    """Return what a person should know of where they will be sent: the host, or the app's own scheme."""
    parts = urlsplit(redirect_uri)
    if parts.hostname is None:
        return parts.scheme
    return parts.netloc.rpartition("@")[2]
