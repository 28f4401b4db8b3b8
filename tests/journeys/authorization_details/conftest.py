"""A type of authorization details, and a client that may use it."""

import pytest

from provider.wiring import Services
from tests.builders import make_authorization_type, make_client
from validators.client import Client


@pytest.fixture
def client(services: Services, ada: str) -> tuple[Client, str]:
    make_authorization_type(services)
    return make_client(services)
