"""A document as it comes together from another provider's export."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from provider.configuration.document import BadDocument, Document, Entry
from validators.handles import handle_of
from validators.metadata_uris import is_absolute_uri, is_loopback, origin, redirect_uri
from validators.metadata_values import InvalidClientMetadata
from validators.people import InvalidPerson

REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant type, not a secret
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
PASSWORD = "password"  # noqa: S105 - a grant type, not a secret
HYBRID_RESPONSE_TYPES = ["code", "code id_token", "code token", "code id_token token"]
PUBLIC = {"token_endpoint_auth_method": "none"}
WEB = ("http", "https")


class Conversion:
    """Takes what can be carried, and notes what cannot.

    Args:
        accept_client: refuses one that could not be registered here, by ``InvalidClientMetadata``.
        accept_person: refuses one who could not be stored here, by ``InvalidPerson``.

    Attributes:
        left_out: what is not carried, a line each.
    """

    def __init__(
        self, accept_client: Callable[[Entry], object], accept_person: Callable[[Entry], object]
    ) -> None:
        self._accept_client = accept_client
        self._accept_person = accept_person
        self._scopes: list[Entry] = []
        self._clients: list[Entry] = []
        self._people: list[Entry] = []
        self._handles: set[str | None] = set()
        self.left_out: list[str] = []

    def document(self) -> Document:
        """Return what has been taken."""
        kinds = {"scopes": self._scopes, "clients": self._clients, "people": self._people}
        return {member: entries for member, entries in kinds.items() if entries}

    def note(self, kind: str, name: object, words: str) -> None:
        """Tell of something that is not carried, or not as it was."""
        self.left_out.append(f"{kind} {name}: {words}")

    def add_scope(self, entry: Entry) -> None:
        """Take a scope."""
        self._scopes.append(entry)

    def add_person(self, entry: Entry, known_as: str) -> None:
        """Take a person who could be stored here, without an address or claims that could not.

        Args:
            entry: the person.
            known_as: what they are called where they come from.
        """
        name, email = entry.get("name"), entry.get("email")
        if name is None:
            self.note("person", known_as, "is left out: nothing of the name is left to sign in with")
            return
        if handle_of(name) in self._handles:
            self.note("person", known_as, f"is left out: another one is called {name}")
            return
        if email and handle_of(email) in self._handles:
            self.note("person", known_as, f"the e-mail address {email} is left out: another one has it")
            entry = without_email(entry)
        try:
            self._accept_person(entry)
        except InvalidPerson as error:
            if error.field in ("email", "claims", "password_hash"):
                self.note("person", known_as, f"{error.field} is left out: {error.problem}")
                left = {member: entry[member] for member in entry if member != error.field}
                self.add_person(without_email(left) if error.field == "email" else left, known_as)
                return
            self.note("person", known_as, f"is left out: {error.field}: {error.problem}")
            return
        self._people.append(entry)
        self._handles.update(handle_of(entry[member]) for member in ("name", "email") if member in entry)

    def called(self, username: str) -> str:
        """Return what somebody is called here: an e-mail address as a name ends before its ``@``."""
        name = username.partition("@")[0]
        if name != username:
            self.note("person", username, f"is called {name} here, for a name has no @")
        return name

    def add_client(self, entry: Entry) -> None:
        """Take a client if it could be registered here; a secret that could not is left out alone."""
        client_id = entry.get("client_id")
        if client_id is None:
            self.note("client", entry.get("client_name", "-"), "is left out: it has no identifier")
            return
        try:
            self._accept_client(entry)
        except InvalidClientMetadata as error:
            if error.member == "client_secret" and "client_secret" in entry:
                self.note("client", client_id, f"its secret {error.problem}; a new one is made")
                self.add_client({name: value for name, value in entry.items() if name != "client_secret"})
                return
            self.note("client", client_id, f"is left out: {error.description}")
            return
        self._clients.append(entry)

    def carried_uris(self, client_id: str, uris: Iterable[str], *, native: bool, what: str) -> list[str]:
        """Return those of a client's redirect URIs that can be compared to the character (RFC 9700 §2.1)."""
        carried = []
        for uri in dict.fromkeys(uris):
            if "*" in uri:
                self.note("client", client_id, f"{what} {uri} is left out: it has a wildcard")
                continue
            try:
                carried.append(redirect_uri(native=native)("redirect_uris", uri))
            except InvalidClientMetadata as error:
                self.note("client", client_id, f"{what} {uri} is left out: {error.problem}")
        return carried

    def note_origins(self, client_id: str, origins: Iterable[str], uris: Iterable[str]) -> None:
        """Tell of origins that may no longer call from a browser: only those of redirect URIs may."""
        allowed = set(map(origin, uris))
        for each in origins:
            if each != "+" and not (is_absolute_uri(each) and origin(each) in allowed):
                self.note("client", client_id, f"web origin {each} is left out: no redirect URI has it")


def is_native(uris: Iterable[str], *, is_public: bool) -> bool:
    """Whether a client with these redirect URIs runs on a person's device (RFC 8252 §7)."""
    named = [uri for uri in uris if is_absolute_uri(uri)]
    has_own_scheme = any(urlsplit(uri).scheme not in WEB for uri in named)
    return has_own_scheme or (is_public and bool(named) and all(map(is_loopback, named)))


def without_email(entry: Entry) -> Entry:
    """Return a person without an address, and without what is said of it."""
    claims = {name: value for name, value in entry.get("claims", {}).items() if name != "email_verified"}
    return {member: value for member, value in entry.items() if member != "email"} | {"claims": claims}


def text_of(holder: dict[str, Any], member: str) -> str:
    """Return a member of a foreign object that should be a string; empty if it is not there.

    Raises:
        BadDocument: it is something else.
    """
    value = holder.get(member)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadDocument(f"{member}: must be a string")
    return value


def texts_of(holder: dict[str, Any], member: str) -> list[str]:
    """Return a member that should be an array of strings; empty if it is not there.

    Raises:
        BadDocument: it is something else.
    """
    value = holder.get(member) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadDocument(f"{member}: must be an array of strings")
    return value


def objects_of(holder: dict[str, Any], member: str) -> list[dict[str, Any]]:
    """Return a member that should be an array of objects; empty if it is not there.

    Raises:
        BadDocument: it is something else.
    """
    value = holder.get(member) or []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadDocument(f"{member}: must be an array of objects")
    return value


def object_of(holder: dict[str, Any], member: str) -> dict[str, Any]:
    """Return a member that should be an object; empty if it is not there.

    Raises:
        BadDocument: it is something else.
    """
    value = holder.get(member) or {}
    if not isinstance(value, dict):
        raise BadDocument(f"{member}: must be an object")
    return value
