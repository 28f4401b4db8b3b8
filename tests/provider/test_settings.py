"""Settings: what is read, what is refused, and how it is said."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from provider import settings_page
from provider.setting_kinds import CHECKOUT, Address
from provider.settings import BadSettings, Settings


def refusal(**environ: str) -> str:
    with pytest.raises(BadSettings) as caught:
        Settings.from_environ(environ)
    return str(caught.value)


def test_nothing_set_serves_localhost_from_the_checkout() -> None:
    """Two commands are enough: nothing has to be set."""
    settings = Settings.from_environ({"HOME": "/root"})

    assert settings == Settings()
    assert settings.issuer == "http://localhost:9031"
    assert settings.address == Address("localhost", 9031)
    assert settings.database_url == f"sqlite:///{CHECKOUT}/instance/paper.db"
    assert settings.master_key_file == CHECKOUT / "instance" / "master.key"


@pytest.mark.parametrize(
    "issuer",
    [
        "https://id.example.com",
        "https://id.example.com:8443/tenant/one",
        "http://localhost:9031",
        "http://127.0.0.1",
        "http://[::1]:9031",
    ],
)
def test_issuer_is_kept_as_written(issuer: str) -> None:
    """OpenID Connect Discovery §3: https, perhaps a port and a path; http on loopback only."""
    assert Settings.from_environ({"PAPER_ISSUER": issuer}).issuer == issuer


@pytest.mark.parametrize(
    "issuer",
    [
        pytest.param("", id="empty"),
        pytest.param("id.example.com", id="no scheme"),
        pytest.param("ftp://id.example.com", id="other scheme"),
        pytest.param("http://id.example.com", id="http on the network"),
        pytest.param("http://localhost.example.com", id="http, nearly loopback"),
        pytest.param("https://id.example.com/", id="slash at the end"),
        pytest.param("https://id.example.com/a/", id="slash after a path"),
        pytest.param("https://id.example.com?a=b", id="query"),
        pytest.param("https://id.example.com#a", id="fragment"),
        pytest.param("https://me@id.example.com", id="user name"),
        pytest.param("https://ID.example.com", id="upper case"),
        pytest.param("https://id.example.com:0", id="port 0"),
        pytest.param("https://id.example.com:65536", id="port too high"),
        pytest.param("https://id.example.com/a/../b", id="dot segment"),
        pytest.param("https://id.example.com/a b", id="space"),
        pytest.param("https://id.example.com\n", id="line feed"),
        pytest.param("https://[::g]", id="bad IPv6 address"),
    ],
)
def test_issuer_that_is_no_issuer_is_refused(issuer: str) -> None:
    """RFC 8414 §2: no query, no fragment."""
    assert refusal(PAPER_ISSUER=issuer).startswith(f"PAPER_ISSUER: {issuer!r} is refused; allowed: https://")


@pytest.mark.parametrize(
    ("issuer", "secure", "prefix", "path", "address"),
    [
        ("https://id.example.com", True, "__Host-", "", Address("id.example.com", 443)),
        ("https://id.example.com/a/b", True, "__Host-", "/a/b", Address("id.example.com", 443)),
        ("http://localhost", False, "", "", Address("localhost", 80)),
        ("http://[::1]:9031/a", False, "", "/a", Address("::1", 9031)),
    ],
)
def test_what_follows_from_the_issuer(
    issuer: str, secure: bool, prefix: str, path: str, address: Address
) -> None:
    """DESIGN: cookie names, paths and the place to listen at come from the issuer."""
    settings = Settings(issuer=issuer)

    found = (settings.is_https, settings.cookie_prefix, settings.path, settings.address)

    assert found == (secure, prefix, path, address)


def test_bind_overrules_the_issuer() -> None:
    """DESIGN: the host and port of PAPER_ISSUER unless PAPER_BIND says otherwise."""
    environ = {"PAPER_ISSUER": "https://id.example.com", "PAPER_BIND": "[::]:8080"}

    assert Settings.from_environ(environ).address == Address("::", 8080)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("sqlite:////var/lib/paper.db", "sqlite:////var/lib/paper.db"),
        ("sqlite:///data/paper.db", f"sqlite:///{CHECKOUT}/data/paper.db"),
        ("postgresql://u:p%40ss@db/paper", "postgresql+psycopg://u:p%40ss@db/paper"),
        ("postgres://db/paper?sslmode=require", "postgresql+psycopg://db/paper?sslmode=require"),
        ("postgresql+psycopg://db/paper", "postgresql+psycopg://db/paper"),
    ],
)
def test_database_url_names_the_driver_that_paper_uses(written: str, url: str) -> None:
    """PostgreSQL is reached by psycopg 3; a relative file begins in the checkout."""
    assert Settings.from_environ({"PAPER_DATABASE_URL": written}).database_url == url


@pytest.mark.parametrize(
    "url", ["", "paper.db", "sqlite://", "sqlite:///:memory:", "mysql://me:secret@db/paper"]
)
def test_database_that_cannot_be_used_is_refused_without_repeating_the_url(url: str) -> None:
    """A database URL may hold a password, and a refusal may reach a log."""
    line = refusal(PAPER_DATABASE_URL=url)

    assert line.startswith("PAPER_DATABASE_URL: its value is refused; allowed: sqlite:///")
    assert "secret" not in line


def test_settings_printed_show_no_database_password() -> None:
    """What is printed by chance must not matter."""
    settings = Settings.from_environ({"PAPER_DATABASE_URL": "postgresql://me:secret@db/paper"})

    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("access_token_seconds", "60", 60),
        ("refresh_grace_seconds", "0", 0),
        ("sqlite_synchronous", "normal", "NORMAL"),
        ("log_format", "json", "json"),
        ("rate_limit_storage", "redis://:word@cache.example:6379/1", "redis://:word@cache.example:6379/1"),
        ("log_level", "WARNING", "warning"),
        ("master_key_file", "/run/master.key", Path("/run/master.key")),
        ("master_key_file", "keys/master.key", CHECKOUT / "keys" / "master.key"),
        ("trusted_proxies", "10.0.0.0/8, ::1", (ip_network("10.0.0.0/8"), ip_network("::1"))),
    ],
)
def test_value_is_read_into_its_type(name: str, text: str, value: Any) -> None:
    """Everything behind the settings gets values, not text."""
    settings = Settings.from_environ({f"PAPER_{name.upper()}": text})

    assert getattr(settings, name) == value


@pytest.mark.parametrize(
    "text",
    [
        "memory",
        "file:///limits",
        "redis://",
        "redis://:secret@h/x",
        "redis://:secret@h:0",
        "redis://h?x=secret",
    ],
)
def test_store_of_limits_that_cannot_be_used_is_refused_without_repeating_it(text: str) -> None:
    """It may hold a password."""
    line = refusal(PAPER_RATE_LIMIT_STORAGE=text)

    assert line.startswith("PAPER_RATE_LIMIT_STORAGE: its value is refused; allowed: memory:// or redis://")
    assert "secret" not in line


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("PAPER_CODE_SECONDS", "9", "a whole number from 10 to 600 (seconds)"),
        ("PAPER_CODE_SECONDS", "601", "a whole number from 10 to 600 (seconds)"),
        ("PAPER_CODE_SECONDS", "60s", "a whole number from 10 to 600 (seconds)"),
        ("PAPER_CODE_SECONDS", "-60", "a whole number from 10 to 600 (seconds)"),
        ("PAPER_CODE_SECONDS", "٦٠", "a whole number from 10 to 600 (seconds)"),
        ("PAPER_CODE_SECONDS", "", "a whole number from 10 to 600 (seconds)"),
        ("PAPER_THREADS", "0", "a whole number from 1 to 64"),
        ("PAPER_SQLITE_SYNCHRONOUS", "OFF", "FULL or NORMAL"),
        ("PAPER_LOG_LEVEL", "loud", "debug or info or warning or error"),
        ("PAPER_BIND", "9031", "host:port, an IPv6 address in brackets"),
        ("PAPER_BIND", "::1:9031", "host:port, an IPv6 address in brackets"),
        ("PAPER_MASTER_KEY_FILE", "", "a path; a relative one begins in the checkout"),
        (
            "PAPER_TRUSTED_PROXIES",
            "10.0.0.1/8",
            "IP addresses or networks such as 10.0.0.0/8, separated by commas",
        ),
        ("PAPER_TRUSTED_PROXIES", "*", "IP addresses or networks such as 10.0.0.0/8, separated by commas"),
    ],
)
def test_wrong_value_is_refused_with_what_is_allowed(name: str, text: str, allowed: str) -> None:
    """One line: the name, what is wrong, what is allowed."""
    assert refusal(**{name: text}) == f"{name}: {text!r} is refused; allowed: {allowed}"


def test_all_problems_come_at_once() -> None:
    """An operator mends a file of settings in one go."""
    lines = refusal(PAPER_ISSUER="x", PAPER_THREADS="many", PAPER_THREAD="1").splitlines()

    assert [line.split(":")[0] for line in lines] == ["PAPER_THREAD", "PAPER_ISSUER", "PAPER_THREADS"]


def test_unknown_name_is_refused_with_the_nearest_one() -> None:
    """A misspelt option must not pass as its default."""
    line = refusal(PAPER_ISUER="https://id.example.com")

    assert line == "PAPER_ISUER: there is no such setting; did you mean PAPER_ISSUER?"


def test_name_like_no_other_is_refused_with_the_place_to_look() -> None:
    """Where nothing is near, no guess is made."""
    line = refusal(PAPER_FOO="1")

    assert line == "PAPER_FOO: there is no such setting; docs/settings.md lists the settings"


def test_names_for_the_test_suite_are_let_pass() -> None:
    """PAPER_TEST_POSTGRES is seen by every process that a test starts."""
    assert Settings.from_environ({"PAPER_TEST_POSTGRES": "require"}) == Settings()


@pytest.mark.parametrize(
    ("most", "bound", "least", "value"),
    [
        ("PAPER_REFRESH_SECONDS", 899, "PAPER_ACCESS_TOKEN_SECONDS", 900),
        ("PAPER_GRANT_SECONDS", 2591999, "PAPER_REFRESH_SECONDS", 2592000),
        ("PAPER_SESSION_SECONDS", 86399, "PAPER_SESSION_IDLE_SECONDS", 86400),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    most: str, bound: int, least: str, value: int
) -> None:
    """DESIGN: nothing lives longer than what it hangs on."""
    line = refusal(**{most: str(bound)})

    assert line == f"{least}: {value} is refused; allowed: at most {most}, which is {bound}"


def test_value_that_was_refused_is_not_compared_with_others() -> None:
    """One mistake gives one line."""
    lines = refusal(PAPER_REFRESH_SECONDS="never", PAPER_GRANT_SECONDS="3600").splitlines()

    assert len(lines) == 1


def test_settings_cannot_change_while_they_are_used() -> None:
    """STYLE: one frozen dataclass."""
    settings = Settings()

    with pytest.raises(FrozenInstanceError):
        settings.issuer = "https://other.example.com"  # type: ignore[misc]


def test_settings_page_is_what_the_settings_say() -> None:
    """docs/settings.md is generated and up to date."""
    assert (CHECKOUT / "docs" / "settings.md").read_text() == settings_page.render()


def test_settings_page_check_tells_a_stale_page(tmp_path: Path) -> None:
    """`make check` fails with one line when somebody forgot to generate the page."""
    stale = tmp_path / "settings.md"
    stale.write_text("old")
    command = [sys.executable, "-m", "provider.settings_page", "--check", str(stale)]

    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_every_setting_is_documented() -> None:
    """STYLE: a docstring under each field."""
    page = settings_page.render()

    assert page.count("\n## `PAPER_") == len(settings_page.descriptions()) == len(Settings.__slots__)
