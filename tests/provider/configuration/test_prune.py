"""flask apply --prune: what is not in the document goes, and what never does."""

from provider.wiring import Services
from tests.provider.configuration.conftest import (
    CALLBACK,
    Commands,
    done,
    everything,
    refusal_of,
    shop,
)

UNTOLD = "not in the document and left alone: "


def test_nothing_is_removed_unless_asked(commands: Commands, services: Services) -> None:
    """What is not in the document is named, and stays."""
    commands.apply(everything())

    result = commands.apply({"paper": 1, "clients": [shop()], "scopes": []})

    assert done(result) == ["nothing to do"]
    assert result.stderr == f"{UNTOLD}client api, scope groups; --prune removes them\n"


def test_prune_removes_what_is_of_a_kind_that_the_document_names(
    commands: Commands, services: Services
) -> None:
    """Those that need others go before them; kinds that it does not name are not its concern."""
    commands.apply(everything())
    document = {"paper": 1, "clients": [], "resources": [], "people": []}

    result = commands.apply(document, "--prune")

    assert done(result) == [
        "- person Grace",
        "- resource https://api.example/",
        "- client shop",
        "- client api",
    ]
    assert done(commands.apply(document, "--prune")) == ["nothing to do"]
    left = commands.export("--people")
    assert (left["clients"], left["resources"], left["people"]) == ([], [], [])
    assert [len(left[kind]) for kind in ("scopes", "authorization_types", "trusted_issuers")] == [1, 1, 1]


def test_clients_that_registered_themselves_are_their_own(commands: Commands, services: Services) -> None:
    """RFC 7591 §3: neither exported nor pruned, and no document may take one over."""
    services.client_directory.create(
        {"redirect_uris": [CALLBACK]},
        "stranger",
        registered_by="dynamic",
        before=lambda _, row: setattr(row, "registration_access_token_digest", bytes(32)),
    )

    assert commands.export()["clients"] == []
    assert done(commands.apply({"paper": 1, "clients": []}, "--prune")) == ["nothing to do"]
    refused = refusal_of(commands.apply({"paper": 1, "clients": [shop(client_id="stranger")]}))
    assert refused.startswith("client stranger: client_id: is or was in use")


def test_a_pruned_client_is_gone_for_good(commands: Commands) -> None:
    """Its identifier is never used again, and a dry run knows that."""
    commands.apply({"paper": 1, "clients": [shop()]})
    commands.apply({"paper": 1, "clients": []}, "--prune")

    refused = refusal_of(commands.apply({"paper": 1, "clients": [shop()]}, "--dry-run"))

    assert refused.startswith("client shop: client_id: is or was in use")


def test_resources_name_clients_that_stay(commands: Commands) -> None:
    """One that is pruned, or was never there, cannot be named."""
    document = everything()
    commands.apply(document)
    document["clients"].pop()

    assert refusal_of(commands.apply(document, "--prune")) == (
        "resource https://api.example/: server_ids: names a client that does not exist"
    )
