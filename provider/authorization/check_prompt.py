"""prompt and max_age (OpenID Connect Core §3.1.2.1)."""

import re

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.reauthentication import PROMPTS
from validators.request import ProviderRequest

SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)


def check_prompt(request: ProviderRequest) -> None:
    """Known words only, and ``none`` alone."""
    request.prompts = frozenset((request.prompt or "").split())
    if request.prompts - PROMPTS:
        raise InvalidRequestError(description="This prompt is not supported.", request=request)
    if "none" in request.prompts and len(request.prompts) > 1:
        raise InvalidRequestError(description="prompt none stands alone.", request=request)


def check_max_age(request: ProviderRequest) -> None:
    """A whole number of seconds, 0 or more; the client may have registered one (``default_max_age``)."""
    if request.max_age is None:
        request.max_age = request.known_client.metadata.get("default_max_age")
    if request.max_age is None:
        return
    if SECONDS.fullmatch(str(request.max_age)) is None:
        raise InvalidRequestError(description="max_age is a whole number of seconds.", request=request)
    request.max_age = int(request.max_age)
