"""The limits that the objects beside this file obey; all durations in seconds."""

from dataclasses import dataclass

from validators.grants import GrantRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPolicy:
    """How long the parts of one authorization live."""

    code_seconds: int
    access_token_seconds: int
    id_token_seconds: int
    refresh_seconds: int
    """After its last use."""
    grant_seconds: int
    """In all, whatever the use."""
    refresh_grace_seconds: int
    """How long the refresh token before the last one is still answered; 0: never."""

    @property
    def extend_seconds(self) -> int:
        """How far a grant that does not rotate may lag behind its use, so that a use seldom writes."""
        return min(86400, self.refresh_seconds // 30)

    def last_end(self, record: GrantRecord) -> int:
        """Return when a grant is over whatever its use: as stored, and no later than grants may live now."""
        return min(record.expires_at, record.created_at + self.grant_seconds)

    def first_end(self, now: int, *, has_code: bool, front_channel_seconds: int) -> int:
        """Return the latest end of anything that a grant made ``now`` gives before its code is spent.

        Args:
            now: when it is made, NumericDate.
            has_code: whether a code is part of the answer.
            front_channel_seconds: the life of what else is; 0 for nothing.
        """
        seconds = self.code_seconds + self.access_token_seconds if has_code else 0
        return now + max(seconds, front_channel_seconds)

    def end(
        self, record: GrantRecord, now: int, access_token_seconds: int, *, has_refresh_token: bool
    ) -> int:
        """Return the new end of a grant that is used ``now`` for a token of that life.

        Without a refresh token it is never earlier: a token from the authorization endpoint may live on.
        """
        if has_refresh_token:
            return min(now + self.refresh_seconds, record.created_at + self.grant_seconds)
        return max(record.expires_at, now + access_token_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPolicy:
    """How long a browser stays signed in."""

    session_seconds: int
    session_idle_seconds: int
    touch_seconds: int = 300
    """A session that is used is written at most this often."""
