"""Secrets in files, as systemd, Docker and Kubernetes hand them over."""

from pathlib import Path

import pytest

from provider.settings import BadSettings, Settings

URL = "postgresql://paper:secret@db/paper"
TOKEN = "a-token-of-more-than-32-characters"


def refusal(**environ: str) -> str:
    with pytest.raises(BadSettings) as caught:
        Settings.from_environ(environ)
    return str(caught.value)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_is_read_from_its_file(tmp_path: Path, end: str) -> None:
    """A line end is not part of it: editors and echo put one there."""
    for name, text in (("url", URL), ("token", TOKEN), ("redis", "redis://:secret@redis")):
        (tmp_path / name).write_bytes(f"{text}{end}".encode())

    settings = Settings.from_environ(
        {
            "PAPER_DATABASE_URL_FILE": str(tmp_path / "url"),
            "PAPER_METRICS_TOKEN_FILE": str(tmp_path / "token"),
            "PAPER_RATE_LIMIT_STORAGE_FILE": str(tmp_path / "redis"),
        }
    )

    assert settings.database_url == "postgresql+psycopg://paper:secret@db/paper"
    assert settings.metrics_token == TOKEN
    assert settings.rate_limit_storage == "redis://:secret@redis"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"postgresql://paper:secret@db/paper\nmore", "more than one line", id="two-lines"),
        pytest.param(b"\xff\xfesecret", "not ASCII text", id="binary"),
        pytest.param(b"secret" * 20_000, "too long", id="long"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """One line, which repeats nothing of what may be a secret."""
    (tmp_path / "url").write_bytes(content)

    text = refusal(PAPER_DATABASE_URL_FILE=str(tmp_path / "url"))

    assert text == f"PAPER_DATABASE_URL_FILE: '{tmp_path}/url' cannot be used: {reason}"


def test_the_text_of_a_file_is_checked_and_never_shown(tmp_path: Path) -> None:
    """As if it stood in the variable."""
    (tmp_path / "url").write_text("mysql://paper:secret@db/paper")

    text = refusal(PAPER_DATABASE_URL_FILE=str(tmp_path / "url"))

    assert text.startswith("PAPER_DATABASE_URL: its value is refused")
    assert "secret" not in text


def test_all_that_is_wrong_with_files_is_said_at_once(tmp_path: Path) -> None:
    """A missing file, a path that depends on where one stands, a setting given twice."""
    text = refusal(
        PAPER_DATABASE_URL_FILE=str(tmp_path / "missing"),
        PAPER_METRICS_TOKEN_FILE="run/token",
        PAPER_RATE_LIMIT_STORAGE="memory://",
        PAPER_RATE_LIMIT_STORAGE_FILE=str(tmp_path),
    )

    assert text.splitlines() == [
        f"PAPER_DATABASE_URL_FILE: '{tmp_path}/missing' cannot be used: No such file or directory",
        "PAPER_RATE_LIMIT_STORAGE_FILE: PAPER_RATE_LIMIT_STORAGE is set too; set one of them",
        "PAPER_METRICS_TOKEN_FILE: 'run/token' cannot be used: not an absolute path",
    ]


def test_what_is_no_secret_has_no_file(tmp_path: Path) -> None:
    """An unknown name is an error, however it ends."""
    assert "PAPER_ISSUER_FILE: there is no such setting" in refusal(PAPER_ISSUER_FILE=str(tmp_path))
