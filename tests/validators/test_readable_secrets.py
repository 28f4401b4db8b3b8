"""Secrets that the provider computes with: when they are sealed, and how long they are."""

import pytest
from sqlalchemy import select

from keys.master_key import MasterKeys
from keys.sealed import Sealer
from models.client import ClientRow
from provider.wiring import Services
from tests.builders import READABLE_SECRETS, make_client
from validators.client import Client
from validators.metadata_values import InvalidClientMetadata
from validators.readable_secrets import PURPOSE, ReadableSecrets

JWT = {"token_endpoint_auth_method": "client_secret_jwt"}


def sealed(services: Services, client_id: str) -> bytes | None:
    with services.database.reading() as session:
        return session.scalar(select(ClientRow.sealed_secret).where(ClientRow.client_id == client_id))


@pytest.mark.parametrize("metadata", [JWT, {"id_token_signed_response_alg": "HS512"}], ids=["jwt", "HS512"])
def test_secret_is_sealed_where_it_must_be_readable(services: Services, metadata: dict[str, str]) -> None:
    """DESIGN §6: naming it is switching it on; 64 characters are enough for HS512."""
    client, secret = make_client(services, **metadata)

    assert services.readable_secrets.of(client) == secret.encode()
    assert len(secret) == 64


def test_other_secrets_are_not_readable(services: Services) -> None:
    """A digest is enough to compare."""
    client, secret = make_client(services)

    assert sealed(services, client.client_id) is None
    assert services.readable_secrets.of(client) == b""
    assert len(secret) == 43


def test_change_of_method_makes_a_readable_secret_and_forgets_it(services: Services) -> None:
    """What is stored as a digest cannot be sealed afterwards: a new secret is told once."""
    client, secret = make_client(services)

    changed, new = services.client_directory.update(client.client_id, JWT) or (client, None)
    same = services.client_directory.update(client.client_id, {"client_name": "Photos"})
    back = services.client_directory.update(
        client.client_id, {"token_endpoint_auth_method": "client_secret_post"}
    )

    assert new not in (None, secret)
    assert services.readable_secrets.of(changed) == str(new).encode()
    assert same is not None
    assert same[1] is None
    assert back is not None
    assert back[1] is None
    assert sealed(services, client.client_id) is None


def test_rotation_and_deletion_follow(services: Services) -> None:
    """The old secret is gone from every place."""
    client, _ = make_client(services, **JWT)
    before = sealed(services, client.client_id)

    rotated = services.client_directory.rotate_secret(client.client_id)
    after = sealed(services, client.client_id)
    services.client_directory.delete(client.client_id)

    assert after not in (None, before)
    assert services.readable_secrets.open(after or b"") == rotated
    assert sealed(services, client.client_id) is None


@pytest.mark.parametrize(("alg", "length"), [("HS384", 47), ("HS512", 63)])
def test_brought_secret_is_long_enough_for_its_algorithm(services: Services, alg: str, length: int) -> None:
    """RFC 7518 §3.2; advisory 23."""
    with pytest.raises(InvalidClientMetadata, match=f"must be {length + 1} to 1024"):
        make_client(services, id_token_signed_response_alg=alg, client_secret="s" * length)

    make_client(services, id_token_signed_response_alg=alg, client_secret="s" * (length + 1))


def test_stronger_algorithm_than_the_secret_is_refused(services: Services) -> None:
    """RFC 7518 §3.2: the operator rotates the secret first."""
    client, _ = make_client(services, **JWT, client_secret="s" * 40)

    with pytest.raises(InvalidClientMetadata, match="too short"):
        services.client_directory.update(client.client_id, {"id_token_signed_response_alg": "HS512"})
    services.client_directory.rotate_secret(client.client_id)

    assert services.client_directory.update(client.client_id, {"id_token_signed_response_alg": "HS512"})


def test_secret_sealed_elsewhere_is_none() -> None:
    """A restored database with other master keys proves nobody; nothing breaks."""
    elsewhere = ReadableSecrets(Sealer(MasterKeys.generate(), PURPOSE))
    client = Client(
        client_id="a", version=1, secret_digest=None, sealed_secret=elsewhere.seal("s" * 40), metadata={}
    )

    assert elsewhere.of(client) == b"s" * 40
    assert READABLE_SECRETS.of(client) == b""
