"""The Chromium of tests that need a real browser."""

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
IS_REQUIRED = os.environ.get("PAPER_TEST_CHROMIUM") == "require"

needs_chromium = pytest.mark.skipif(CHROMIUM is None and not IS_REQUIRED, reason="Chromium is not here")
