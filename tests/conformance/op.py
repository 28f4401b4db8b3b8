"""The provider as the suite finds it: https, open registration, and a person with every standard claim."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from provider.factory import create_app
from provider.key_store import DatabaseKeyStore
from provider.settings import Settings
from provider.wiring import Services
from tests.builders import make_user
from tests.conftest import Clock
from tests.running import QUICK_PASSWORDS

ISSUER = "https://op.example"
EVERY_CLAIM: dict[str, Any] = {
    "name": "Kim Ada",
    "given_name": "Ada",
    "family_name": "Kim",
    "middle_name": "Byeol",
    "nickname": "Addie",
    "profile": "https://people.example/ada",
    "picture": "https://people.example/ada.png",
    "website": "https://ada.example",
    "gender": "female",
    "birthdate": "1990-12-10",
    "zoneinfo": "Asia/Seoul",
    "locale": "ko-KR",
    "email_verified": True,
    "phone_number": "+82 2 1234 5678",
    "phone_number_verified": True,
    "address": {"formatted": "1 Sejong-daero, Seoul", "country": "KR"},
}


@dataclass(frozen=True)
class Provider:
    """One provider; modules share it, each with a browser and clients of its own.

    Attributes:
        app: what answers at ``ISSUER``.
        clock: the provider's and the suite's time.
        sub: whom the automation signs in.
    """

    app: Flask
    clock: Clock
    sub: str


@contextmanager
def running(
    database_url: str, master_keys: MasterKeys, first_keys: list[KeyRecord], **more: Any
) -> Iterator[Provider]:
    """Run a provider over an empty, migrated database; ``more`` are settings."""
    settings = Settings(
        issuer=ISSUER,
        database_url=database_url,
        sqlite_synchronous="NORMAL",
        registration="open",
        registrations_per_minute=100_000,
        **more,
    )
    clock = Clock()
    services = Services(settings, clock=clock, passwords=QUICK_PASSWORDS, master_keys=master_keys)
    store = DatabaseKeyStore(services.database)
    for record in first_keys:
        assert store.replace(record.alg, [], [record])
    sub = make_user(services, claims=EVERY_CLAIM)
    yield Provider(create_app(services=services), clock, sub)
    services.database.dispose()
