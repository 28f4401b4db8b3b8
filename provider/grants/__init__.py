"""One file per grant type, each a small subclass of oauthlib's."""
