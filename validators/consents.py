"""What a person has allowed a client, remembered."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.consent import Consent
from validators.grants import GrantRecord


def remember(session: Session, grant: GrantRecord, scopes: list[str]) -> None:
    """Add ``scopes`` to what the person of ``grant`` has allowed its client at its resources.

    Two answers at once add up: the row is made if it is missing, then locked.

    Args:
        session: an open transaction.
        grant: the grant that the answer leads to.
        scopes: what was shown and allowed.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    key = {"user_id": grant.user_id, "client_id": grant.client_id, "resource": grant.resource}
    session.execute(
        insert(Consent).values(**key, scope="", granted_at=grant.created_at).on_conflict_do_nothing()
    )
    consent = session.get_one(Consent, tuple(key.values()), with_for_update=True)
    consent.scope = " ".join(dict.fromkeys([*consent.scope.split(), *scopes]))
    consent.granted_at = grant.created_at
