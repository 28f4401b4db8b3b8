"""From Flask's request to oauthlib's: parsed once, strictly."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response

from provider.client_certificate import presented_certificate
from provider.dpop_request import sent_proofs
from validators.request import ProviderRequest

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_BODY = 64 * 1024
MAX_PARAMETERS = 100
MAX_LENGTH = 16 * 1024
MAX_TOTAL = 256 * 1024
REPEATABLE = frozenset({"resource", "audience"})
CLIENT_HEADERS = (("HTTP_AUTHORIZATION", "Authorization"), ("HTTP_ORIGIN", "Origin"))
NOT_STORED = [("Content-Type", JSON), ("Cache-Control", "no-store"), ("Pragma", "no-cache")]
CONTROLS = frozenset(map(chr, (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)))


class Parsed(NamedTuple):
    """Parameters as sent, without the empty ones; those of a bad name or value are left out."""

    parameters: dict[str, str]
    resources: list[str]
    problem: str | None
    refused: frozenset[str] = frozenset()
    audiences: tuple[str, ...] = ()


def read_query() -> Parsed:
    """Parse the query of the current request."""
    raw = request.environ.get("QUERY_STRING", "")
    return parse(raw.encode("latin-1"))


def read_form() -> Parsed:
    """Parse the form in the body of the current request.

    Raises:
        UnsupportedMediaType: the body is something else (RFC 6749 §3.2 asks for a form).
        RequestEntityTooLarge: over ``MAX_BODY``.
    """
    body = read_body()
    if request.environ.get("CONTENT_TYPE") == FORM:  # as nearly always, to the letter
        return parse(body)
    if request.mimetype != FORM and (body or request.mimetype):
        raise UnsupportedMediaType(f"The body must be {FORM}.")
    return parse(body)


def read_body() -> bytes:
    """Return the body of the current request; nothing reads it twice.

    Raises:
        ClientDisconnected: it ends too early.
        RequestEntityTooLarge: over ``MAX_BODY``.
    """
    environ = request.environ
    announced = environ.get("CONTENT_LENGTH", "")
    if not (announced.isdecimal() and len(announced) < len(str(MAX_BODY))):
        return _read_slowly()
    body: bytes = environ["wsgi.input"].read(int(announced))
    if len(body) < int(announced):
        raise ClientDisconnected
    return body


def _read_slowly() -> bytes:
    """Return a body that comes in chunks, is long, or announces a length that is none."""
    body, announced = request.get_data(cache=False), request.content_length
    # A server that ends the stream itself hands over the beginning of a body without a word.
    if announced is None and len(body) == MAX_BODY and request.environ["wsgi.input"].read(1):
        raise RequestEntityTooLarge
    if len(body) < (announced or 0):
        raise ClientDisconnected
    return body


def parse(raw: bytes) -> Parsed:
    """Parse ``name=value`` pairs; tell of the first problem rather than raise."""
    if len(raw) > MAX_TOTAL:
        return Parsed({}, [], "The parameters are too long.")
    try:
        text = raw.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError:
        return Parsed({}, [], "The parameters are not UTF-8.")
    except ValueError:
        return Parsed({}, [], "There are too many parameters.")
    return _checked(pairs)


def token_request(parsed: Parsed) -> ProviderRequest:
    """Return oauthlib's request for an endpoint that clients call directly."""
    sent = request.environ
    headers = {name: sent[key] for key, name in CLIENT_HEADERS if sent.get(key)}
    provider_request = ProviderRequest(
        parsed.parameters,
        headers=headers,
        resources=parsed.resources,
        audiences=parsed.audiences,
        problem=parsed.problem,
        certificate=presented_certificate(),
    )
    provider_request.dpop = sent_proofs()
    return provider_request


def json_response(body: str, status: int, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return a JSON response that is not stored anywhere (RFC 6749 §5.1)."""
    return Response(body, status, [*NOT_STORED, *headers])


def _checked(pairs: list[tuple[str, str]]) -> Parsed:
    parameters: dict[str, str] = {}
    resources: list[str] = []
    audiences: list[str] = []
    problem: str | None = None
    refused: set[str] = set()
    for name, value in pairs:
        if not value:
            continue  # as if it were not there (RFC 6749 §3.1)
        if (fault := _fault(name, value, parameters)) is not None:
            problem = problem or fault
            refused.add(name)
            continue
        parameters[name] = value
        if name == "resource":
            resources.append(value)
        elif name == "audience":
            audiences.append(value)
    for name in refused:
        parameters.pop(name, None)
    return Parsed(parameters, resources, problem, frozenset(refused), tuple(audiences))


def _fault(name: str, value: str, seen: dict[str, str]) -> str | None:
    """Say what is wrong with one parameter; names of the client's choosing are not repeated."""
    if name in seen and name not in REPEATABLE:
        return "A parameter is sent more than once."
    if len(value) > MAX_LENGTH or len(name) > MAX_LENGTH:
        return "A parameter is too long."
    if not CONTROLS.isdisjoint(value):
        return "A parameter holds a control character."
    return None
