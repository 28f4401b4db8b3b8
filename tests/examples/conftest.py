"""Fixtures of tests that run the examples against a running provider."""

from tests.live import live_provider, person

__all__ = ["live_provider", "person"]
