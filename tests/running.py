"""Fixtures of a provider that runs inside the test."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from keys import private_key
from keys.master_key import MasterKeys
from keys.rotation import make_first_keys
from keys.sealed import Sealer
from keys.store import KeyRecord
from provider.factory import create_app
from provider.key_store import DatabaseKeyStore
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser
from tests.conftest import Clock
from validators.passwords import PasswordPolicy, Passwords

QUICK_PASSWORDS = Passwords(PasswordPolicy(memory_kib=8, iterations=1))


@pytest.fixture(scope="session")
def master_keys() -> MasterKeys:
    """One master key for the whole run."""
    return MasterKeys.generate()
