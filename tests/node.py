"""Clients that run under node: their packages, and how a test talks with their scripts."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live import PATIENCE_SECONDS

IS_REQUIRED = os.environ.get("PAPER_TEST_NODE") == "require"
CLIENTS = Path(__file__).parent / "clients"
INSTALL_SECONDS = 180

Answer = Callable[[str, Any], Any]


def scripts_of(name: str, folder: Path) -> Path:
    """Copy the scripts ``tests/clients/name`` into ``folder`` and install their packages; return the folder.

    Without node or the packages the tests are left out, or fail if ``PAPER_TEST_NODE=require``.
    """
    shutil.copytree(CLIENTS / name, folder, dirs_exist_ok=True)
    shutil.copy(CLIENTS / "conversation.js", folder)
    if problem := _install(folder):
        if IS_REQUIRED:
            pytest.fail(f"PAPER_TEST_NODE=require, but {problem}")
        pytest.skip(f"{name} is left out: {problem}")
    return folder


def converse(script: Path, *arguments: str, answer: Answer) -> dict[str, Any]:
    """Run a script; ``answer`` takes the kind and value of each question; return what the script learnt."""
    with subprocess.Popen(
        ["node", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        learnt: dict[str, Any] = {}
        for line in process.stdout:
            message = json.loads(line)
            if "learnt" in message:
                learnt = message["learnt"]
                break
            process.stdin.write(json.dumps(answer(message["ask"], message["value"])) + "\n")
            process.stdin.flush()
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    return learnt


def _install(folder: Path) -> str | None:
    """Install what ``package.json`` names; return what went wrong, in one line."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node and npm are not here"
    options = ("--no-audit", "--no-fund", "--ignore-scripts", f"--fetch-retries={2 if IS_REQUIRED else 0}")
    try:
        done = subprocess.run(
            [npm, "install", *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"npm install takes longer than {INSTALL_SECONDS} seconds"
    errors = [line for line in done.stderr.splitlines() if line.startswith(("npm error", "npm ERR!"))]
    return f"npm install fails: {' '.join(errors[:2])}" if done.returncode else None
