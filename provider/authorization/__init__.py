"""The steps of an authorization request, one file a step."""
