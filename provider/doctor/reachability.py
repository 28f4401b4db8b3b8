"""The way in, as a person's browser goes it; and the way out, to the documents that clients publish."""

import json
from collections.abc import Iterator
from typing import Any

import requests
from sqlalchemy import select

from models.client import ClientRow
from models.database import Database
from provider.doctor.findings import Finding, error, fine, warning
from provider.settings import Settings
from validators.errors import FetchError
from validators.fetcher import Fetcher

ISSUER, OUTBOUND = "issuer", "outbound"
SECONDS = 5
MOST_DOCUMENTS = 10
DISCOVERY = "/.well-known/openid-configuration"


def examine_issuer(settings: Settings) -> Iterator[Finding]:
    """Call the provider at its public address, through whatever stands before it."""
    verify = str(settings.ca_bundle) if settings.ca_bundle else True
    with requests.Session() as browser:
        try:
            document = _get(browser, settings.issuer + DISCOVERY, verify=verify)
            login = _get(browser, f"{settings.issuer}/login", verify=verify)
        except requests.RequestException as problem:
            advice = "start the server; look at name, port, proxy and certificate of PAPER_ISSUER"
            yield warning(ISSUER, f"{settings.issuer} cannot be reached ({type(problem).__name__})", advice)
            return
    named = _member(document, "issuer")
    if named != settings.issuer:
        told = f"status {document.status_code}, issuer {named!r}"
        advice = "let PAPER_ISSUER and the proxy agree on scheme, host and path"
        yield error(ISSUER, f"another answers at {settings.issuer}: {told}", advice)
        return
    yield fine(ISSUER, f"{settings.issuer} answers")
    if settings.is_https and "Strict-Transport-Security" not in document.headers:
        yield warning(
            ISSUER, "the proxy drops Strict-Transport-Security", "let it pass the provider's headers"
        )
    if login.ok and not any(
        name.startswith(settings.cookie_prefix + "paper_") for name in login.cookies.get_dict()
    ):
        yield error(ISSUER, "the page cookie does not arrive", "let the proxy pass Set-Cookie as it is")


def examine_outbound(settings: Settings, database: Database, fetcher: Fetcher) -> Iterator[Finding]:
    """Fetch some of the key sets that clients have named.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    if settings.ca_bundle is not None:
        yield fine(OUTBOUND, f"documents are fetched from hosts that {settings.ca_bundle} vouches for")
    fetched = 0
    for client_id, uri in _key_sets(database):
        try:
            fetcher.json(uri)
            fetched += 1
        except FetchError as problem:
            advice = "look at PAPER_OUTBOUND_ALLOW and PAPER_CA_BUNDLE, or tell the client's owner"
            yield warning(
                OUTBOUND, f"the keys of {client_id} cannot be fetched from {uri}: {problem}", advice
            )
    yield fine(OUTBOUND, f"{fetched} key sets of clients fetched")


def _key_sets(database: Database) -> list[tuple[str, str]]:
    query = (
        select(ClientRow.client_id, ClientRow.client_metadata)
        .where(ClientRow.deleted_at.is_(None), ClientRow.client_metadata.contains('"jwks_uri"'))
        .order_by(ClientRow.created_at.desc())
        .limit(MOST_DOCUMENTS)
    )
    with database.reading() as session:
        rows = session.execute(query).all()
    found = [(client_id, json.loads(text).get("jwks_uri")) for client_id, text in rows]
    return [(client_id, uri) for client_id, uri in found if uri]


def _get(browser: requests.Session, address: str, *, verify: bool | str) -> requests.Response:
    return browser.get(address, timeout=SECONDS, allow_redirects=False, verify=verify)


def _member(response: requests.Response, name: str) -> Any:
    try:
        document = response.json()
    except requests.JSONDecodeError:
        return None
    return document.get(name) if isinstance(document, dict) else None
