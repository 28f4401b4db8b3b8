"""The three ways of requests-oauthlib to refresh an access token."""
