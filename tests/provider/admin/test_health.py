"""What is wrong with this provider."""

from sqlalchemy import text

from provider.wiring import Services
from tests.browser import Browser
from tests.provider.admin.visit import look
from tests.sqlite_only import database_url as database_url


def test_health_is_what_the_commands_say(services: Services, desk: Browser) -> None:
    """``/readyz`` and ``flask doctor --offline``."""
    page = look(desk, "/admin/health")

    assert page.require("ready").text == "Ready to serve."
    assert page.require("issuer").text == services.settings.issuer
    for topic in ("host", "settings", "database", "keys", "clients"):
        assert f"{topic}: " in page.require("findings").text


def test_a_schema_that_is_behind_is_shown(services: Services, desk: Browser) -> None:
    """The page is still there: it is where somebody looks."""
    with services.database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0013'"))

    page = look(desk, "/admin/health")

    assert page.require("ready").text == "Not ready to serve: the schema is behind: flask db upgrade"
