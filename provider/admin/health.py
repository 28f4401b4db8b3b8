"""GET /admin/health: what is wrong with this provider, and what to do about it."""

from flask import Blueprint

from provider.admin.operator import page
from provider.endpoints.health import READY, readiness
from provider.wiring import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/admin/health")
def health() -> str:
    """Show what ``/readyz`` says and what ``flask doctor --offline`` finds."""
    from provider.doctor.examination import examine  # here: few look, and it costs a start

    status = readiness(services())
    return page(
        "health",
        "health",
        status=status,
        is_ready=status == READY,
        issuer=services().settings.issuer,
        findings=list(examine(services(), is_offline=True)),
    )
