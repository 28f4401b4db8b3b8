"""Apache from the distribution with mod_auth_openidc: a site that the module keeps behind a sign-in."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.live import PATIENCE_SECONDS, STOP_SECONDS
from tests.ports import free_port

APACHE = shutil.which("apache2", path="/usr/sbin:/usr/local/sbin:/usr/bin")
MODULES = Path("/usr/lib/apache2/modules")
IS_HERE = APACHE is not None and (MODULES / "mod_auth_openidc.so").exists()
IS_REQUIRED = os.environ.get("PAPER_TEST_APACHE") == "require"
NEEDED = ("mpm_prefork", "authn_core", "authz_core", "authz_user", "dir", "headers", "auth_openidc")
CONFIGURATION = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
DocumentRoot {folder}/site
DirectoryIndex index.html
{modules}
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {url}/inside/callback
OIDCCryptoPassphrase a-passphrase-of-this-test
OIDCPKCEMethod S256
OIDCScope "openid email"
OIDCRemoteUserClaim sub
OIDCCacheType file
OIDCCacheDir {folder}/cache
<Location /inside>
    AuthType openid-connect
    Require valid-user
    Header set X-Remote-User "expr=%{{REMOTE_USER}}"
</Location>
"""


class Apache:
    """A site at a free loopback port; what is under ``/inside`` needs a sign-in.

    Args:
        folder: where its files are.
    """

    def __init__(self, folder: Path) -> None:
        self.url = f"http://localhost:{free_port()}"
        self.inside = f"{self.url}/inside/"
        self.redirect_uri = f"{self.url}/inside/callback"
        self._folder = folder
        for part in ("site/inside", "cache"):
            (folder / part).mkdir(parents=True)
        (folder / "site" / "index.html").write_text("<p>Outside</p>")
        (folder / "site" / "inside" / "index.html").write_text("<p>Inside</p>")
        if os.geteuid() == 0:  # its children give that up, and must reach what they need
            folder.chmod(0o755)
            shutil.chown(folder / "cache", "www-data")

    @contextmanager
    def serving(self, issuer: str, client: dict[str, Any]) -> Iterator[None]:
        """Run it for a client of ``issuer``; it is ready at the beginning and gone at the end."""
        configuration = self._folder / "apache.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=self._folder,
                port=self.url.rpartition(":")[2],
                modules="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in NEEDED)
                + ("\nUser www-data\nGroup www-data" if os.geteuid() == 0 else ""),
                issuer=issuer,
                url=self.url,
                client_id=client["client_id"],
                client_secret=client["client_secret"],
            )
        )
        with (self._folder / "start.log").open("wb") as output:
            process = subprocess.Popen(
                [str(APACHE), "-f", str(configuration), "-DFOREGROUND"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=output,
                start_new_session=True,  # at its end it signals its whole group
            )
        try:
            self._wait(process)
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(PATIENCE_SECONDS * 10):
            if process.poll() is not None:
                raise RuntimeError(self.log())
            try:
                requests.get(self.url, timeout=PATIENCE_SECONDS)
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(self.log())

    def log(self) -> str:
        """Return what it has to say."""
        return "".join(
            path.read_text() for name in ("start.log", "error.log") if (path := self._folder / name).exists()
        )
