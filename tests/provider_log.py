"""What the provider writes to its log, as a fixture: ``from tests.provider_log import log as log``."""

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """Everything that the provider's own handler writes, at DEBUG."""
    root = logging.getLogger()
    handler = next(each for each in root.handlers if type(each) is logging.StreamHandler)
    level, stream = root.level, io.StringIO()
    root.setLevel(logging.DEBUG)
    before = handler.setStream(stream)
    yield stream
    root.setLevel(level)
    if before is not None:
        handler.setStream(before)
