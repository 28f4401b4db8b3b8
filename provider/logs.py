"""How log lines look, and what never appears in one: structlog over the standard library's logging."""

import logging
import re
import sys
from typing import Any

import structlog
from flask import has_request_context
from structlog.typing import EventDict, Processor, WrappedLogger

from provider.request_id import request_id
from provider.settings import Settings

REDACTED = "[redacted]"

QUIET = {
    # At DEBUG these two log whole requests and tokens, at a depth where no key names them.
    "oauthlib": logging.INFO,
    "requests_oauthlib": logging.INFO,
    # At INFO it tells how it works; what it did is said by the command that asked.
    "alembic": logging.WARNING,
}

SECRET_KEYS = frozenset(
    {
        "access_token",
        "actor_token",
        "assertion",
        "auth_req_id",
        "authorization",
        "client_assertion",
        "client_notification_token",
        "client_secret",
        "code",
        "code_verifier",
        "cookie",
        "device_code",
        "id_token",
        "id_token_hint",
        "login_hint_token",
        "password",
        "refresh_token",
        "registration_access_token",
        "request_uri",
        "secret",
        "set-cookie",
        "subject_token",
        "token",
        "user_code",
    }
)

_NAMES = "|".join(sorted(map(re.escape, SECRET_KEYS), key=len, reverse=True))
_SECRET_IN_TEXT = re.compile(
    rf"""(?ix) (?<![\w-]) ( (?:{_NAMES}) (?: = | ["']?:\s* ) (?:(?:basic|bearer|dpop)\s+)? )
    (?: "[^"]*" | '[^']*' | [^\s"'&,;}})]+ )"""
)


def configure_logs(settings: Settings) -> None:
    """Send every log line of this process to standard error, as ``settings`` wants it."""
    is_json = (settings.log_format or ("console" if sys.stderr.isatty() else "json")) == "json"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                *_renderers(is_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the request that a line belongs to, if there is one."""
    if has_request_context():
        event.setdefault("request_id", request_id())
    return event


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what stands under a secret's name: in mappings, in lists, and as ``name=value`` in a text."""
    return {key: _redacted(key, value) for key, value in event.items()}


def _redacted(key: Any, value: Any) -> Any:
    if isinstance(key, str) and key.casefold() in SECRET_KEYS and value is not None:
        return REDACTED
    if isinstance(value, dict):
        return {name: _redacted(name, inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(None, inner) for inner in value]
    if isinstance(value, str) and ("=" in value or ":" in value):
        return _SECRET_IN_TEXT.sub(rf"\1{REDACTED}", value)
    return value


def _renderers(is_json: bool) -> list[Processor]:
    if is_json:
        return [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
