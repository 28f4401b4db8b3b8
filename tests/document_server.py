"""A web server on loopback that says what a test wants it to say."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509

from tests.certificates import SERVER_USE, issue, make_authority, name_of

Answer = Callable[[BaseHTTPRequestHandler], None]


class DocumentServer:
    """https on ``localhost`` unless told otherwise, with an authority of its own.

    Args:
        folder: where the certificates are kept.
        host: the name that the certificate is for.
        tls: whether it speaks https.
    """

    def __init__(self, folder: Path, host: str = "localhost", *, tls: bool = True) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[BaseHTTPRequestHandler] = []
        self.bodies: list[bytes] = []
        self.ca_bundle = folder / "authority.pem"
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                server.bodies.append(self.rfile.read(length))
                self.do_GET()

            def do_GET(self) -> None:
                server.seen.append(self)
                self.close_connection = True
                server.answers.get(self.path.partition("?")[0], status(404))(self)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = self._context(folder, host).wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = int(self._server.server_address[1])
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}"

    @contextmanager
    def serving(self) -> Iterator["DocumentServer"]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def _context(self, folder: Path, host: str) -> ssl.SSLContext:
        now = int(time.time())
        authority = make_authority(now=now)
        pair = issue(
            authority, subject=name_of(cn=host), names=[x509.DNSName(host)], uses=SERVER_USE, now=now
        )
        self.ca_bundle.write_text(authority.pem)
        (folder / "server.pem").write_text(pair.pem + pair.key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem")
        return context


def document(body: bytes, **headers: str) -> Answer:
    """Return an answer with ``body``; underscores in names stand for hyphens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def status(code: int, **headers: str) -> Answer:
    """Return an answer without a body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def dripping(parts: int, pause_seconds: float, first: bytes = b"") -> Answer:
    """Return an answer that comes a byte at a time: after ``first``, or in the head when that is empty."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first or b"HTTP/1.1 200 OK\r\nX: ")
        try:
            for _ in range(parts):
                handler.wfile.write(b" ")
                time.sleep(pause_seconds)
        except OSError:
            return

    return answer
