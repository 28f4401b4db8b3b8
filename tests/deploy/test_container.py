"""deploy/Containerfile: what goes into the image is enough, and what runs there is nobody's."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from provider.setting_kinds import CHECKOUT
from tests.live import wait_for
from tests.ports import free_port

CONTAINERFILE = (CHECKOUT / "deploy" / "Containerfile").read_text()


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """What .dockerignore lets through, as COPY puts it; nobody may write there but in instance/."""
    code = tmp_path / "paper"
    code.mkdir()
    lines = (CHECKOUT / ".dockerignore").read_text().splitlines()
    ignored = shutil.ignore_patterns(*(line.removeprefix("**/") for line in lines if line.startswith("**/")))
    for name in (line[1:] for line in lines if line.startswith("!")):
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, code / name, ignore=ignored)
        else:
            shutil.copy(source, code)
    (code / "instance").mkdir(mode=0o700)
    return code


@pytest.mark.slow
def test_what_goes_in_is_enough(image: Path) -> None:
    """The steps of the build and of a first start, in the order of docs/deployment.md."""
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "PAPER_ISSUER": "https://id.example.org",
        "PAPER_BIND": f"127.0.0.1:{port}",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=image, env=environ, capture_output=True, text=True, check=False)

    assert run("-m", "provider.locales").returncode == 0
    assert run("-m", "compileall", "-q", ".").returncode == 0
    before = {path for path in image.rglob("*") if "instance" not in path.parts}
    assert "/setup?token=" in run("-m", "provider.first_run").stdout
    log = image.parent / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "provider.serve"], cwd=image, env=environ, stdout=output, stderr=output
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process, log)
        probed = run("-m", "provider.probe")
    finally:
        process.terminate()
        process.wait(20)

    assert (probed.returncode, probed.stderr) == (0, "")
    assert {path for path in image.rglob("*") if "instance" not in path.parts} == before
    assert {path.name for path in (image / "instance").iterdir()} >= {"paper.db", "master.key"}


def test_no_secret_gets_into_the_image() -> None:
    """Nor into the repository: where Compose has its secrets, where docs/deployment.md puts a key."""
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    kept = (CHECKOUT / ".gitignore").read_text().splitlines()
    mounted = re.findall(r"--volume \"?([^:\s]+):", (CHECKOUT / "docs" / "deployment.md").read_text())

    assert ignored[-2:] == ["**/*.key", "**/*.db*"]  # after what lets whole folders in
    assert {"/instance/", "/deploy/.env", "/deploy/secrets/", "*.key"} <= set(kept)
    assert mounted
    assert not [path for path in mounted if "PWD" in path or path.startswith(".")]


def test_it_runs_as_nobody_who_may_do_anything() -> None:
    """A number, so that Kubernetes can tell; every package by its hash; the base by its ordinary name."""
    stages = re.findall(r"(?m)^FROM (\S+)", CONTAINERFILE)

    assert set(stages) == {"python:${PYTHON}-slim"}
    assert re.findall(r"(?m)^USER (.*)", CONTAINERFILE) == ["10001:10001"]
    assert "--require-hashes" in CONTAINERFILE
    assert re.findall(r"(?m)^VOLUME (.*)", CONTAINERFILE) == ["/srv/paper/instance"]
