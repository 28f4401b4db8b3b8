"""What the registers of resources and of trusted issuers check alike."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.client import ClientRow
from validators.clients import is_client_id


class InvalidRegistration(Exception):
    """Something that cannot be registered as asked.

    Attributes:
        field: the parameter at fault.
        problem: what is wrong, or what is allowed.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def require_clients(session: Session, field: str, client_ids: Sequence[str]) -> None:
    """Check that all of ``client_ids`` are registered.

    Raises:
        InvalidRegistration: one is not.
    """
    living = select(func.count()).where(ClientRow.client_id.in_(client_ids), ClientRow.deleted_at.is_(None))
    if not all(map(is_client_id, client_ids)) or (session.scalar(living) or 0) < len(set(client_ids)):
        raise InvalidRegistration(field, "names a client that does not exist")
