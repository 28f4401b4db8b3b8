"""Clients of Paper, and of every other OpenID Connect provider, that are small enough to read at once."""
