"""A realm of Keycloak 26: clients, client scopes and users."""

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

FILE = "keycloak.json"
FROM = ("--from", "keycloak")
OPENID = "openid profile email address phone offline_access"
OWN = "is left out: it is Keycloak's own"


def test_what_is_carried_and_what_is_not(commands: Commands) -> None:
    """Nothing is left out without a word."""
    result = commands.run(import_cli, str(EXPORTS / FILE), *FROM)

    carried = ("shop", "spa", "phone", "nightly", "orders-api", "old-desk", "signed", "tv", "hybrid")
    assert done(result) == [
        "+ scope orders",
        *(f"+ client {client_id}" for client_id in carried),
        *("+ person ada", "+ person eve", "+ person bob"),
    ]
    assert result.stderr.splitlines() == [
        "scope orders: its mapper roles is left out",
        f"client account: {OWN}",
        f"client admin-cli: {OWN}",
        f"client realm-management: {OWN}",
        "client shop: post-logout redirect URI https://shop.example/bye/* is left out: it has a wildcard",
        "client shop: the attribute access.token.lifespan is left out",
        "client spa: redirect URI https://spa.example/* is left out: it has a wildcard",
        "client spa: web origin https://cdn.spa.example is left out: no redirect URI has it",
        "client orders-api: is bearer-only: it has no grant type here, and may introspect tokens",
        "client orders-api: its secret is not in the export; a new one is made",
        "client old-desk: the password grant is left out; see --password-grant",
        "client old-desk: its authorization services are left out",
        "client old-desk: its secret must be 32 to 1024 printable ASCII characters; a new one is made",
        "client certificate-only: the attribute jwt.credential.certificate is left out",
        "client certificate-only: is left out: jwks: must hold a key, or jwks_uri be given, for "
        "private_key_jwt",
        "client hybrid: its mapper department is left out",
        "client anywhere: redirect URI * is left out: it has a wildcard",
        "client anywhere: web origin * is left out: no redirect URI has it",
        "client anywhere: is left out: redirect_uris: must name at least one URI for a client with response "
        "types",
        "client urn:wiki: is left out: its protocol is saml",
        "client retired: is left out: it is disabled",
        "person ada: the attribute department is left out",
        "person bob@example.org: is called bob here, for a name has no @",
        "person bob@example.org: the password is not carried: only Argon2id hashes are",
        "person bob@example.org: the otp is not carried",
        "person bob@example.org: is left out: another one is called bob",
        "realm shop: roles are left out",
    ]
    assert done(commands.run(import_cli, str(EXPORTS / FILE), *FROM)) == ["nothing to do"]


def test_a_client_scope_of_ones_own(commands: Commands) -> None:
    """With the claims of its mappers, and its words for the person who is asked."""
    result = commands.run(import_cli, str(EXPORTS / FILE), *FROM, "--convert")

    assert json.loads(result.stdout)["scopes"] == [
        {"name": "orders", "claims": ["customer_number"], "description": "See your orders"}
    ]
    assert commands.export()["scopes"] == []


def test_clients_and_people_go_on(commands: Commands, http: FlaskClient, services: Services) -> None:
    """With the secret, the password (Argon2id, RFC 9106) and the ``sub`` that they had."""
    commands.run(import_cli, str(EXPORTS / FILE), *FROM)
    client = services.clients.get("nightly")
    assert client is not None

    answer = token_request(http, client, "Zk3vQ8yT1nB6mR4cX9wL2pH7dF5sJ0aE", grant_type="client_credentials")
    Browser(http, "ada@example.org", PASSWORD).sign_in(http.get("/login"))

    assert (answer.status_code, answer.get_json()["scope"]) == (200, "orders")
    assert http.get("/account").status_code == 200
    ada = services.people.find("ada")
    assert ada is not None
    assert ada.id == "5e0f7c2a-0000-4000-b000-000000000001"
    assert json.loads(ada.claims) == {
        "given_name": "Ada",
        "family_name": "Kim",
        "name": "Ada Kim",
        "locale": "ko",
        "phone_number": "+82 2 1234 5678",
        "email_verified": True,
    }


@pytest.mark.parametrize(
    ("realm", "refused"),
    [
        pytest.param([], "must be the export of one realm", id="none"),
        pytest.param([{"realm": "a"}, {"realm": "b"}], "must be the export of one realm", id="two"),
        pytest.param({"clients": []}, "must be the export of one realm", id="no-name"),
        pytest.param({"realm": "a", "clients": {}}, "", id="empty-object"),
        pytest.param(
            {"realm": "a", "clients": {"a": 1}}, "clients: must be an array of objects", id="object"
        ),
        pytest.param(
            {"realm": "a", "clients": [{"clientId": "a", "redirectUris": "b"}]},
            "redirectUris: must be an array of strings",
            id="string",
        ),
    ],
)
def test_what_is_no_realm(commands: Commands, realm: Any, refused: str) -> None:
    """One line."""
    result = commands.bring(realm, *FROM)

    if refused:
        assert refusal_of(result).startswith(refused)
    else:
        assert done(result) == ["nothing to do"]


def test_several_realms_in_one_file_may_be_one(commands: Commands) -> None:
    """As ``kc.sh export --file`` may write it."""
    assert "+ client shop" in done(commands.bring([exported(FILE)], *FROM))


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param({"type": "password", "value": "plain", "temporary": True}, id="plain"),
        pytest.param({"type": "password", "credentialData": "[]", "secretData": "{}"}, id="array"),
        pytest.param({"type": "password", "credentialData": "{}", "secretData": "{"}, id="broken"),
        pytest.param(
            {
                "type": "password",
                "credentialData": '{"algorithm":"argon2","hashIterations":5,"additionalParameters":'
                '{"memory":["7168"],"type":["i"],"version":["1.3"],"parallelism":["1"]}}',
                "secretData": '{"value":"AAAA","salt":"AAAA"}',
            },
            id="argon2i",
        ),
    ],
)
def test_a_credential_that_cannot_be_carried(commands: Commands, credential: dict[str, Any]) -> None:
    """The person comes without one."""
    realm = {"realm": "a", "users": [{"id": "1", "username": "ada", "credentials": [credential]}]}

    result = commands.bring(realm, *FROM)

    assert done(result) == ["+ person ada"]
    assert noted(result.stderr, "person ada")
