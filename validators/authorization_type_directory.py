"""Types of authorization details as an operator defines and removes them (RFC 9396 §2.1)."""

import builtins
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from models.authorization_type import AuthorizationType as Row
from models.database import Database
from validators.authorization_types import FIND, AuthorizationType
from validators.detail_schemas import schema_problem
from validators.json_document import json_problem
from validators.plain_text import is_plain
from validators.registered_names import InvalidRegistration

MAX_NAME = 200
MAX_TEMPLATE = 300
MAX_SCHEMA_BYTES = 16 * 1024


class AuthorizationTypeDirectory:
    """Every type, for those who may change them.

    Args:
        database: where they are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def create(
        self, name: str, *, schema: Any, template: str | None = None, replace: bool = False
    ) -> AuthorizationType:
        """Define what objects of type ``name`` are.

        Args:
            name: the value of their ``type``.
            schema: the JSON Schema that each must meet.
            template: a sentence for the person who is asked; ``{member}`` and ``{member.member}`` stand for
                what the object says.
            replace: whether all this is put in the place of what is defined under the name.

        Raises:
            InvalidRegistration: something is wrong or the type is defined; nothing is stored.
        """
        if not 0 < len(name) <= MAX_NAME or not is_plain(name):
            raise InvalidRegistration("name", f"must be 1 to {MAX_NAME} characters without controls")
        if (problem := _schema_problem(schema)) is not None:
            raise InvalidRegistration("schema", problem)
        if template is not None and not (0 < len(template) <= MAX_TEMPLATE and is_plain(template)):
            raise InvalidRegistration("template", f"must be 1 to {MAX_TEMPLATE} characters without controls")
        made = AuthorizationType(name, json.dumps(schema, separators=(",", ":")), template, self._now())
        try:
            with self._database.session() as session:
                there = session.get(Row, name) if replace else None
                if there is not None:
                    made = made._replace(created_at=there.created_at)
                    session.merge(Row(**made._asdict()))
                else:
                    session.add(Row(**made._asdict()))
        except IntegrityError:
            raise InvalidRegistration("name", "is defined already") from None
        return made

    def list(self) -> builtins.list[AuthorizationType]:
        """Return every type, in the order of their names."""
        with self._database.reading() as session:
            return [AuthorizationType._make(row) for row in session.execute(FIND)]

    def delete(self, name: str) -> bool:
        """Forget a type; false when it is not defined. Grants give no new token for it from then on."""
        with self._database.session() as session:
            gone = session.execute(delete(Row).where(Row.name == name).returning(Row.name))
            return gone.first() is not None


def _schema_problem(schema: Any) -> str | None:
    if isinstance(schema, dict) and (problem := json_problem(schema, max_bytes=MAX_SCHEMA_BYTES)) is not None:
        return problem
    return schema_problem(schema)
