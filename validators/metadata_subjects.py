"""What a client's metadata must hold for pairwise subjects (OpenID Connect Registration §5, Core §8.1)."""

from collections.abc import Mapping
from typing import Any

from validators.metadata_values import InvalidClientMetadata
from validators.sector_identifiers import PUBLIC, SECTOR_IDENTIFIER_URI, SUBJECT_TYPE, sector_identifier

# Grant types whose tokens reach the client without any redirect URI, which is all that proves a sector.
WITHOUT_REDIRECT = (
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
)


def require_sector(metadata: Mapping[str, Any], *, is_dynamic: bool) -> None:
    """Refuse a client with pairwise subjects whose sector nothing tells, or nothing proves.

    Raises:
        InvalidClientMetadata: OpenID Connect Registration §5.
    """
    sector = sector_identifier(metadata)
    if sector is None:
        return
    if not metadata.get("redirect_uris"):
        raise InvalidClientMetadata(SUBJECT_TYPE, "pairwise needs redirect_uris, which prove the sector")
    if not sector:
        raise InvalidClientMetadata(
            SECTOR_IDENTIFIER_URI,
            "must be given for pairwise subjects unless all redirect_uris have one host "
            "(OpenID Connect Registration section 5)",
        )
    if is_dynamic and any(grant in metadata["grant_types"] for grant in WITHOUT_REDIRECT):
        raise InvalidClientMetadata(
            SUBJECT_TYPE, "pairwise may go with grant types that need no redirect by the operator only"
        )


def require_same_subjects(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuse a change by which people would become strangers to the client, or be known elsewhere.

    Raises:
        InvalidClientMetadata: subject type or sector would be others.
    """
    if sector_identifier(before) == sector_identifier(after):
        return
    is_type = before.get(SUBJECT_TYPE, PUBLIC) != after.get(SUBJECT_TYPE, PUBLIC)
    raise InvalidClientMetadata(
        SUBJECT_TYPE if is_type else SECTOR_IDENTIFIER_URI,
        "cannot be changed, for every sub would change with it; register another client",
    )
