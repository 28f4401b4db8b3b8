"""examples/workflows: each script against a running provider, its token introspected."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from provider.setting_kinds import CHECKOUT
from tests.assertions import SERVICE, KeyHolder
from tests.builders import PASSWORD, REDIRECT_URI
from tests.certificates import issue
from tests.clients import test_mutual_tls as mutual_tls
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.nginx import Nginx
from tests.person import Person
from validators.device_codes import GRANT_TYPE
from validators.metadata_members import JWT_BEARER, TOKEN_EXCHANGE

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NO_REDIRECT: dict[str, Any] = {"redirect_uris": [], "response_types": []}
PUBLIC = {"token_endpoint_auth_method": "none", "application_type": "native"}
nginx, provider = mutual_tls.nginx, mutual_tls.provider


class Workflow:
    """A script of examples/workflows, its client and the token that it saves."""

    def __init__(self, name: str, provider: LiveProvider, folder: Path, **metadata: Any) -> None:
        self.provider = provider
        self.client = provider.register(**metadata)
        self._name = name
        self._token_file = folder / "token.json"
        self._environ = {
            "PATH": provider.environ["PATH"],
            "ISSUER": provider.issuer,
            "CLIENT_ID": self.client["client_id"],
            "CLIENT_SECRET": self.client.get("client_secret", ""),
            "REDIRECT_URI": REDIRECT_URI,
            "TOKEN_FILE": str(self._token_file),
        }

    @contextmanager
    def started(self, **environ: str) -> Iterator[subprocess.Popen[str]]:
        """Run the script; it is gone at the end, also when the test has failed."""
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", f"examples.workflows.{self._name}"],
            cwd=CHECKOUT,
            env=self._environ | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def run(self, **environ: str) -> dict[str, Any]:
        """Run the script to its end, as ``end`` does."""
        with self.started(**environ) as process:
            return self.end(process)

    def end(self, process: subprocess.Popen[str], answer: str = "") -> dict[str, Any]:
        """Let the script end well; return what introspection says of its token (RFC 7662 §2.2)."""
        output, _ = process.communicate(answer, timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, output
        observer = self.provider.register(**SERVICE, paper_introspect=True)
        said: dict[str, Any] = requests.post(
            self.provider.endpoint("introspection_endpoint"),
            {"token": json.loads(self._token_file.read_text())["access_token"]},
            auth=(observer["client_id"], observer["client_secret"]),
            timeout=PATIENCE_SECONDS,
        ).json()
        assert said["active"], said
        assert said["client_id"] == self.client["client_id"]
        return said


def test_backend(live_provider: LiveProvider, tmp_path: Path) -> None:
    """RFC 6749 §4.4."""
    workflow = Workflow("backend", live_provider, tmp_path, **SERVICE)

    assert workflow.run()["scope"] == "files"


def test_mobile(live_provider: LiveProvider, tmp_path: Path, person: Person) -> None:
    """RFC 6749 §4.2."""
    metadata = {"grant_types": ["implicit"], "response_types": ["token"], **PUBLIC}
    workflow = Workflow("mobile", live_provider, tmp_path, **metadata)

    with workflow.started() as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("Open ").strip()
        said = workflow.end(process, person.authorize(url, REDIRECT_URI) + "\n")

    assert said["sub"] == live_provider.sub


def test_native(live_provider: LiveProvider, tmp_path: Path, person: Person) -> None:
    """RFC 6749 §4.1, RFC 7636."""
    workflow = Workflow("native", live_provider, tmp_path, **PUBLIC)

    with workflow.started() as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("Open ").strip()
        said = workflow.end(process, person.authorize(url, REDIRECT_URI) + "\n")

    assert said["sub"] == live_provider.sub


def test_exchange(live_provider: LiveProvider, tmp_path: Path) -> None:
    """RFC 8693."""
    resource = "https://workflows.example/photos"
    live_provider.flask("resource", "create", resource)
    workflow = Workflow(
        "exchange",
        live_provider,
        tmp_path,
        **NO_REDIRECT,
        grant_types=["client_credentials", TOKEN_EXCHANGE],
        scope="files photos",
        paper_exchange_audiences=[resource],
    )

    said = workflow.run(RESOURCE=resource)

    assert (said["aud"], said["scope"]) == (resource, "photos")


def test_legacy(live_provider: LiveProvider, tmp_path: Path) -> None:
    """RFC 6749 §4.3."""
    workflow = Workflow("legacy", live_provider, tmp_path, grant_types=["password"], **NO_REDIRECT)

    said = workflow.run(USERNAME="ada", PASSWORD=PASSWORD)

    assert said["sub"] == live_provider.sub


def test_service(live_provider: LiveProvider, tmp_path: Path) -> None:
    """RFC 7523 §2.1."""
    workflow = Workflow("service", live_provider, tmp_path, grant_types=[JWT_BEARER], **NO_REDIRECT)
    holder, name, key_file = KeyHolder("RS256"), "https://workflows.example", tmp_path / "key.pem"
    key_file.write_bytes(holder.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    options = ("--jwks", "-", "--subject", "username")
    live_provider.flask("trusted-issuer", "create", name, *options, stdin=json.dumps({"keys": [holder.jwk]}))

    said = workflow.run(PRIVATE_KEY_FILE=str(key_file), ASSERTION_ISSUER=name, SUBJECT="ada")

    assert said["sub"] == live_provider.sub


def test_device(live_provider: LiveProvider, tmp_path: Path, person: Person) -> None:
    """RFC 8628."""
    metadata = {"grant_types": [GRANT_TYPE], **NO_REDIRECT, **PUBLIC}
    workflow = Workflow("device", live_provider, tmp_path, **metadata)

    with workflow.started() as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"Open (\S+) and enter (\S+)\n", line)
        assert match, line
        confirm = person.press(person.browse(match[1]), "device-form", "continue", user_code=match[2])
        done = person.press(confirm, "device-confirm-form", "allow")
        said = workflow.end(process)

    assert "device-allowed" in done.text
    assert said["sub"] == live_provider.sub


def test_tls(provider: LiveProvider, nginx: Nginx, tmp_path: Path) -> None:
    """RFC 8705 §2.1: by a certificate alone."""
    metadata = {
        **SERVICE,
        "token_endpoint_auth_method": "tls_client_auth",
        "tls_client_auth_subject_dn": "CN=photos,O=Example,C=KR",
    }
    workflow = Workflow("tls", provider, tmp_path, **metadata)
    pair = issue(mutual_tls.AUTHORITY, now=int(time.time()))
    cert, key = tmp_path / "client.pem", tmp_path / "client.key"
    cert.write_text(pair.pem)
    key.write_text(pair.key_pem)

    said = workflow.run(CERT_FILE=str(cert), KEY_FILE=str(key), REQUESTS_CA_BUNDLE=str(nginx.ca_bundle))

    assert said["scope"] == "files"
