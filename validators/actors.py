"""Who acts for whom: the ``act`` and ``may_act`` claims (RFC 8693 §4.1, §4.4)."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_ACTORS = 5
MAX_NAME = 255
MAX_BYTES = 2048


class BadActor(Exception):
    """Somebody who may not act, or a chain of actors that cannot be told."""


class Actor(NamedTuple):
    """Somebody who acts for a subject."""

    issuer: str
    subject: str
    client_id: str | None = None
    """Whose token names them; ``None`` for another issuer's."""


def act_claim(actor: Actor | None, prior: dict[str, Any] | None, *, own_issuer: str) -> dict[str, Any] | None:
    """Return the ``act`` claim of a new token: ``actor`` outermost, whoever acted before inside.

    Nobody is ever left out: without a new actor the chain stays as it is.

    Raises:
        BadActor: more than five act one after the other, or their names are too long.
    """
    if actor is None:
        return prior
    said: dict[str, Any] = {"sub": actor.subject}
    if actor.issuer != own_issuer:
        said["iss"] = actor.issuer
    if prior is not None:
        said["act"] = prior
    return read_act(said)


def read_act(claim: object) -> dict[str, Any] | None:
    """Return what an ``act`` claim says of each actor, ``sub`` and ``iss``; ``None`` for none.

    Raises:
        BadActor: it is malformed, too deep or too long.
    """
    chain: list[dict[str, Any]] = []
    while claim is not None:
        if not isinstance(claim, Mapping) or len(chain) == MAX_ACTORS:
            raise BadActor(f"an act claim that is malformed or deeper than {MAX_ACTORS}")
        chain.append({name: claim[name] for name in ("sub", "iss") if name in claim})
        if "sub" not in chain[-1] or not all(isinstance(value, str) for value in chain[-1].values()):
            raise BadActor("an actor without a name")
        claim = claim.get("act")
    said: dict[str, Any] | None = None
    for each in reversed(chain):
        said = each if said is None else {**each, "act": said}
    if len(json.dumps(said)) > MAX_BYTES:
        raise BadActor(f"an act claim of more than {MAX_BYTES} bytes")
    return said


def require_may_act(may_act: object, actor: Actor, *, issuers: tuple[str, str]) -> None:
    """Refuse an actor whom the subject's token does not name; all that it names must fit.

    Args:
        may_act: the claim; ``None`` leaves it to the other rules.
        actor: who wants to act.
        issuers: whose names it means when it does not say.

    Raises:
        BadActor: somebody else is named.
    """
    if may_act is None:
        return
    known = {"iss": actor.issuer, "sub": actor.subject, "client_id": actor.client_id}
    if not isinstance(may_act, Mapping) or not {"sub", "client_id"} & may_act.keys():
        raise BadActor("a may_act claim that names nobody")
    if any(value is None or known.get(name) != value for name, value in may_act.items()):
        raise BadActor("may_act names somebody else")
    if "iss" not in may_act and actor.issuer not in issuers:
        raise BadActor("may_act names somebody of another issuer")
