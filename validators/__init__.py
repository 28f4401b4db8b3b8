"""Protocol decisions: oauthlib and models, never Flask."""
