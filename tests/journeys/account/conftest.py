"""Browsers of Ada and of somebody else."""

import pytest
from flask import Flask

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_user
from tests.journeys.account.visit import sign_in


@pytest.fixture
def elsewhere(app: Flask, signed_in: Browser) -> Browser:
    """Another browser of Ada, signed in."""
    return sign_in(app, "ada")


@pytest.fixture
def grace(services: Services, app: Flask) -> Browser:
    """The browser of somebody else, signed in."""
    make_user(services, "grace", claims={"name": "Grace"})
    return sign_in(app, "grace")
