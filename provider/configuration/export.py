"""The store as a document, in an order that stays: two exports differ where the stores do."""

from collections.abc import Sequence

from provider.configuration.clients import Clients
from provider.configuration.document import Document
from provider.configuration.people import People
from provider.configuration.register import Register


def export(registers: Sequence[Register], *, people: bool = False, secrets: bool = False) -> Document:
    """Return everything that an operator has set up.

    Args:
        registers: one of each kind.
        people: whether people are told of too.
        secrets: whether secrets are, as far as they can be told.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    document: Document = {}
    for register in registers:
        if people or register.member != People.member:
            stored = register.stored()
            document[register.member] = [
                entry | (register.secrets(entry) if secrets else {}) for _, entry in sorted(stored.items())
            ]
    return document


def digests_alone(registers: Sequence[Register]) -> int:
    """Return how many of the exported clients have a secret that nobody can tell."""
    clients = next(register for register in registers if isinstance(register, Clients))
    return sum(map(clients.has_digest_alone, clients.stored().values()))
