"""Trusted issuers in a document (RFC 7521 §3)."""

from provider.configuration import entries
from provider.configuration.document import Entry
from provider.configuration.register import Register
from validators.assertion_subjects import KINDS, SUB
from validators.trusted_issuer_directory import TrustedIssuerDirectory

MEMBERS = (
    *("issuer", "jwks", "jwks_uri", "audiences", "subject_claim", "subject"),
    *("scope", "client_ids", "for_software"),
)
DEFAULTS = {"subject_claim": SUB, "subject": SUB}


class TrustedIssuers(Register):
    """See ``Register``.

    Args:
        directory: what changes them.
    """

    kind, member, key = "trusted-issuer", "trusted_issuers", "issuer"

    def __init__(self, directory: TrustedIssuerDirectory) -> None:
        self._directory = directory

    def canonical(self, entry: Entry) -> Entry:
        """See ``Register``."""
        entries.require_known(entry, MEMBERS)
        subject = entries.text_or_none(entry, "subject") or SUB
        if subject not in KINDS:
            raise entries.BadEntry("subject", f"must be one of {', '.join(KINDS)}")
        values = {
            "issuer": entries.text(entry, "issuer"),
            "jwks": entries.json_object(entry, "jwks"),
            "jwks_uri": entries.text_or_none(entry, "jwks_uri"),
            "audiences": entries.texts(entry, "audiences"),
            "subject_claim": entries.text_or_none(entry, "subject_claim") or SUB,
            "subject": subject,
            "scope": entries.words(entry, "scope"),
            "client_ids": entries.texts(entry, "client_ids"),
            "for_software": entries.flag(entry, "for_software"),
        }
        return entries.said(values, DEFAULTS)

    def stored(self) -> dict[str, Entry]:
        """See ``Register``."""
        summaries = (summary._asdict() for summary in self._directory.list())
        return {
            summary["issuer"]: self.canonical({member: summary[member] for member in MEMBERS})
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
        self._directory.delete(there["issuer"])
