"""The consent form counts only from the page that a person was shown (RFC 6819 §4.4.1.8, OWASP CSRF)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.grant import Grant
from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import make_client

pytestmark = pytest.mark.security


@pytest.mark.parametrize("changed", [{"csrf_token": "forged"}, {"csrf_token": ""}, {"person": "another"}])
@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_a_forged_answer_is_none(
    services: Services, http: FlaskClient, signed_in: Browser, changed: dict[str, str], decision: str
) -> None:
    """The page comes again; nothing is granted, remembered or refused; the real answer still counts."""
    client, _ = make_client(services)
    page = http.get(signed_in.authorize(client).location)
    fields = hidden_fields(page) | {"decision": decision}

    forged = http.post("/consent", data=fields | changed)

    with services.database.reading() as session:
        grants = session.scalar(select(func.count()).select_from(Grant))
    assert (forged.status_code, grants) == (200, 0)
    assert 'id="consent-form"' in forged.text
    assert "code=" in http.post("/consent", data=fields | {"decision": "allow"}).location
