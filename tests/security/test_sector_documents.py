"""Sectors that a client claims without being part of them (OpenID Connect Registration §5, Core §8.1)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.wiring import Services
from tests.builders import REDIRECT_URI, make_client
from tests.document_server import Answer, DocumentServer, document, status
from tests.registration import client_of, manage, register, registered
from tests.sqlite_only import database_url as database_url
from validators.client_metadata import InvalidClientMetadata
from validators.fetcher import MAX_BYTES
from validators.sector_documents import SectorDocuments

pytestmark = pytest.mark.security

ELSEWHERE = "https://elsewhere.example/callback"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def sector(tmp_path: Path) -> Iterator[DocumentServer]:
    """A sector with a document that names one redirect URI."""
    with DocumentServer(tmp_path).serving() as server:
        server.answers["/uris.json"] = document(json.dumps([REDIRECT_URI]).encode())
        yield server


@pytest.fixture
def http(services: Services, sector: DocumentServer) -> FlaskClient:
    """A provider that anybody may register at, and that may fetch from the sector."""
    services.settings = replace(
        services.settings, registration="open", outbound_allow=("localhost",), ca_bundle=sector.ca_bundle
    )
    return create_app(services=services).test_client()


def refusal(http: FlaskClient, **metadata: Any) -> str:
    """Try to register a client with pairwise subjects; return the member at fault."""
    response = register(http, **({"subject_type": "pairwise"} | metadata))
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata")
    return str(response.get_json()["error_description"]).partition(":")[0]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(document(b"[" + b'"https://a.example/",' * (MAX_BYTES // 20) + b'""]'), id="huge"),
        pytest.param(status(302, Location="/uris.json"), id="redirect"),
        pytest.param(status(404), id="missing"),
        pytest.param(document(b"<html>"), id="no JSON"),
        pytest.param(document(json.dumps({REDIRECT_URI: 1}).encode()), id="an object"),
        pytest.param(document(json.dumps([REDIRECT_URI, 1]).encode()), id="a number in it"),
        pytest.param(document(json.dumps([REDIRECT_URI + "/"]).encode()), id="nearly"),
        pytest.param(document(b"[" * 100_000), id="deep"),
        pytest.param(document(b"\x1f\x8b", Content_Encoding="gzip"), id="compressed"),
    ],
)
def test_a_document_that_proves_nothing(http: FlaskClient, sector: DocumentServer, answer: Answer) -> None:
    """Registration §5: status 200 and a small JSON array that holds every redirect URI, or nothing."""
    sector.answers["/bad.json"] = answer

    assert refusal(http, sector_identifier_uri=f"{sector.url}/bad.json") == "sector_identifier_uri"


@pytest.mark.parametrize("subject_type", ["public", "pairwise"])
def test_an_internal_address_is_out_of_reach(
    services: Services, sector: DocumentServer, subject_type: str
) -> None:
    """DESIGN §7: also for a client whose subjects are public, and with the same words as any failure."""
    services.settings = replace(services.settings, registration="open", ca_bundle=sector.ca_bundle)
    http = create_app(services=services).test_client()

    member = refusal(http, subject_type=subject_type, sector_identifier_uri=f"{sector.url}/uris.json")

    assert member == "sector_identifier_uri"
    assert sector.seen == []


@pytest.mark.parametrize(
    ("metadata", "member"),
    [
        pytest.param({"redirect_uris": [REDIRECT_URI, ELSEWHERE]}, "sector_identifier_uri", id="two hosts"),
        pytest.param(
            {"application_type": "native", "redirect_uris": ["com.example.app:/cb"]},
            "sector_identifier_uri",
            id="no host",
        ),
        pytest.param(
            {"application_type": "native", "redirect_uris": ["com.example.app://client.example/cb"]},
            "sector_identifier_uri",
            id="the host of somebody else",
        ),
        pytest.param({"grant_types": ["authorization_code", DEVICE]}, "subject_type", id="device"),
        pytest.param(
            {"grant_types": [DEVICE], "response_types": [], "redirect_uris": None},
            "subject_type",
            id="no proof",
        ),
    ],
)
def test_a_sector_that_nothing_proves(http: FlaskClient, metadata: dict[str, Any], member: str) -> None:
    """Core §8.1: the redirect URIs prove it, so tokens that need none of them are not for strangers."""
    assert refusal(http, **metadata) == member


def test_a_client_cannot_move_to_another_sector(
    services: Services, http: FlaskClient, sector: DocumentServer
) -> None:
    """Every sub would change, or be another sector's: refused, and nothing is stored."""
    information = registered(http, subject_type="pairwise")
    before = client_of(services, information).metadata
    document = {name: value for name, value in information.items() if not name.startswith("registration_")}
    changes: list[dict[str, Any]] = [
        {"redirect_uris": [ELSEWHERE]},
        {"subject_type": "public"},
        {"sector_identifier_uri": f"{sector.url}/uris.json"},
    ]

    for change in changes:
        response = manage(http, "PUT", information, json=document | change)
        assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata")

    same = manage(http, "PUT", information, json=document | {"redirect_uris": [f"{REDIRECT_URI}/2"]})
    assert same.status_code == 200
    assert before["redirect_uris"] == [REDIRECT_URI]


def test_nor_can_an_operator_move_it(services: Services) -> None:
    """The same rule for ``flask client update``: another client has to be registered."""
    public, _ = make_client(services)
    pairwise, _ = make_client(services, subject_type="pairwise")

    with pytest.raises(InvalidClientMetadata, match="subject_type"):
        services.client_directory.update(public.client_id, {"subject_type": "pairwise"})
    with pytest.raises(InvalidClientMetadata, match="sector_identifier_uri"):
        services.client_directory.update(pairwise.client_id, {"redirect_uris": [ELSEWHERE]})
    assert services.client_directory.update(pairwise.client_id, {"client_name": "New"}) is not None


def test_a_change_is_proven_again(services: Services, http: FlaskClient, sector: DocumentServer) -> None:
    """Registration §5: so must a redirect URI that is added later be; else nothing is fetched."""
    information = registered(http, subject_type="pairwise", sector_identifier_uri=f"{sector.url}/uris.json")
    directory, client_id = services.client_directory, information["client_id"]

    directory.update(client_id, {"client_name": "New"})
    fetched = len(sector.seen)
    with pytest.raises(InvalidClientMetadata, match="sector_identifier_uri"):
        directory.update(client_id, {"redirect_uris": [REDIRECT_URI, ELSEWHERE]})

    assert fetched == 1
    assert client_of(services, information).redirect_uris == (REDIRECT_URI,)


def test_what_was_changed_meanwhile_is_not_proven(services: Services) -> None:
    """What is fetched outside of a transaction counts for what is written in it, and for nothing else."""
    client, _ = make_client(services)
    directory = services.client_directory

    def fetch(_uri: str) -> list[str]:
        directory._sectors = SectorDocuments(lambda _uri: [ELSEWHERE])
        directory.update(client.client_id, {"redirect_uris": [ELSEWHERE]})
        return [REDIRECT_URI]

    directory._sectors = SectorDocuments(fetch)

    with pytest.raises(InvalidClientMetadata, match="at the same time"):
        directory.update(client.client_id, {"sector_identifier_uri": "https://sector.example/uris.json"})
