"""The house: whose packages these are, how long a file may be, what the lock files pin."""

import importlib
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("provider", "validators", "models", "keys", "migrations", "tests")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-docs.lock", "requirements-tracing.lock")
LONGEST = 300


def sources() -> list[Path]:
    folders = (*PACKAGES, "benchmarks", "examples", "docs")
    return [ROOT / "app.py", *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_ours(package: str) -> None:
    """Names such as ``validators`` are taken on package indexes: an installed namesake must not win."""
    module = importlib.import_module(package)

    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT)


def test_no_file_is_longer_than_one_sitting() -> None:
    """STYLE §2: at most 300 lines."""
    too_long = {str(path) for path in sources() if len(path.read_text().splitlines()) > LONGEST}

    assert too_long == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_pins_every_package_by_hash(lock: str) -> None:
    """Hashes for all or for none: --require-hashes accepts nothing else."""
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", (ROOT / lock).read_text()).strip())

    pinned = re.compile(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ (; .* )?\\\n +--hash=sha256:")
    loose = [entry for entry in entries if not pinned.match(entry)]

    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_names_no_download_address(lock: str) -> None:
    """Where packages come from is the operator's choice."""
    assert not re.search(r"://|--\w*-?(index|find-links|trusted-host)| @ ", (ROOT / lock).read_text())


def test_what_the_oldest_python_needs_is_pinned_too() -> None:
    """pyproject.toml says 3.11: what a package asks for on 3.11.0 alone, a newer Python does not lock."""
    text = (ROOT / "requirements.lock").read_text()
    pinned = dict(re.findall(r"(?m)^([a-z0-9-]+)(?:\[([a-z,]+)\])?==", text))
    oldest = {"python_version": "3.11", "python_full_version": "3.11.0"}

    missing = {
        f"{name}: {line}"
        for name, extras in pinned.items()
        for line in _requirements_of(name)
        for needed in [Requirement(line)]
        for extra in ("", *extras.split(","))
        if needed.marker is None or needed.marker.evaluate({**oldest, "extra": extra})
        if canonicalize_name(needed.name) not in pinned
    }

    assert missing == set()


def _requirements_of(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # it is for another Python than this one
        return []


def test_what_running_needs_is_pinned_alike_for_tests() -> None:
    """The tests run what operators run."""
    run, dev = (set(re.findall(r"(?m)^\S+==\S+", (ROOT / lock).read_text())) for lock in LOCKS[:2])

    assert run <= dev


def test_changelog_has_a_place_for_the_next_change() -> None:
    """Keep a Changelog: Unreleased comes first."""
    headings = re.findall(r"(?m)^## .*", (ROOT / "CHANGELOG.md").read_text())

    assert headings[0] == "## [Unreleased]"


def test_make_alone_lists_its_targets() -> None:
    """A newcomer types make and reads on."""
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)

    names = {line.split()[1] for line in done.stdout.splitlines()}
    assert names >= {"setup", "run", "test", "check", "demo", "bench", "docs", "clean"}


def test_flask_finds_the_app_with_nothing_set() -> None:
    """DESIGN §6: `.venv/bin/flask …` in the checkout works with nothing set."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--help"],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert all(
        f"\n  {group} " in done.stdout for group in ("db", "client", "user", "keys", "master-key", "grants")
    )
