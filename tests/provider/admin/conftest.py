"""Browsers of operators and of others."""

import pytest
from flask import Flask

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_user
from tests.journeys.account.visit import sign_in


@pytest.fixture
def desk(services: Services, signed_in: Browser, ada: str) -> Browser:
    """Ada's browser: she is an operator, and has just signed in."""
    services.people.make_operator(ada)
    return signed_in


@pytest.fixture
def grace(services: Services) -> str:
    """The ``sub`` of somebody who is no operator."""
    return make_user(services, "grace", claims={"name": "Grace"})


@pytest.fixture
def elsewhere(app: Flask, grace: str) -> Browser:
    """Grace's browser, signed in."""
    return sign_in(app, "grace")
