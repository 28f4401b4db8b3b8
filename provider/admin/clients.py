"""GET /admin/clients: the clients there are."""

from flask import Blueprint

from provider.admin.listing import ROWS, asked, pages
from provider.admin.operator import page
from provider.moments import moment
from provider.wiring import services
from validators.client_search import ClientSearch, FoundClient

blueprint = Blueprint("clients", __name__)


@blueprint.get("/admin/clients")
def clients() -> str:
    """List the clients, the newest first; all, or those in which a word is found."""
    word = asked("q")
    found = ClientSearch(services().database).list(word, after=asked("after"), limit=ROWS + 1)
    shown, more = pages(found, ".clients", lambda client: client.client_id, q=word)
    return page("clients", "clients", word=word, clients=[_shown(client) for client in shown], more=more)


def _shown(client: FoundClient) -> dict[str, object]:
    now = services().clock()
    return {
        "client_id": client.client_id,
        "client_name": client.metadata.get("client_name"),
        "method": client.metadata["token_endpoint_auth_method"],
        "grant_types": client.metadata["grant_types"],
        "registered": moment(client.created_at, now),
        "first_used": None if client.used_at is None else moment(client.used_at, now),
        "is_dynamic": client.is_dynamic,
    }
