"""One difference between a document and the store, as people and machines are told of it."""

from enum import StrEnum
from typing import Any, NamedTuple


class Action(StrEnum):
    """What makes the store as the document says."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"


SIGNS = {Action.CREATE: "+", Action.CHANGE: "~", Action.REMOVE: "-"}


class Change(NamedTuple):
    """One of them.

    Attributes:
        action: what is done.
        kind: what kind of thing it is done to, such as ``client``.
        name: which one.
        members: those that are changed.
        secret: one that was made for it, known from now on to whoever is told.
    """

    action: Action
    kind: str
    name: str
    members: tuple[str, ...] = ()
    secret: str | None = None

    @property
    def line(self) -> str:
        """One line: ``~ client shop: redirect_uris``."""
        members = f": {', '.join(self.members)}" if self.members else ""
        return f"{SIGNS[self.action]} {self.kind} {self.name}{members}"

    def described(self) -> dict[str, Any]:
        """Return the same as a JSON object."""
        told: dict[str, Any] = {"action": str(self.action), "kind": self.kind, "name": self.name}
        if self.members:
            told["members"] = list(self.members)
        if self.secret is not None:
            told["client_secret"] = self.secret
        return told
