"""The proxies of ``deploy/`` in front of a provider, under the names that their files have."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3.util.connection
from cryptography import x509

from provider.setting_kinds import CHECKOUT
from tests.certificates import SERVER_USE, issue, make_authority, name_of
from tests.live import PATIENCE_SECONDS, STOP_SECONDS
from tests.nginx import NGINX, PREAMBLE, running
from tests.ports import free_port

NAMES = ("id.example.org", "mtls.id.example.org")
URL, MTLS_URL = (f"https://{name}" for name in NAMES)
CADDY = shutil.which("caddy")
IS_REQUIRED = os.environ.get("PAPER_TEST_DEPLOY") == "require"
BODY_FROM_2_7, BODY_OF_2_6 = "request_buffers 64KB", "buffer_requests"
CADDY_OPTIONS = """\
{{
    admin off
    local_certs
    skip_install_trust
    default_bind 127.0.0.1
    https_port {port}
    http_port {plain}
}}
"""


class NginxProxy:
    """nginx with ``deploy/nginx/paper.conf``: only addresses and the place of certificates are others.

    Args:
        folder: where its files are.
    """

    program = NGINX

    def __init__(self, folder: Path) -> None:
        self.ports = {443: free_port(), 80: free_port()}
        self.ca_bundle = folder / "authority.pem"
        self.configuration = folder / "nginx.conf"
        self._folder = folder
        now = int(time.time())
        authority = make_authority(now=now)
        self.ca_bundle.write_text(authority.pem)
        for name in NAMES:
            (folder / name).mkdir()
            subject, names = name_of(cn=name), [x509.DNSName(name)]
            pair = issue(authority, subject=subject, names=names, uses=SERVER_USE, now=now)
            (folder / name / "fullchain.pem").write_text(pair.pem)
            (folder / name / "privkey.pem").write_text(pair.key_pem)

    @contextmanager
    def serving(self, upstream: int) -> Iterator[None]:
        """Pass requests on to the loopback port ``upstream`` until the end of the block."""
        text = (CHECKOUT / "deploy" / "nginx" / "paper.conf").read_text()
        text = re.sub(r" +listen \[::\].*\n", "", text)
        text = re.sub(r"listen (443|80)", lambda found: f"listen 127.0.0.1:{self.ports[int(found[1])]}", text)
        text = text.replace("/etc/letsencrypt/live", str(self._folder))
        text = text.replace("127.0.0.1:9031", f"127.0.0.1:{upstream}")
        self.configuration.write_text(PREAMBLE.format(folder=self._folder) + text + "}\n")
        with running(self.configuration, URL, verify=str(self.ca_bundle)):
            yield


class CaddyProxy:
    """Caddy with ``deploy/caddy/Caddyfile``, before which stand options: ports, and certificates of its own.

    Args:
        folder: where its files are.
    """

    program = CADDY

    def __init__(self, folder: Path) -> None:
        self.ports = {443: free_port(), 80: free_port()}
        self.ca_bundle = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        self.configuration = folder / "Caddyfile"
        self._folder = folder

    @contextmanager
    def serving(self, upstream: int) -> Iterator[None]:
        """Pass requests on to the loopback port ``upstream`` until the end of the block."""
        text = (CHECKOUT / "deploy" / "caddy" / "Caddyfile").read_text()
        text = text.replace("127.0.0.1:9031", f"127.0.0.1:{upstream}")
        if _version_of(str(CADDY)) < (2, 7):
            text = text.replace(BODY_FROM_2_7, BODY_OF_2_6)
        options = CADDY_OPTIONS.format(port=self.ports[443], plain=self.ports[80])
        self.configuration.write_text(options + text)
        command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(self.configuration)]
        environ = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "XDG_DATA_HOME": str(self._folder)}
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stderr=log)
        try:
            self._wait(process)
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                for url in (URL, MTLS_URL):  # it makes a certificate for each
                    requests.get(url, verify=str(self.ca_bundle), timeout=PATIENCE_SECONDS)
            except OSError:  # nobody listens, or there is no authority yet
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self._folder / "log").read_text())


Proxy = NginxProxy | CaddyProxy


def resolving(patch: pytest.MonkeyPatch, proxy: Proxy) -> None:
    """Have the names of the proxy lead to it, for what comes through requests."""
    create = urllib3.util.connection.create_connection

    def at_the_proxy(address: tuple[str, int], *arguments: Any, **options: Any) -> Any:
        host, port = address
        place = ("127.0.0.1", proxy.ports[port]) if host in NAMES else address
        return create(place, *arguments, **options)

    patch.setattr(urllib3.util.connection, "create_connection", at_the_proxy)
    patch.setenv("REQUESTS_CA_BUNDLE", str(proxy.ca_bundle))


def _version_of(program: str) -> tuple[int, ...]:
    """Return Caddy's version; one that was built without a number is a new one."""
    told = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"v?(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2])) if found else (2, 99)
