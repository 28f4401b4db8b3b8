"""Client registrations as an operator makes, changes and ends them (RFC 7591 §3, RFC 7592 §2)."""

from typing import Any

import pytest

from models.client import ClientRow
from models.consent import Consent
from models.database import Database
from models.grant import Grant
from models.user import User
from tests.builders import READABLE_SECRETS
from tests.conftest import Clock
from validators.client_directory import ClientDirectory
from validators.client_metadata import InvalidClientMetadata
from validators.clients import ClientRegistry
from validators.secret_digests import CLIENT_SECRET, SecretDigests

DOCUMENT = {"client_name": "Photos", "redirect_uris": ["https://client.example/cb"]}
PUBLIC = DOCUMENT | {"token_endpoint_auth_method": "none"}


@pytest.fixture
def digests() -> SecretDigests:
    return SecretDigests(bytes(32))


@pytest.fixture
def directory(database: Database, clock: Clock, digests: SecretDigests) -> ClientDirectory:
    return ClientDirectory(database, clock, digests, lambda: ("RS256", "ES256"), READABLE_SECRETS)


@pytest.fixture
def registry(database: Database, clock: Clock) -> ClientRegistry:
    return ClientRegistry(database, clock, 10)


def grant_of(client_id: str, **columns: Any) -> Grant:
    required = {"id": bytes(16), "scope": "openid", "resource": "", "salt": bytes(16), "key_version": 1}
    times = {"generation": 0, "created_at": 1, "expires_at": 2}
    return Grant(client_id=client_id, **required | times | columns)


def test_secret_is_told_once_and_stored_as_a_digest(
    directory: ClientDirectory, database: Database, digests: SecretDigests
) -> None:
    """RFC 7591 §3.2.1: client_secret, and client_secret_expires_at beside it; 0 means never."""
    client, secret = directory.create(DOCUMENT)

    assert secret is not None
    assert digests.matches(CLIENT_SECRET, secret, client.secret_digest)
    with database.reading() as session:
        row = session.get_one(ClientRow, client.client_id)
        assert secret not in row.client_metadata
    shown = directory.show(client.client_id)
    assert shown is not None
    assert "client_secret" not in shown
    assert shown["client_secret_expires_at"] == 0


def test_information_holds_identifier_time_and_all_metadata(directory: ClientDirectory, clock: Clock) -> None:
    """RFC 7591 §3.2.1: everything registered, defaults too."""
    client, secret = directory.create(DOCUMENT)

    assert directory.show(client.client_id, secret) == {
        "client_id": client.client_id,
        "client_id_issued_at": clock(),
        "client_secret": secret,
        "client_secret_expires_at": 0,
        **client.metadata,
    }
    assert len(client.client_id) >= 22


def test_public_client_has_no_secret(directory: ClientDirectory) -> None:
    """RFC 6749 §2.1."""
    client, secret = directory.create(PUBLIC)

    assert secret is None
    assert client.secret_digest is None
    assert "client_secret_expires_at" not in (directory.show(client.client_id) or {})


def test_operator_may_bring_identifier_and_secret(directory: ClientDirectory, digests: SecretDigests) -> None:
    """RFC 6749 §A.1, §A.2: any VSCHAR; for clients moved from elsewhere."""
    brought = {"client_id": "photos app/1", "client_secret": "~!@#$%^&*() " * 3}

    client, secret = directory.create(DOCUMENT | brought)

    assert client.client_id == brought["client_id"]
    assert secret == brought["client_secret"]
    assert digests.matches(CLIENT_SECRET, secret, client.secret_digest)


def test_strangers_choose_neither(directory: ClientDirectory) -> None:
    """RFC 7591 §3.1: the server assigns them."""
    brought = {"client_id": "photos", "client_secret": "x" * 32}

    client, secret = directory.create(DOCUMENT | brought, registered_by="dynamic")

    assert client.client_id != "photos"
    assert secret != "x" * 32


@pytest.mark.parametrize(
    "brought",
    [pytest.param({"client_id": ""}, id="identifier"), pytest.param({"client_secret": "short"}, id="secret")],
)
def test_unusable_identifier_or_secret_stores_nothing(
    directory: ClientDirectory, brought: dict[str, Any]
) -> None:
    """RFC 6749 §A.1, §A.2."""
    with pytest.raises(InvalidClientMetadata) as caught:
        directory.create(DOCUMENT | brought)

    assert caught.value.member in brought
    assert directory.list() == []


def test_identifier_is_never_used_again(directory: ClientDirectory) -> None:
    """RFC 9700 §4.15: what names one client must not come to name another."""
    directory.create(DOCUMENT, "photos")
    with pytest.raises(InvalidClientMetadata):
        directory.create(DOCUMENT, "photos")
    directory.delete("photos")

    with pytest.raises(InvalidClientMetadata):
        directory.create(DOCUMENT, "photos")


def test_update_merges_and_null_removes(directory: ClientDirectory) -> None:
    """Members that are not named stay as they are; the version counts."""
    directory.create(DOCUMENT | {"contacts": ["a@client.example"], "x_kept": 1}, "photos")

    updated = directory.update("photos", {"client_name": "Pictures", "contacts": None})

    assert updated is not None
    client, secret = updated
    assert client.version == 2
    assert client.client_name == "Pictures"
    assert client.metadata["x_kept"] == 1
    assert "contacts" not in client.metadata
    assert secret is None


def test_whole_information_can_be_sent_back(directory: ClientDirectory) -> None:
    """RFC 7592 §2.2: with client_id and the current client_secret."""
    client, secret = directory.create(DOCUMENT)
    information = directory.show(client.client_id, secret)
    assert information is not None

    updated = directory.update(client.client_id, information)

    assert updated is not None
    assert updated[0].metadata == client.metadata
    assert updated[0].secret_digest == client.secret_digest


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": "other"}, id="identifier"),
        pytest.param({"client_secret": "x" * 32}, id="secret"),
        pytest.param({"client_secret": "\ud800"}, id="secret-not-ascii"),
        pytest.param({"client_secret": 7}, id="secret-number"),
        pytest.param({"redirect_uris": None}, id="whole-is-invalid"),
        pytest.param({"grant_types": ["client_credentials"]}, id="whole-is-inconsistent"),
    ],
)
def test_refused_update_changes_nothing(directory: ClientDirectory, changes: dict[str, Any]) -> None:
    """RFC 7592 §2.2: the whole is validated again."""
    directory.create(DOCUMENT, "photos")
    before = directory.show("photos")

    with pytest.raises(InvalidClientMetadata):
        directory.update("photos", changes)

    assert directory.show("photos") == before


def test_secret_comes_and_goes_with_the_method(directory: ClientDirectory) -> None:
    """RFC 7591 §2: token_endpoint_auth_method decides whether there is one."""
    directory.create(PUBLIC, "photos")

    confidential = directory.update("photos", {"token_endpoint_auth_method": "client_secret_post"})
    public = directory.update("photos", {"token_endpoint_auth_method": "none"})

    assert confidential is not None
    assert confidential[1] is not None
    assert public is not None
    assert public[1] is None
    assert public[0].secret_digest is None


def test_rotated_secret_replaces_the_old_one(
    directory: ClientDirectory, registry: ClientRegistry, digests: SecretDigests
) -> None:
    """At once; there is one secret."""
    _, old = directory.create(DOCUMENT, "photos")

    new = directory.rotate_secret("photos")

    client = registry.get("photos")
    assert client is not None
    assert old is not None
    assert new is not None
    assert not digests.matches(CLIENT_SECRET, old, client.secret_digest)
    assert digests.matches(CLIENT_SECRET, new, client.secret_digest)
    assert client.version == 2


def test_client_without_a_secret_rotates_none(directory: ClientDirectory) -> None:
    """RFC 6749 §2.1."""
    directory.create(PUBLIC, "photos")

    with pytest.raises(InvalidClientMetadata):
        directory.rotate_secret("photos")


def test_deletion_leaves_a_tombstone(directory: ClientDirectory, database: Database, clock: Clock) -> None:
    """RFC 7592 §2.3: grants and consents end with the client; the row keeps nothing but the identifier."""
    directory.create(DOCUMENT, "photos")
    directory.create(DOCUMENT, "other")
    with database.session() as session:
        session.add(User(id="u", name="ada", claims="{}", created_at=1, updated_at=1))
        session.flush()
        session.add(Consent(user_id="u", client_id="photos", resource="", scope="openid", granted_at=1))
        session.add(grant_of("photos", id=b"1" * 16))
        session.add(grant_of("other", id=b"2" * 16))

    assert directory.delete("photos")

    with database.reading() as session:
        row = session.get_one(ClientRow, "photos")
        assert (row.client_metadata, row.secret_digest, row.deleted_at) == ("{}", None, clock())
        assert session.get_one(Grant, b"1" * 16).revoked_at == clock()
        assert session.get_one(Grant, b"2" * 16).revoked_at is None
        assert session.query(Consent).count() == 0
    assert [client["client_id"] for client in directory.list()] == ["other"]


def test_unknown_and_deleted_clients_have_nothing_to_change(directory: ClientDirectory) -> None:
    """An ordinary answer, no error."""
    directory.create(DOCUMENT, "photos")
    directory.delete("photos")

    for client_id in ("photos", "nobody", "nul\u0000"):
        assert directory.show(client_id) is None
        assert directory.update(client_id, {}) is None
        assert directory.rotate_secret(client_id) is None
        assert not directory.delete(client_id)
