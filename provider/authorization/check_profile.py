"""What the profile of a client rules out."""

from oauthlib.oauth2.rfc6749.errors import UnsupportedResponseTypeError

from validators.request import ProviderRequest


def check_profile(request: ProviderRequest) -> None:
    """OAuth 2.1 §1.8, FAPI 2.0 Security Profile §5.3.2.2: some response types do not exist."""
    profile = request.known_client.profile
    if profile.response_types is not None and request.response_type not in profile.response_types:
        raise UnsupportedResponseTypeError(
            description=f"The profile {profile.name} has no such response_type.", request=request
        )
