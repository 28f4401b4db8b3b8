"""What a new person is stored with: their name, their address and their claims, checked together."""

from collections.abc import Mapping
from typing import Any

from validators.handles import email_problem, handle_of, name_problem
from validators.standard_claims import InvalidClaim, read_claims


class InvalidPerson(Exception):
    """A person who cannot be stored as asked.

    Attributes:
        field: ``name``, ``email``, ``password`` or ``claims``.
        problem: what is wrong, or what is allowed.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


def own_claims(name: str, email: str | None, claims: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return the address and the claims to store; what the row itself says is not stored twice.

    Raises:
        InvalidPerson: one of these is wrong, or they contradict each other.
    """
    if problem := name_problem(name):
        raise InvalidPerson("name", problem)
    try:
        given = read_claims(claims)
    except InvalidClaim as error:
        raise InvalidPerson("claims", str(error)) from None
    claimed = given.pop("email", email)
    email = claimed if email is None else email
    if email is not None and (problem := email_problem(email)):
        raise InvalidPerson("email", problem)
    if claimed != email:
        raise InvalidPerson("claims", "email differs from the e-mail address given beside it")
    if email is None and "email_verified" in given:
        raise InvalidPerson("claims", "email_verified needs an email")
    username = given.get("preferred_username", name)
    if handle_of(username) != handle_of(name):
        raise InvalidPerson("claims", "preferred_username must be the name that the person signs in with")
    return email, given
