"""Protected resources in a document (RFC 8707 §2)."""

from provider.configuration import entries
from provider.configuration.document import Entry
from provider.configuration.register import Register
from provider.setting_kinds import DAY
from validators.resource_directory import TOKEN_FORMATS, ResourceDirectory

MEMBERS = ("uri", "scope", "token_format", "token_seconds", "client_ids", "server_ids")
FEWEST_SECONDS = 60


class Resources(Register):
    """See ``Register``.

    Args:
        directory: what changes them.
    """

    kind, member, key = "resource", "resources", "uri"

    def __init__(self, directory: ResourceDirectory) -> None:
        self._directory = directory

    def canonical(self, entry: Entry) -> Entry:
        """See ``Register``."""
        entries.require_known(entry, MEMBERS)
        token_format = entries.text_or_none(entry, "token_format") or TOKEN_FORMATS[0]
        if token_format not in TOKEN_FORMATS:
            raise entries.BadEntry("token_format", f"must be one of {', '.join(TOKEN_FORMATS)}")
        values = {
            "uri": entries.text(entry, "uri"),
            "scope": entries.words(entry, "scope"),
            "token_format": token_format,
            "token_seconds": entries.seconds(entry, "token_seconds", FEWEST_SECONDS, DAY),
            "client_ids": entries.texts(entry, "client_ids"),
            "server_ids": entries.texts(entry, "server_ids"),
        }
        return entries.said(values, {"token_format": TOKEN_FORMATS[0]})

    def stored(self) -> dict[str, Entry]:
        """See ``Register``."""
        summaries = (summary._asdict() for summary in self._directory.list())
        return {
            summary["uri"]: self.canonical({member: summary[member] for member in MEMBERS})
            for summary in summaries
        }

    def create(self, entry: Entry) -> None:
        """See ``Register``."""
        self._directory.create(**entry)

    def change(self, there: Entry, entry: Entry) -> None:
        """See ``Register``."""
        self._directory.create(**entry, replace=True)

    def remove(self, there: Entry) -> None:
        """See ``Register``."""
        self._directory.delete(there["uri"])
