"""The OpenAPI 3.1 document: every route that is switched on, what it takes and what it answers."""

import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import current_app
from werkzeug.routing import Rule

from provider.bridge import FORM, REPEATABLE
from provider.client_wiring import auth_methods
from provider.operations import JSON, OPERATIONS, PAGE, PAGE_FORM, Operation
from provider.protected_resource import WELL_KNOWN
from provider.wiring import Services
from validators.profiles import PROFILES, offered_methods

VERSION = "3.1.0"
BASIC = "client_secret_basic"
METHODS = ("GET", "POST", "PUT", "DELETE")
DESCRIPTION = "^[ !#-\\[\\]-~]*$"  # the characters of RFC 6749 §5.2
ORIGIN = re.compile(r"^[^:]+://[^/]+")


def openapi_document(services: Services) -> dict[str, Any]:
    """Return the document of the current app."""
    settings = services.settings
    methods = offered_methods(PROFILES[settings.profile], auth_methods(settings))
    schemes = security_schemes(settings.issuer, has_basic=BASIC in methods)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method in _routes():
        path = rule.rule.removeprefix(settings.path) if settings.path else rule.rule
        item = paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), {})
        if not rule.rule.startswith(settings.path):
            item["servers"] = [{"url": ORIGIN.findall(settings.issuer)[0]}]
        item[method.lower()] = _described(rule, method, services, schemes)
    return {
        "openapi": VERSION,
        "info": {"title": "Paper", "version": "1"},
        "servers": [{"url": settings.issuer}],
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": schemes},
    }


def security_schemes(issuer: str, *, has_basic: bool) -> dict[str, Any]:
    """Return the ways to authenticate by a header; the others are parameters of forms."""
    return {
        **({BASIC: {"type": "http", "scheme": "basic"}} if has_basic else {}),
        "bearer": {"type": "http", "scheme": "bearer"},
        "dpop": {"type": "http", "scheme": "dpop"},
        "openid": {"type": "openIdConnect", "openIdConnectUrl": f"{issuer}/.well-known/openid-configuration"},
    }


def _routes() -> Iterator[tuple[Rule, str]]:
    for rule in current_app.url_map.iter_rules():
        for method in METHODS:
            if rule.endpoint != "static" and method in (rule.methods or ()):
                yield rule, method


def operation_of(endpoint: str, method: str) -> Operation:
    """Return what the view of a route takes and answers."""
    if endpoint.startswith(("protected_resource:", "inserted_")) or WELL_KNOWN in endpoint:
        return OPERATIONS["discovery.oauth"]._replace(members={})
    default = PAGE if method == "GET" else PAGE_FORM
    return OPERATIONS.get(f"{endpoint} {method}") or OPERATIONS.get(endpoint, default)


def _described(rule: Rule, method: str, services: Services, schemes: dict[str, Any]) -> dict[str, Any]:
    operation = operation_of(rule.endpoint, method)
    summary = (inspect.getdoc(current_app.view_functions[rule.endpoint]) or rule.endpoint).partition("\n")[0]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in sorted(rule.arguments)
    ] + [_query_parameter(name, operation) for name in operation.query]
    described: dict[str, Any] = {
        "operationId": f"{method.lower()} {rule.endpoint}",
        "summary": summary,
        "responses": _responses(operation),
    }
    if parameters:
        described["parameters"] = parameters
    if operation.is_json:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": {"type": "object"}}}}
    elif operation.form is not None:
        described["requestBody"] = {"content": {FORM: {"schema": _form(operation, services)}}}
    ways: list[dict[str, list[str]]] = [{name: []} for name in operation.security if name in schemes]
    if ways:
        described["security"] = [*ways, *([{}] if operation.is_optional else [])]
    return described


def _query_parameter(name: str, operation: Operation) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": name in operation.required,
        "schema": _value(name),
    }


def _value(name: str) -> dict[str, Any]:
    words = {"type": "string"}
    return {"type": "array", "items": words} if name in REPEATABLE else words


def _form(operation: Operation, services: Services) -> dict[str, Any]:
    properties = {name: _value(name) for name in operation.form or ()}
    if "grant_type" in properties:
        properties["grant_type"] = {"type": "string", "enum": list(services.server.grant_types)}
    return {"type": "object", "properties": properties, "required": list(operation.required)}


def _responses(operation: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in operation.members.items()},
        "required": list(operation.members),
    }
    content = {kind: {"schema": success if kind == JSON else {"type": "string"}} for kind in operation.media}
    answers = {operation.status: content} | {
        status: _refusal_content(operation) if status >= HTTPStatus.BAD_REQUEST else {}
        for status in operation.refusals
    }
    return {str(status): _response(status, content) for status, content in sorted(answers.items())}


def _response(status: int, content: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if content:
        response["content"] = content
    if status == HTTPStatus.SEE_OTHER:
        response["headers"] = {"Location": {"required": True, "schema": {"type": "string"}}}
    return response


def _refusal_content(operation: Operation) -> dict[str, Any]:
    """Return the error response of RFC 6749 §5.2, or a page."""
    if not operation.errors:
        return {operation.media[0]: {"schema": {"type": "string"}}}
    members = {
        "error": {"type": "string", "enum": list(operation.errors)},
        "error_description": {"type": "string", "pattern": DESCRIPTION},
    }
    return {JSON: {"schema": {"type": "object", "properties": members}}}
