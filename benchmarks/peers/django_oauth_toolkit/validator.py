"""What the documentation of django-oauth-toolkit leaves to a validator of one's own."""

from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):
    """The toolkit's, with a claim for the address and client credentials for a client of the code flow."""

    def get_additional_claims(self):
        """Return the claims beside ``sub``; the toolkit leaves out what the scope does not cover."""
        return {"email": lambda request: request.user.email}

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        """Allow client credentials, for an application of the toolkit has one grant type."""
        if grant_type == "client_credentials":
            return True
        return super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs)
