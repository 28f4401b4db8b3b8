"""The document: what it may say, and how it is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from provider.cli.configuration import apply_cli
from provider.wiring import Services
from tests.provider.configuration.conftest import SECRET, Commands, done, refusal_of, shop
from validators.client_secrets import MAX_SECRET

KNOWN = "scopes, authorization_types, clients, resources, trusted_issuers, people"
TEXT = "must be a string, and not an empty one"
STRING_OR_REFERENCE = 'must be a string, {"env": "NAME"} or {"file": "PATH"}'


def document(**kinds: Any) -> dict[str, Any]:
    return {"paper": 1, **kinds}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        pytest.param([], "must be a JSON object", id="array"),
        pytest.param({}, "paper: must be 1, the version of the format", id="no-version"),
        pytest.param({"paper": 2}, "paper: must be 1, the version of the format", id="newer"),
        pytest.param({"paper": True}, "paper: must be 1, the version of the format", id="true"),
        pytest.param(document(client=[]), f"client: is not known; known are {KNOWN}", id="unknown"),
        pytest.param(document(clients={}), "clients: must be an array of objects", id="object"),
        pytest.param(document(clients=["a"]), "clients: must be an array of objects", id="strings"),
        pytest.param(document(clients=[{}]), f"clients[0]: client_id: {TEXT}", id="no-id"),
        pytest.param(document(clients=[{"client_id": ""}]), f"clients[0]: client_id: {TEXT}", id="empty-id"),
        pytest.param(document(scopes=[{"name": ""}]), f"scopes[0]: name: {TEXT}", id="empty-scope"),
        pytest.param(document(resources=[{"uri": ""}]), f"resources[0]: uri: {TEXT}", id="empty-uri"),
        pytest.param(
            document(trusted_issuers=[{"issuer": ""}]),
            f"trusted_issuers[0]: issuer: {TEXT}",
            id="empty-issuer",
        ),
        pytest.param(
            document(authorization_types=[{"name": "", "schema": {}}]),
            f"authorization_types[0]: name: {TEXT}",
            id="empty-type",
        ),
        pytest.param(
            document(resources=[{"uri": "https://a.example", "client_ids": ["\ud800"]}]),
            "resource https://a.example: client_ids: names a client that does not exist",
            id="half-a-character",
        ),
        pytest.param(
            document(resources=[{"uri": "https://a.example", "server_ids": ["\x00"]}]),
            "resource https://a.example: server_ids: names a client that does not exist",
            id="control-character",
        ),
        pytest.param(
            document(clients=[shop(), shop()]), "client shop: client_id: is there twice", id="twice"
        ),
        pytest.param(
            document(clients=[shop(redirect_uris=["http://a.example/"])]),
            "client shop: redirect_uris: http is allowed only for 127.0.0.1, [::1] and localhost; use https",
            id="metadata",
        ),
        pytest.param(
            document(clients=[shop(client_secret="short")]),
            f"client shop: client_secret: must be 32 to {MAX_SECRET} printable ASCII characters",
            id="short-secret",
        ),
        pytest.param(
            document(clients=[shop(client_secret={"env": "A", "file": "b"})]),
            f"client shop: client_secret: {STRING_OR_REFERENCE}",
            id="two-references",
        ),
        pytest.param(
            document(clients=[shop(client_secret={"env": 1})]),
            f"client shop: client_secret: {STRING_OR_REFERENCE}",
            id="reference-to-a-number",
        ),
        pytest.param(
            document(clients=[shop(client_secret={"env": "PAPER_TEST_NOT_SET"})]),
            "client shop: client_secret: the environment variable PAPER_TEST_NOT_SET is not set",
            id="unset",
        ),
        pytest.param(
            document(clients=[shop(client_secret=SECRET, token_endpoint_auth_method="none")]),
            "client shop: client_secret: is not for a client that authenticates without one",
            id="secret-of-a-public-client",
        ),
        pytest.param(
            document(scopes=[{"name": "groups", "claim": ["groups"]}]),
            "scope groups: claim: is not known; known are name, claims, description",
            id="unknown-member",
        ),
        pytest.param(
            document(scopes=[{"name": "groups", "claims": "groups"}]),
            "scope groups: claims: must be an array of strings",
            id="claims-in-a-string",
        ),
        pytest.param(
            document(scopes=[{"name": "openid"}]),
            "scope openid: name: is a scope of OpenID Connect's own",
            id="scope",
        ),
        pytest.param(
            document(resources=[{"uri": "https://a.example", "token_seconds": 5}]),
            "resource https://a.example: token_seconds: must be a whole number from 60 to 86400",
            id="seconds",
        ),
        pytest.param(
            document(resources=[{"uri": "https://a.example", "token_format": "saml"}]),
            "resource https://a.example: token_format: must be one of jwt, opaque",
            id="token-format",
        ),
        pytest.param(
            document(resources=[{"uri": "https://a.example", "client_ids": ["nobody"]}]),
            "resource https://a.example: client_ids: names a client that does not exist",
            id="unknown-client",
        ),
        pytest.param(
            document(authorization_types=[{"name": "payment"}]),
            "authorization-type payment: schema: must be an object",
            id="no-schema",
        ),
        pytest.param(
            document(trusted_issuers=[{"issuer": "https://i.example"}]),
            "trusted-issuer https://i.example: jwks: give either a JWK set or the address of one",
            id="no-keys",
        ),
        pytest.param(
            document(trusted_issuers=[{"issuer": "https://i.example", "for_software": "yes"}]),
            "trusted-issuer https://i.example: for_software: must be true or false",
            id="flag",
        ),
        pytest.param(
            document(trusted_issuers=[{"issuer": "https://i.example", "subject": "phone"}]),
            "trusted-issuer https://i.example: subject: must be one of sub, username, email",
            id="subject",
        ),
        pytest.param(
            document(people=[{"name": "a@b"}]),
            "person a@b: name: must be 1 to 64 visible characters without @ or control characters",
            id="name",
        ),
        pytest.param(
            document(people=[{"name": "ada"}, {"name": "ＡDA"}]),
            "person ＡDA: name: is there twice",
            id="folded",
        ),
        pytest.param(
            document(people=[{"name": "ada", "claims": ["a"]}]),
            "person ada: claims: must be an object",
            id="claims",
        ),
        pytest.param(
            document(people=[{"name": "ada", "password": "secret"}]),
            "person ada: password: is not known; known are name, sub, email, claims, disabled, password_hash",
            id="password",
        ),
        pytest.param(
            document(people=[{"name": "ada", "sub": "a b"}]),
            "person ada: sub: must be 1 to 255 printable ASCII characters without spaces",
            id="sub",
        ),
        pytest.param(
            document(people=[{"name": "a\u001b[2Jb"}]),
            "person a?[2Jb: name: must be 1 to 64 visible characters without @ or control characters",
            id="terminal",
        ),
    ],
)
def test_what_is_refused(commands: Commands, services: Services, given: Any, refused: str) -> None:
    """One line that names the entry, the member and what is allowed; nothing is stored."""
    assert refusal_of(commands.apply(given)) == refused
    assert refusal_of(commands.bring(given)) == refused
    assert not any(entries for kind, entries in commands.export("--people").items() if kind != "paper")


@pytest.mark.parametrize("text", ['{"paper": 1, "paper": 1}', "{", "\xff", "[" * 100_000])
def test_what_is_no_json(commands: Commands, text: str) -> None:
    """RFC 8259; a member twice would mean one of two things."""
    refused = refusal_of(commands.run(apply_cli, "-", stdin=text))

    assert refused.startswith("must be ")


def test_a_file_that_is_not_there(commands: Commands) -> None:
    """One line, as for every option."""
    result = commands.run(apply_cli, "/nowhere/paper.json")

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_a_document_names_its_secrets(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, services: Services
) -> None:
    """So that it can be kept where others read it; a path begins at the document."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "api").write_text("f" * 40 + "\n")
    monkeypatch.setenv("SHOP_SECRET", "e" * 40)
    clients = [
        shop(client_secret={"env": "SHOP_SECRET"}),
        {"client_id": "api", "grant_types": [], "client_secret": {"file": "secrets/api"}},
    ]
    file = tmp_path / "paper.json"
    file.write_text(json.dumps(document(clients=clients)))

    assert done(commands.run(apply_cli, str(file))) == ["+ client shop", "+ client api"]
    assert done(commands.run(apply_cli, str(file))) == ["nothing to do"]
    (tmp_path / "secrets" / "api").write_text("g" * 40)
    assert done(commands.run(apply_cli, str(file))) == ["~ client api: client_secret"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param(b"\n", "is empty", id="empty"),
        pytest.param(b"\xff" * 40, "cannot be read", id="not-text"),
        pytest.param(b"x" * 5000, "has more than 4096 bytes", id="large"),
    ],
)
def test_a_secret_file_that_cannot_be_used(
    commands: Commands, tmp_path: Path, content: bytes | None, problem: str
) -> None:
    """The file is named, its content is not."""
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    file = tmp_path / "paper.json"
    file.write_text(json.dumps(document(clients=[shop(client_secret={"file": "secret"})])))

    refused = refusal_of(commands.run(apply_cli, str(file)))

    assert refused.startswith("client shop: client_secret: the file secret ")
    assert problem in refused
