"""GET /openapi.json: OpenAPI 3.1 of exactly what is switched on."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from provider.factory import create_app
from provider.operations import OPERATIONS
from provider.wiring import Services
from tests.sqlite_only import database_url as database_url


def document_of(http: FlaskClient, path: str = "") -> dict[str, Any]:
    response = http.get(f"{path}/openapi.json")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    document: dict[str, Any] = response.get_json()
    return document


@pytest.mark.parametrize("issuer", ["http://localhost:9031", "https://id.example/tenant"])
def test_the_document_is_openapi(services: Services, issuer: str) -> None:
    """OpenAPI 3.1.0 §4.8: valid with and without registration, and for an issuer with a path."""
    services.settings = replace(services.settings, issuer=issuer, registration="open")
    document = document_of(create_app(services=services).test_client(), services.settings.path)

    OpenAPIV31SpecValidator(document).validate()

    assert document["servers"] == [{"url": issuer}]
    assert "/token" in document["paths"]
    assert "/register/{client_id}" in document["paths"]


def test_every_route_is_there_and_nothing_else(app: Flask, http: FlaskClient) -> None:
    """What is switched off is not shown: registration here."""
    paths = document_of(http)["paths"]
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    shown = {(path, method.upper()) for path, item in paths.items() for method in item}

    assert shown == {(rule.rule, method) for rule in rules for method in rule.methods or ()} - {
        (rule.rule, "HEAD") for rule in rules
    }
    assert not any(path.startswith("/register") for path in paths)


def test_every_operation_is_of_a_view(services: Services) -> None:
    """A view that is renamed or gone leaves nothing behind."""
    services.settings = replace(services.settings, registration="open")
    views = create_app(services=services).view_functions

    assert {name.partition(" ")[0] for name in OPERATIONS} <= views.keys()


def test_the_token_endpoint_says_what_it_takes(http: FlaskClient) -> None:
    """RFC 6749 §3.2, §5.2: grant types that are switched on, and the error codes."""
    token = document_of(http)["paths"]["/token"]["post"]
    form = token["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    error = token["responses"]["400"]["content"]["application/json"]["schema"]["properties"]["error"]

    assert {"authorization_code", "refresh_token"} <= set(form["properties"]["grant_type"]["enum"])
    assert form["required"] == ["grant_type"]
    assert {"invalid_grant", "invalid_client", "authorization_pending"} <= set(error["enum"])
    assert token["security"] == [{"client_secret_basic": []}, {}]
