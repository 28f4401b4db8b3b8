"""What is checked of an authorization request once it is known to whom an error may be told.

oauthlib calls ``run_checks`` when client and redirect URI are proven, and afterwards checks the response
type's registration, the need for a code challenge, and the scopes.
"""

from provider.authorization.check_claims import check_claims
from provider.authorization.check_dpop import check_dpop
from provider.authorization.check_id_token import check_id_token
from provider.authorization.check_parameters import check_parameters
from provider.authorization.check_pkce import check_pkce
from provider.authorization.check_profile import check_profile
from provider.authorization.check_prompt import check_max_age, check_prompt
from provider.authorization.check_pushed import check_pushed
from provider.authorization.check_request_object import check_request_object
from provider.authorization.check_response import check_response_mode, check_response_type
from provider.authorization.check_scope import check_scope
from validators.request import ProviderRequest

CHECKS = (
    check_response_mode,  # first: it says how the other errors travel
    check_parameters,
    check_request_object,
    check_pushed,
    check_response_type,
    check_profile,
    check_scope,
    check_id_token,
    check_prompt,
    check_max_age,
    check_pkce,
    check_dpop,
    check_claims,
)


def run_checks(request: ProviderRequest) -> dict[str, object]:
    """Run every check in order.

    Raises:
        OAuth2Error: of the first that fails.
    """
    for check in CHECKS:
        check(request)
    return {}
