"""No dependency is older than what mended it; what is locked is what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

pytestmark = pytest.mark.security

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-tracing.lock")
MENDED = {
    # CVE-2026-49272: the device grant gave a token for any device_code.
    "oauthlib": "4.0.1",
    # CVE-2026-32597: an unknown crit was accepted; CVE-2026-102266: so was an empty HMAC key.
    "pyjwt": "2.15.1",
    # CVE-2026-49852: an empty HMAC key verified forged tokens.
    "joserfc": "1.6.8",
}


def locked(name: str) -> dict[str, Version]:
    """Return the versions that a lock file pins, by package."""
    lines = (ROOT / name).read_text().splitlines()
    found = [match for line in lines if (match := re.match(r"([\w.-]+)(?:\[[\w,.-]+\])?==([^ ;]+)", line))]
    return {match[1].lower(): Version(match[2]) for match in found}


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("package", MENDED)
def test_what_is_locked_is_mended(lock: str, package: str) -> None:
    """The least version of each, with the reason beside it above."""
    assert locked(lock)[package] >= Version(MENDED[package])


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_locked_is_what_is_asked_for(lock: str) -> None:
    """A lock file that was not made anew after a change shows."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    versions = locked(lock)

    for text in asked:
        requirement = Requirement(text)
        assert versions[requirement.name.lower()] in requirement.specifier, text
