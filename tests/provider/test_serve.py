"""The server's start: where it listens, and when it refuses to."""

import os
import socket
import subprocess
import sys
import tempfile

import pytest

from provider import serve
from provider.serve import resolve, why_not
from provider.setting_kinds import CHECKOUT, Address


@pytest.fixture
def free() -> Address:
    """A loopback address that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Address("127.0.0.1", server.getsockname()[1])


def start(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "provider.serve"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_free_port_is_accepted(free: Address) -> None:
    """Nobody answers and binding works."""
    assert why_not(free) is None


def test_port_that_already_answers_is_refused_even_when_it_may_be_shared(free: Address) -> None:
    """DESIGN §7: two servers can share one port; the second would take half of the requests."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(free)
        server.listen()

        problem = why_not(free)

    assert problem == "another server answers there already"


def test_every_interface_is_refused_when_loopback_answers(free: Address) -> None:
    """0.0.0.0 includes the address that is taken."""
    with socket.create_server(free):
        problem = why_not(Address("0.0.0.0", free.port))

    assert problem is not None


def test_address_of_another_machine_is_refused(free: Address) -> None:
    """RFC 5737: 192.0.2.1 is nobody's, so not ours either."""
    problem = why_not(Address("192.0.2.1", free.port))

    assert problem is not None
    assert problem.startswith("cannot listen there: ")


def test_localhost_is_an_ipv4_address_first() -> None:
    """A browser that tries ::1 first comes back to 127.0.0.1; many programs try nothing else."""
    assert resolve(Address("localhost", 9031)) == Address("127.0.0.1", 9031)


def test_second_server_says_so_in_one_line_and_ends_with_status_2(free: Address) -> None:
    """Running it twice is an ordinary mistake."""
    with socket.create_server(free):
        done = start(PAPER_BIND=f"{free.host}:{free.port}")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"{free.host}:{free.port}: another server answers there already")


def test_bad_settings_are_one_line_each_and_status_2() -> None:
    """All problems together, and no traceback."""
    done = start(PAPER_WORKERS="0", PAPER_CODE_SECONDS="0")

    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "PAPER_CODE_SECONDS",
        "PAPER_WORKERS",
    ]


def test_no_place_to_count_together_is_one_line_and_status_2(
    free: Address, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only root file system without a /tmp: several workers have nowhere to count."""
    monkeypatch.setenv("PAPER_ISSUER", f"http://127.0.0.1:{free.port}")
    monkeypatch.setenv("PAPER_WORKERS", "2")
    monkeypatch.setenv("PAPER_METRICS_TOKEN", "a-token-of-more-than-32-characters")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/proc"])

    status = serve.main()

    assert status == 2
    assert capsys.readouterr().err.startswith("/metrics of several workers needs a folder to write in")
