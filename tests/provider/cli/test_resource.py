"""flask resource."""

from types import SimpleNamespace

import pytest

from provider.cli.resource import resource_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of

URI = "https://api.example.org/photos"


@pytest.fixture
def photos(command_services: SimpleNamespace) -> str:
    """The id of a client."""
    command_services.client_directory.create({"redirect_uris": ["https://client.example/cb"]}, "photo app")
    return "photo app"


def test_create_prints_the_resource(run: Run, photos: str, command_services: SimpleNamespace) -> None:
    """RFC 8707 §2: stored as given; lists say the same."""
    created = output_of(
        run(
            resource_cli,
            *("create", URI, "--scope", "photos.read photos.write", "--token-format", "opaque"),
            *("--seconds", "120", "--client", photos, "--client", photos),
        )
    )

    assert created == {
        "uri": URI,
        "scope": "photos.read photos.write",
        "token_format": "opaque",
        "token_seconds": 120,
        "client_ids": [photos],
        "server_ids": [],
        "created_at": command_services.clock(),
    }
    assert output_of(run(resource_cli, "list", "--json")) == [created]


def test_defaults(run: Run) -> None:
    """A JWT (RFC 9068) of the usual life, for any client and scope."""
    created = output_of(run(resource_cli, "create", URI))

    assert (created["token_format"], created["token_seconds"]) == ("jwt", None)
    assert (created["scope"], created["client_ids"]) == ("", [])


@pytest.mark.parametrize("uri", ["urn:example:photos", "http://localhost:5000", f"{URI}?tenant=1", "app:a"])
def test_any_absolute_uri_will_do(run: Run, uri: str) -> None:
    """RFC 8707 §2: absolute; a query is not advised, but allowed."""
    assert output_of(run(resource_cli, "create", uri))["uri"] == uri


def test_list_as_a_table(run: Run, photos: str) -> None:
    """For people."""
    assert run(resource_cli, "list").stdout == "none\n"
    run(resource_cli, "create", URI)
    run(resource_cli, "create", f"{URI}2", "--seconds", "60", "--client", photos)

    lines = run(resource_cli, "list").stdout.splitlines()

    assert lines[1].split()[:5] == [URI, "-", "jwt", "-", "any"]
    assert lines[2].split()[:6] == [f"{URI}2", "-", "jwt", "60", "photo", "app"]


def test_a_slash_at_the_end_is_another_resource(run: Run) -> None:
    """RFC 3986 §6.2.1: compared to the character; the operator is told."""
    run(resource_cli, "create", URI)

    result = run(resource_cli, "create", f"{URI}/")

    assert result.exit_code == 0
    assert result.stderr == f"Warning: {URI} is another resource; a slash at the end counts.\n"
    listed = output_of(run(resource_cli, "list", "--json"))
    assert [resource["uri"] for resource in listed] == [URI, f"{URI}/"]


def test_delete(run: Run) -> None:
    """It may be registered again."""
    run(resource_cli, "create", URI)

    assert run(resource_cli, "delete", URI).exit_code == 0
    assert output_of(run(resource_cli, "list", "--json")) == []
    assert run(resource_cli, "create", URI).exit_code == 0


@pytest.mark.parametrize(
    ("args", "names"),
    [
        pytest.param((), "Missing argument 'URI'", id="missing"),
        pytest.param(("",), "URI: must be an absolute URI", id="empty"),
        pytest.param(("photos",), "URI: must be an absolute URI", id="relative"),
        pytest.param(("/photos",), "URI: must be an absolute URI", id="path"),
        pytest.param(("https:",), "URI: must be an absolute URI", id="scheme"),
        pytest.param(("https://",), "URI: must be an absolute URI", id="no-host"),
        pytest.param((f"{URI}#f",), "URI: must be an absolute URI", id="fragment"),
        pytest.param((f"{URI}#",), "URI: must be an absolute URI", id="empty-fragment"),
        pytest.param((f"{URI} x",), "URI: must be an absolute URI", id="space"),
        pytest.param(("https://a@b.example",), "URI: must be an absolute URI", id="user"),
        pytest.param(("https://가.example",), "URI: must be an absolute URI", id="hangul"),
        pytest.param((f"https://a.example/{'a' * 2000}",), "URI: must be an absolute URI", id="long"),
        pytest.param(("http://localhost:9031",), "URI: is the issuer", id="issuer"),
        pytest.param(("https://there.example",), "URI: is registered already", id="twice"),
        pytest.param((URI, "--scope", 'a "b"'), "--scope: must be printable ASCII words", id="scope"),
        pytest.param((URI, "--token-format", "xml"), "'--token-format': 'xml' is not one of", id="format"),
        pytest.param((URI, "--seconds", "59"), "'--seconds': 59 is not in the range", id="short"),
        pytest.param((URI, "--seconds", "86401"), "'--seconds': 86401 is not in the range", id="too-long"),
        pytest.param((URI, "--seconds", "many"), "'--seconds': 'many' is not a valid integer", id="word"),
        pytest.param((URI, "--client", "nobody"), "--client: names a client that does not", id="client"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(run: Run, args: tuple[str, ...], names: str) -> None:
    """The line names the option and what is allowed."""
    run(resource_cli, "create", "https://there.example")

    assert names in refusal_of(run(resource_cli, "create", *args))

    assert len(output_of(run(resource_cli, "list", "--json"))) == 1


def test_a_deleted_client_is_no_client(run: Run, photos: str, command_services: SimpleNamespace) -> None:
    """A tombstone may not be named."""
    command_services.client_directory.delete(photos)

    assert "--client: names" in refusal_of(run(resource_cli, "create", URI, "--client", photos))


def test_delete_of_an_unknown_one_is_refused(run: Run) -> None:
    """It says how URIs are compared."""
    run(resource_cli, "create", URI)

    assert "URI: there is no such resource" in refusal_of(run(resource_cli, "delete", f"{URI}/"))
