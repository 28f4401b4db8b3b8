"""An operator's whole document in the place of a client's metadata, with a secret or without."""

from typing import Any

import pytest

from models.client import ClientRow
from models.database import Database
from tests.builders import READABLE_SECRETS
from tests.conftest import Clock
from validators.client_directory import ClientDirectory
from validators.client_metadata import InvalidClientMetadata
from validators.secret_digests import CLIENT_SECRET, SecretDigests

DOCUMENT = {"client_name": "Photos", "redirect_uris": ["https://client.example/cb"]}
SECRET = "a-secret-of-the-operator-that-is-long-enough"
DIGESTS = SecretDigests(bytes(32))
SIGNING = {"token_endpoint_auth_method": "client_secret_jwt"}


@pytest.fixture
def directory(database: Database, clock: Clock) -> ClientDirectory:
    directory = ClientDirectory(database, clock, DIGESTS, lambda: ("RS256",), READABLE_SECRETS)
    directory.create(DOCUMENT | {"paper_require_pkce": True}, "photos", SECRET)
    return directory


def has_secret(database: Database, secret: str) -> bool:
    with database.reading() as session:
        row = session.get(ClientRow, "photos")
    assert row is not None
    return DIGESTS.matches(CLIENT_SECRET, secret, row.secret_digest)


def test_what_is_not_said_is_as_by_default(directory: ClientDirectory, database: Database) -> None:
    """The secret stays."""
    put = directory.put("photos", {"redirect_uris": ["https://client.example/other"]})

    assert put is not None
    assert put[1] is None
    information = directory.show("photos") or {}
    assert information["redirect_uris"] == ["https://client.example/other"]
    assert {"client_name", "paper_require_pkce"}.isdisjoint(information)
    assert has_secret(database, SECRET)


def test_a_secret_is_brought(directory: ClientDirectory, database: Database) -> None:
    """With metadata that computes with it, too: then it can be read again."""
    put = directory.put("photos", DOCUMENT | SIGNING, "x" * 40)

    assert put is not None
    assert put[1] is None
    assert has_secret(database, "x" * 40)
    assert READABLE_SECRETS.of(put[0]) == b"x" * 40


def test_a_secret_is_made_where_one_is_needed(directory: ClientDirectory, database: Database) -> None:
    """A digest cannot be computed with."""
    put = directory.put("photos", DOCUMENT | SIGNING)

    assert put is not None
    assert put[1] is not None
    assert has_secret(database, put[1])


@pytest.mark.parametrize(
    ("document", "secret", "member"),
    [
        pytest.param(DOCUMENT, "short", "client_secret", id="short"),
        pytest.param(DOCUMENT | {"token_endpoint_auth_method": "none"}, SECRET, "client_secret", id="public"),
        pytest.param(DOCUMENT | {"client_id": "other"}, None, "client_id", id="another-client"),
        pytest.param(DOCUMENT | {"client_secret": "x" * 40}, None, "client_secret", id="secret-in-passing"),
        pytest.param({}, None, "redirect_uris", id="metadata"),
    ],
)
def test_what_is_refused(
    directory: ClientDirectory, database: Database, document: dict[str, Any], secret: str | None, member: str
) -> None:
    """Nothing is stored."""
    before = directory.show("photos")

    with pytest.raises(InvalidClientMetadata) as refused:
        directory.put("photos", document, secret)

    assert refused.value.member == member
    assert directory.show("photos") == before
    assert has_secret(database, SECRET)


def test_a_client_that_is_not_there(directory: ClientDirectory) -> None:
    """There is nothing to put anything in the place of."""
    assert directory.put("nobody", DOCUMENT) is None
