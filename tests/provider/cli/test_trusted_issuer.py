"""flask trusted-issuer."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from keys.algorithms import generate_private_key
from keys.jwks import private_jwk, public_jwk
from provider.cli.trusted_issuer import trusted_issuer_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of

KEY = generate_private_key("ES256")
JWKS = json.dumps({"keys": [public_jwk(KEY, "ES256")]})
URI = "https://issuer.example/jwks"
ISSUER = "https://issuer.example"


def test_create_with_keys(run: Run, tmp_path: Path) -> None:
    """What has been stored is printed."""
    file = tmp_path / "jwks.json"
    file.write_text(JWKS)

    stored = output_of(run(trusted_issuer_cli, "create", ISSUER, "--jwks", str(file)))

    assert stored["issuer"] == ISSUER
    assert stored["jwks"] == json.loads(JWKS)
    assert (stored["subject_claim"], stored["subject"], stored["scope"]) == ("sub", "sub", None)


def test_create_with_all_options(run: Run, command_services: SimpleNamespace) -> None:
    """And list them."""
    command_services.client_directory.create({"grant_types": ["client_credentials"]}, "photos")
    options = (
        *("--jwks-uri", URI, "--audience", "api", "--subject-claim", "email", "--subject", "email"),
        *("--scope", "read write", "--client", "photos"),
    )

    stored = output_of(run(trusted_issuer_cli, "create", ISSUER, *options))

    assert output_of(run(trusted_issuer_cli, "list", "--json")) == [stored]
    assert stored == {
        "issuer": ISSUER,
        "jwks": None,
        "jwks_uri": URI,
        "audiences": ["api"],
        "subject_claim": "email",
        "subject": "email",
        "scope": "read write",
        "client_ids": ["photos"],
        "for_software": False,
        "created_at": command_services.clock(),
    }


def test_list_as_a_table(run: Run) -> None:
    """For people."""
    run(trusted_issuer_cli, "create", ISSUER, "--jwks-uri", URI)

    lines = run(trusted_issuer_cli, "list").stdout.splitlines()

    assert lines[1].split() == [ISSUER, URI, "sub", "is", "sub", "-", "any"]


def test_delete(run: Run) -> None:
    """Once."""
    run(trusted_issuer_cli, "create", ISSUER, "--jwks-uri", URI)

    assert run(trusted_issuer_cli, "delete", ISSUER).exit_code == 0
    assert refusal_of(run(trusted_issuer_cli, "delete", ISSUER)) == "Error: ISSUER: is not trusted\n"
    assert output_of(run(trusted_issuer_cli, "list", "--json")) == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param((ISSUER,), "--jwks", id="no keys"),
        pytest.param((ISSUER, "--jwks", "-", "--jwks-uri", URI), "--jwks", id="keys twice"),
        pytest.param((ISSUER, "--jwks-uri", "http://issuer.example/jwks"), "--jwks-uri", id="http"),
        pytest.param(("http://localhost:9031", "--jwks-uri", URI), "ISSUER", id="our own name"),
        pytest.param(("two words", "--jwks-uri", URI), "ISSUER", id="a name with a space"),
        pytest.param((ISSUER, "--jwks-uri", URI, "--audience", ""), "--audience", id="an empty audience"),
        pytest.param((ISSUER, "--jwks-uri", URI, "--scope", ""), "--scope", id="an empty scope"),
        pytest.param((ISSUER, "--jwks-uri", URI, "--subject", "phone"), "--subject", id="an unknown subject"),
        pytest.param((ISSUER, "--jwks-uri", URI, "--subject-claim", ""), "--subject-claim", id="no claim"),
        pytest.param((ISSUER, "--jwks-uri", URI, "--client", "nobody"), "--client", id="an unknown client"),
    ],
)
def test_bad_input_is_one_line(run: Run, arguments: tuple[str, ...], named: str) -> None:
    """It names the option; nothing is stored."""
    assert named in refusal_of(run(trusted_issuer_cli, "create", *arguments, stdin=JWKS))
    assert output_of(run(trusted_issuer_cli, "list", "--json")) == []


@pytest.mark.parametrize(
    "jwks",
    [
        pytest.param("[]", id="no object"),
        pytest.param('{"keys": []}', id="no key"),
        pytest.param(json.dumps({"keys": [private_jwk(KEY, "ES256")]}), id="a private key"),
        pytest.param('{"keys": [{"kty": "oct", "k": "AA"}]}', id="a secret"),
    ],
)
def test_bad_keys_are_one_line(run: Run, jwks: str) -> None:
    """RFC 7517 §5: public keys alone."""
    assert "--jwks" in refusal_of(run(trusted_issuer_cli, "create", ISSUER, "--jwks", "-", stdin=jwks))


def test_an_issuer_is_trusted_once(run: Run) -> None:
    """Change comes by delete and create."""
    run(trusted_issuer_cli, "create", ISSUER, "--jwks-uri", URI)

    assert "already" in refusal_of(run(trusted_issuer_cli, "create", ISSUER, "--jwks-uri", URI))
