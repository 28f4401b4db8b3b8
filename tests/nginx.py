"""nginx from the distribution in front of a provider: TLS, and the certificates of clients handed on."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from cryptography import x509

from tests.certificates import SERVER_USE, issue, make_authority, name_of
from tests.live import PATIENCE_SECONDS, STOP_SECONDS
from tests.ports import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
HEADER = "X-SSL-Client-Cert"
PREAMBLE = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
"""
CONFIGURATION = (
    PREAMBLE
    + """
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name localhost;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        ssl_verify_client optional_no_ca;  # Paper verifies; nginx has the key proven
        ssl_verify_depth 1;
        location / {{
            proxy_pass {upstream};
            proxy_set_header Host $host;
            proxy_set_header {header} $ssl_client_escaped_cert;  # also when empty: nothing gets past it
        }}
    }}
}}
"""
)


class Nginx:
    """A proxy at a free loopback port.

    Args:
        folder: where its files are.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.ca_bundle = folder / "authority.pem"
        self._folder = folder
        now = int(time.time())
        authority = make_authority(now=now)
        names = [x509.DNSName("localhost")]
        pair = issue(authority, subject=name_of(cn="localhost"), names=names, uses=SERVER_USE, now=now)
        self.ca_bundle.write_text(authority.pem)
        (folder / "server.pem").write_text(pair.pem)
        (folder / "server.key").write_text(pair.key_pem)

    @contextmanager
    def serving(self, upstream: str) -> Iterator[None]:
        """Pass requests on to ``upstream`` until the end of the block."""
        configuration = self._folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=self._folder, port=self.port, upstream=upstream, header=HEADER)
        )
        with running(configuration, self.url, verify=str(self.ca_bundle)):
            yield


@contextmanager
def running(configuration: Path, url: str, *, verify: str | None = None) -> Iterator[None]:
    """Run nginx from its configuration's folder; it answers at ``url`` from the beginning to the end."""
    folder = configuration.parent
    arguments = [str(NGINX), "-p", str(folder), "-c", str(configuration), "-e", "stderr"]
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    try:
        _wait(process, folder, url, verify)
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], folder: Path, url: str, verify: str | None) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(f"{url}/readyz", verify=verify, timeout=PATIENCE_SECONDS)
            return
        except requests.ConnectionError:
            time.sleep(0.02)
    raise RuntimeError((folder / "error.log").read_text())
