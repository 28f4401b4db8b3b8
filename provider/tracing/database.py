"""A database whose statements are traced: what each does to which table, never its text or its values."""

import re
from typing import Any

from opentelemetry.trace import INVALID_SPAN, Span, SpanKind
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from models.base import Base
from models.database import Database, Statement
from provider.tracing.spans import Spans, fail

KINDS = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA"}
)
OTHER_KIND = "OTHER"
_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)


class TracedDatabase(Database):
    """See ``Database``; ``spans`` makes the spans."""

    def __init__(self, url: str, *, spans: Spans, **options: Any) -> None:
        super().__init__(url, **options)
        self._spans = spans
        self._system = "sqlite" if self.is_sqlite else "postgresql"
        for engine in (self._engine, self._reading_engine):
            self._trace(engine)

    def run(self, statement: Statement, params: Any) -> list[tuple[Any, ...]]:
        """See ``Database``."""
        name, attributes = self._told(statement.sql)
        with self._spans.child(name, SpanKind.CLIENT, attributes):
            return super().run(statement, params)

    def _trace(self, engine: Engine) -> None:
        """Trace what goes through SQLAlchemy; the span waits where the statement is executed."""

        @event.listens_for(engine, "before_cursor_execute")
        def on_begin(
            _connection: Any, _cursor: Any, sql: str, _params: Any, context: Any, _many: Any
        ) -> None:
            name, attributes = self._told(sql)
            context.paper_span = self._spans.start(name, SpanKind.CLIENT, attributes)

        @event.listens_for(engine, "after_cursor_execute")
        def on_end(_connection: Any, _cursor: Any, _sql: str, _params: Any, context: Any, _many: Any) -> None:
            context.paper_span.end()

        @event.listens_for(engine, "handle_error")
        def on_error(error: ExceptionContext) -> None:
            span: Span = getattr(error.execution_context, "paper_span", INVALID_SPAN)
            fail(span, type(error.original_exception).__name__)
            span.end()

    def _told(self, sql: str) -> tuple[str, dict[str, str]]:
        """Return the name and the attributes of a statement's span; only names that are ours are repeated."""
        kind = sql.split(None, 1)[0].upper()
        kind = kind if kind in KINDS else OTHER_KIND
        attributes = {"db.system.name": self._system, "db.operation.name": kind}
        table = _TABLE.search(sql)
        if table is None or table[1] not in Base.metadata.tables:
            return kind, attributes
        return f"{kind} {table[1]}", {**attributes, "db.collection.name": table[1]}
