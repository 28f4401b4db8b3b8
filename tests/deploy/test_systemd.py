"""deploy/systemd: units that systemd accepts and that confine; settings that a shell reads alike."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from provider.host import MOST_WORKERS, SYSTEM_MB, WORKER_MB
from provider.setting_kinds import CHECKOUT
from provider.settings import Settings

FOLDER = CHECKOUT / "deploy" / "systemd"
UNITS = ("paper.service", "paper-prune.service", "paper-prune.timer")
ANALYZE = shutil.which("systemd-analyze")
IS_REQUIRED = os.environ.get("PAPER_TEST_DEPLOY") == "require"
HIGHEST_EXPOSURE = 15  # of 100: 0 to 2 in systemd's words is "OK" or better

needs_systemd = pytest.mark.skipif(ANALYZE is None and not IS_REQUIRED, reason="systemd-analyze is not here")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ANALYZE), *arguments], capture_output=True, text=True, check=False)


@needs_systemd
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """No word that it does not know; where the programs are, as docs/deployment.md puts them."""
    units = tmp_path / "etc" / "systemd" / "system"
    programs = tmp_path / "opt" / "paper" / ".venv" / "bin"
    for folder in (units, programs):
        folder.mkdir(parents=True)
    for name in ("sysinit.target", "basic.target", "shutdown.target", "multi-user.target", "timers.target"):
        (units / name).write_text("[Unit]\n")
    for name in ("python", "flask"):
        (programs / name).touch(mode=0o755)
    for name in UNITS:
        shutil.copy(FOLDER / name, units)

    done = analyze(f"--root={tmp_path}", "verify", *(str(units / name) for name in UNITS))

    said = [line for line in done.stderr.splitlines() if "paper" in line]
    assert (done.returncode, said) == (0, [])


@needs_systemd
@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_is_confined(name: str) -> None:
    """The measure of ``systemd-analyze security``; an unconfined service has 96."""
    done = analyze("security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE}", str(FOLDER / name))

    assert done.returncode == 0, done.stdout


def test_the_memory_is_enough_for_the_workers() -> None:
    """The limit is the unit's own: what counts workers sees the machine's memory."""
    (limit,) = re.findall(r"(?m)^MemoryMax=(\d+)G$", (FOLDER / "paper.service").read_text())

    assert int(limit) * 1024 >= SYSTEM_MB + MOST_WORKERS * WORKER_MB


def test_both_services_are_confined_alike() -> None:
    """What one may not do, the other may not either."""
    texts = [(FOLDER / name).read_text() for name in UNITS if name.endswith(".service")]
    parts = [text[text.index("CapabilityBoundingSet=") :].partition("\n\n")[0].strip() for text in texts]

    assert parts[0] == parts[1]


def test_a_shell_reads_the_settings_as_systemd_does() -> None:
    """paper-flask and the service share one file."""
    command = f"set -eua; . {FOLDER / 'paper.env'}; env"
    told = subprocess.run(["sh", "-c", command], env={}, capture_output=True, text=True, check=True).stdout
    environ = dict(line.split("=", 1) for line in told.splitlines() if line.startswith("PAPER_"))
    lines = [line for line in (FOLDER / "paper.env").read_text().splitlines() if not line.startswith("#")]

    settings = Settings.from_environ(environ)

    assert settings.database_url == "sqlite:////var/lib/paper/paper.db"
    assert sorted(lines) == [f"{name}='{value}'" for name, value in sorted(environ.items())]
    subprocess.run(["sh", "-n", FOLDER / "paper-flask"], check=True)
