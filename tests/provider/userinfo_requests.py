"""Requests to /userinfo and a grant to make them with."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.builders import issue_access_token
from tests.conftest import Clock
from tests.grant_stories import GrantStory
from tests.sqlite_only import database_url as database_url

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def story(services: Services, clock: Clock) -> GrantStory:
    return GrantStory(services, clock)


@pytest.fixture
def token(story: GrantStory) -> str:
    """An access token of openid and email, as a code gives it."""
    record, _ = story.begin(scope="openid email")
    end = story.policy.end(record, story.clock(), 900, has_refresh_token=False)
    assert story.codes.consume(record, expires_at=end)
    return issue_access_token(story.services, record, scopes=record.scopes, expires_at=story.clock() + 900)


def get(http: FlaskClient, token: str, scheme: str = "Bearer") -> TestResponse:
    return http.get("/userinfo", headers={"Authorization": f"{scheme} {token}"})


def assert_bearer_error(response: TestResponse, status: int, error: str | None) -> None:
    """RFC 6750 §3: a Bearer challenge that names the error, and JSON."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert (f'error="{error}"' in response.headers["WWW-Authenticate"]) is (error is not None)
    assert response.get_json().get("error") == error
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
