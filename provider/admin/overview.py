"""GET /admin: what there is for an operator."""

from flask import Blueprint

from provider.admin.operator import page

blueprint = Blueprint("overview", __name__)


@blueprint.get("/admin")
def overview() -> str:
    """Lead to the parts."""
    return page("overview", "overview")
