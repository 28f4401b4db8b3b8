"""The tables of the Authlib peer, by Authlib's mixins for SQLAlchemy."""

from authlib.integrations.sqla_oauth2 import OAuth2AuthorizationCodeMixin, OAuth2ClientMixin, OAuth2TokenMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, ForeignKey, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

db = SQLAlchemy()


@event.listens_for(Engine, "connect")
def durable_as_the_others(connection, _record):
    """Have SQLite write as it does for every provider that is measured."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


class User(db.Model):
    """A person."""

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]

    def get_user_id(self):
        """Return the id that Authlib stores with a token."""
        return self.id


class Client(db.Model, OAuth2ClientMixin):
    """A client."""

    id: Mapped[int] = mapped_column(primary_key=True)


class AuthorizationCode(db.Model, OAuth2AuthorizationCodeMixin):
    """A code that has not been redeemed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    user: Mapped[User] = relationship()


class Token(db.Model, OAuth2TokenMixin):
    """An access token with its refresh token."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    user: Mapped[User | None] = relationship()
