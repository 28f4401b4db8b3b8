"""Resource indicators (RFC 8707)."""

from validators.errors import InvalidTargetError
from validators.request import ProviderRequest


def check_resource(request: ProviderRequest) -> None:
    """RFC 8707 §2.1: a resource that is not known here is refused."""
    if request.resources:
        raise InvalidTargetError(request=request)
