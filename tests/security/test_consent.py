"""The consent form counts only from the page that a person was shown (RFC 6819 §4.4.1.8, OWASP CSRF)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.grant import Grant
from models.login_session import LoginSession
from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.browser_accounts import add
from tests.builders import make_client, make_user
from validators.sign_in_ends import end_sign_ins

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


def test_a_page_about_another_account_of_the_browser_does_not_count(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """It was about Ada, whose sign-in ends elsewhere; Grace, who counts here, has been shown nothing."""
    client, _ = make_client(services)
    signed_in.code_for(client, scope="openid")
    make_user(services, "grace")
    add(signed_in, "grace")
    page = http.get(signed_in.authorize(client, scope="openid email", login_hint="ada").location)
    with services.database.session() as session:
        end_sign_ins(session, LoginSession.user_id == ada, now=services.clock())
        grants = select(func.count()).select_from(Grant)
        before = session.scalar(grants)

    answer = signed_in.decide(page, "allow")

    assert '<bdi class="person">ada</bdi>' in page.text
    assert answer.status_code == 200
    assert '<bdi class="person">grace</bdi>' in answer.text
    with services.database.reading() as session:
        assert session.scalar(grants) == before
