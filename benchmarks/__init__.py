"""Timings, never run by the test suite: ``make bench``."""
