"""Secrets of clients in documents: brought, changed, made, refused."""

from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import token_request
from tests.conftest import Clock
from tests.provider.configuration.conftest import (
    SECRET,
    Commands,
    done,
    everything,
    refusal_of,
    shop,
)


def test_a_secret_that_was_made_is_shown_once(commands: Commands, http: FlaskClient) -> None:
    """RFC 7591 §3.2.1; one that the operator brings is not repeated."""
    result = commands.apply(everything())

    assert SECRET not in result.output
    (line,) = [line for line in result.stdout.splitlines() if "client_secret" in line]
    assert line.endswith("(shown only this once)")
    answer = http.post("/introspect", auth=("api", line.split()[1]), data={"token": "x"})
    assert answer.get_json() == {"active": False}


def test_another_secret_takes_the_place_of_the_first(commands: Commands, services: Services) -> None:
    """It can be changed together with what asks more of it: HS512 needs 64 characters (RFC 7518 §3.2)."""
    commands.apply({"paper": 1, "clients": [shop()]})
    entry = shop(
        client_secret="x" * 64, id_token_signed_response_alg="HS512", grant_types=["client_credentials"]
    )
    del entry["redirect_uris"]

    result = commands.apply({"paper": 1, "clients": [entry]})

    assert done(result) == [
        "~ client shop: grant_types, id_token_signed_response_alg, redirect_uris, response_types, "
        "client_secret"
    ]
    assert "x" * 64 not in result.output
    client = services.clients.get("shop")
    assert client is not None
    assert services.readable_secrets.of(client) == b"x" * 64


def test_the_secret_of_a_document_proves_the_client(
    commands: Commands, http: FlaskClient, services: Services, clock: Clock
) -> None:
    """RFC 6749 §2.3.1, before and after a change of it."""
    machine = {"client_id": "job", "grant_types": ["client_credentials"], "client_secret": SECRET}
    commands.apply({"paper": 1, "clients": [machine]})
    client = services.clients.get("job")
    assert client is not None
    ask = {"grant_type": "client_credentials"}
    assert token_request(http, client, SECRET, **ask).status_code == 200

    result = commands.apply({"paper": 1, "clients": [machine | {"client_secret": "y" * 32}]})

    assert done(result) == ["~ client job: client_secret"]
    clock.advance(seconds=services.settings.client_cache_seconds + 1)
    assert token_request(http, client, "y" * 32, **ask).status_code == 200
    assert token_request(http, client, SECRET, **ask).status_code == 401


def test_a_secret_that_is_told_again_stays_when_more_is_asked_of_it(
    commands: Commands, services: Services
) -> None:
    """A client that comes to sign with it keeps it: what a document says is so after it was applied once."""
    entry = shop(client_secret=SECRET)
    commands.apply({"paper": 1, "clients": [entry]})
    entry["token_endpoint_auth_method"] = "client_secret_jwt"

    result = commands.apply({"paper": 1, "clients": [entry]})

    assert done(result) == ["~ client shop: paper_any_secret_method, token_endpoint_auth_method"]
    assert "client_secret:" not in result.output
    assert done(commands.apply({"paper": 1, "clients": [entry]})) == ["nothing to do"]
    client = services.clients.get("shop")
    assert client is not None
    assert services.readable_secrets.of(client) == SECRET.encode()


def test_a_secret_is_refused_for_a_client_that_comes_to_have_none(commands: Commands) -> None:
    """The first time as well as the next."""
    commands.apply({"paper": 1, "clients": [shop()]})

    refused = refusal_of(commands.apply({"paper": 1, "clients": [shop(token_endpoint_auth_method="none")]}))

    assert refused == "client shop: client_secret: is not for a client that authenticates without one"
