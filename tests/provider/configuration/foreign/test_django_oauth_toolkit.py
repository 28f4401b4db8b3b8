"""Applications of django-oauth-toolkit 3.4: a dump that its manage.py has written."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.cli.configuration import import_cli
from provider.wiring import Services
from tests.browser import Browser, token_request
from tests.builders import PASSWORD
from tests.provider.configuration.conftest import Commands, done, refusal_of
from tests.provider.configuration.foreign.conftest import EXPORTS, exported, noted

FILE = "django-oauth-toolkit.json"
FROM = ("--from", "django-oauth-toolkit")
HASHED = "its secret is hashed and cannot be carried; a new one is made"


@pytest.fixture
def document(commands: Commands) -> dict[str, dict[str, Any]]:
    """The clients of the dump as a document has them, by ``client_id``."""
    result = commands.run(import_cli, str(EXPORTS / FILE), *FROM, "--convert", "--password-grant")
    return {client["client_id"]: client for client in json.loads(result.stdout)["clients"]}


@pytest.mark.parametrize(
    ("client_id", "expected"),
    [
        pytest.param(
            "shop",
            {
                "client_id": "shop",
                "client_name": "Web shop",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "redirect_uris": ["https://shop.example/callback", "https://shop.example/other"],
                "post_logout_redirect_uris": ["https://shop.example/bye"],
                "application_type": "web",
            },
            id="authorization-code",
        ),
        pytest.param(
            "plain",
            {
                "client_id": "plain",
                "client_name": "Hybrid",
                "grant_types": ["authorization_code", "implicit", "refresh_token"],
                "response_types": ["code", "code id_token", "code token", "code id_token token"],
                "redirect_uris": ["https://plain.example/cb"],
                "application_type": "web",
                "paper_skip_consent": True,
                "client_secret": "plain-secret-of-forty-characters-or-more-012",
                "id_token_signed_response_alg": "HS256",
            },
            id="openid-hybrid",
        ),
        pytest.param(
            "phone",
            {
                "client_id": "phone",
                "client_name": "Phone",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "redirect_uris": ["com.example.app:/callback", "http://127.0.0.1/cb"],
                "application_type": "native",
                "token_endpoint_auth_method": "none",
            },
            id="native",
        ),
        pytest.param(
            "old-page",
            {
                "client_id": "old-page",
                "client_name": "Old page",
                "grant_types": ["implicit"],
                "response_types": ["token", "id_token", "id_token token"],
                "redirect_uris": ["https://page.example/"],
                "application_type": "web",
                "token_endpoint_auth_method": "none",
            },
            id="implicit",
        ),
        pytest.param(
            "old-app",
            {
                "client_id": "old-app",
                "client_name": "Old app",
                "grant_types": ["password", "refresh_token"],
                "response_types": [],
                "application_type": "web",
            },
            id="password",
        ),
        pytest.param(
            "tv",
            {
                "client_id": "tv",
                "client_name": "TV",
                "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
                "response_types": [],
                "application_type": "web",
                "token_endpoint_auth_method": "none",
            },
            id="device",
        ),
    ],
)
def test_an_application_as_a_client(
    document: dict[str, dict[str, Any]], client_id: str, expected: dict[str, Any]
) -> None:
    """Each grant type of django-oauth-toolkit, in the words of RFC 7591."""
    assert document[client_id] == expected


def test_what_is_carried_and_what_is_not(commands: Commands) -> None:
    """Nothing is left out without a word."""
    result = commands.run(import_cli, str(EXPORTS / FILE), *FROM)

    clients = ("shop", "plain", "phone", "old-page", "job", "tv", "wild", "seen", "short")
    assert done(result) == [
        *(f"+ client {client_id}" for client_id in clients),
        *("+ person kim", "+ person ada", "+ person eve", "+ person bob"),
    ]
    for client_id in ("shop", "job", "wild"):
        assert HASHED in noted(result.stderr, f"client {client_id}")
    assert noted(result.stderr, "client old-app") == [
        "is left out: it has the password grant; see --password-grant"
    ]
    assert noted(result.stderr, "client wild")[0] == (
        "redirect URI https://*.preview.example/callback is left out: it has a wildcard"
    )
    assert noted(result.stderr, "client seen") == [
        "redirect URI http://seen.example/plain is left out: http is allowed only for 127.0.0.1, [::1] and "
        "localhost; use https",
        "web origin https://other.example is left out: no redirect URI has it",
    ]
    assert noted(result.stderr, "client short") == [
        "its secret must be 32 to 1024 printable ASCII characters; a new one is made"
    ]
    assert noted(result.stderr, "person bob@example.org") == [
        "is called bob here, for a name has no @",
        "the password is not carried: only Argon2id hashes are",
    ]
    assert noted(result.stderr, "person eve") == [
        "the password is not carried: only Argon2id hashes are",
        "the e-mail address ada@example.org is left out: another one has it",
    ]
    assert done(commands.run(import_cli, str(EXPORTS / FILE), *FROM)) == ["nothing to do"]


def test_a_client_goes_on_with_its_secret(commands: Commands, http: FlaskClient, services: Services) -> None:
    """One that was stored as it is, or the new one that is shown; its scope is what the operator says."""
    result = commands.run(import_cli, str(EXPORTS / FILE), *FROM, "--scope", "read write")
    lines = result.stdout.splitlines()
    secret = lines[lines.index("+ client job") + 1].split()[1]

    client = services.clients.get("job")

    assert client is not None
    answer = token_request(http, client, secret, grant_type="client_credentials")
    assert (answer.status_code, answer.get_json()["scope"]) == (200, "read write")


def test_a_person_goes_on_with_password_and_sub(
    commands: Commands, http: FlaskClient, services: Services
) -> None:
    """Clients know a person of django-oauth-toolkit by the primary key."""
    commands.run(import_cli, str(EXPORTS / FILE), *FROM)

    browser = Browser(http, "ada", PASSWORD)
    browser.sign_in(http.get("/login"))

    assert http.get("/account").status_code == 200
    found = {user.name: user for user in services.people.list()}
    assert found["ada"].id == "2"
    assert json.loads(found["ada"].claims) == {"given_name": "Ada", "family_name": "Kim", "name": "Ada Kim"}
    assert found["bob"].email == "bob@example.org"
    assert {name for name, user in found.items() if user.disabled_at is not None} == {"bob", "eve"}


@pytest.mark.parametrize(
    ("dump", "refused"),
    [
        pytest.param(
            {}, "must be what manage.py dumpdata writes: an array of objects with a model", id="object"
        ),
        pytest.param([{"fields": {}}], "must be what manage.py dumpdata writes", id="no-model"),
        pytest.param(
            [{"model": "a", "fields": {"authorization_grant_type": "password", "client_id": 1}}],
            "client_id: must be a string",
            id="type",
        ),
        pytest.param(
            [{"model": "a", "fields": []}, {"model": "a", "fields": [1]}], "fields: must be", id="fields"
        ),
    ],
)
def test_what_is_no_dump(commands: Commands, dump: Any, refused: str) -> None:
    """One line."""
    assert refusal_of(commands.bring(dump, *FROM)).startswith(refused)


def test_what_is_not_known_is_told(commands: Commands) -> None:
    """A grant type of another version, a client metadata document, another model."""
    dump = [
        {"model": "auth.group", "pk": 1, "fields": {"name": "staff"}},
        application("new", authorization_grant_type="token-exchange"),
        application("https://client.example/metadata", registration_source="cimd"),
        application("odd\u00e9"),
    ]

    result = commands.bring(dump, *FROM)

    assert done(result) == ["nothing to do"]
    assert result.stderr.splitlines()[:3] == [
        "auth.group 1: is left out: it is no application or user",
        "client new: is left out: its grant type token-exchange is not known",
        "client https://client.example/metadata: is left out: it comes from a client id metadata document",
    ]
    assert "client odd\u00e9: is left out: client_id" in result.stderr


def application(client_id: str, **fields: Any) -> dict[str, Any]:
    """Return an application like the first of the dump."""
    first: dict[str, Any] = exported(FILE)[0]
    return first | {"fields": first["fields"] | {"client_id": client_id} | fields}
