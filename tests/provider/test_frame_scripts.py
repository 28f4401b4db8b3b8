"""The scripts of ours that compute, run by node as a browser would."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from keys import base64url

STATIC = Path(__file__).parents[2] / "provider" / "static"
NODE = shutil.which("node")
FRAME = """
const listeners = [], answers = [];
global.window = { addEventListener: (name, listener) => listeners.push(listener) };
global.document = {
  cookie: "a=b; paper_browser_state=STATE",
  getElementById: () => ({ getAttribute: () => "paper_browser_state" }),
};
"""

pytestmark = pytest.mark.skipif(
    NODE is None and os.environ.get("PAPER_TEST_NODE") != "require", reason="node is not here"
)


def run(script: str, *files: str) -> object:
    """Return what ``script`` prints as JSON, after the static ``files``."""
    source = FRAME + "".join((STATIC / file).read_text() for file in files) + script
    done = subprocess.run(
        [str(NODE), "-"], input=source, capture_output=True, text=True, timeout=30, check=True
    )
    return json.loads(done.stdout)


def test_sha256_of_ours_is_sha256() -> None:
    """FIPS 180-4: for every length around the ends of blocks."""
    texts = ["x" * length for length in (0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000)] + ["abc"]
    script = f"console.log(JSON.stringify({json.dumps(texts)}.map(window.sha256)));"

    assert run(script, "sha256.js") == [
        base64url.encode(hashlib.sha256(text.encode()).digest()) for text in texts
    ]


def test_the_frame_answers_whoever_asks() -> None:
    """OpenID Connect Session Management §3.2: unchanged, changed, or error for what it cannot read."""
    origin, salt = "https://client.example", "salt"
    digest = hashlib.sha256(f"my client {origin} STATE {salt}".encode()).digest()
    right = f"{base64url.encode(digest)}.{salt}"
    messages = [f"my client {right}", f"other {right}", f"my client {right}x", right, "", "a b", 7, None, {}]
    script = f"""
      const source = {{ postMessage: (answer, to) => answers.push([answer, to]) }};
      for (const data of {json.dumps(messages)}) {{
        listeners[0]({{ data, source, origin: {json.dumps(origin)} }});
      }}
      console.log(JSON.stringify(answers));
    """

    assert run(script, "sha256.js", "check_session.js") == [
        [answer, origin] for answer in ("unchanged", "changed", "changed", *["error"] * 6)
    ]
