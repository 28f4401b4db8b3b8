"""Cryptography: neither Flask nor SQLAlchemy nor oauthlib."""
