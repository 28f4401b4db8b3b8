"""examples/refresh: sign in once, then read UserInfo each of the three ways, the token alive or expired."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from provider.setting_kinds import CHECKOUT
from tests.builders import REDIRECT_URI
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]


class Account:
    """What a user of the examples types and keeps."""

    def __init__(self, provider: LiveProvider, token_file: Path) -> None:
        client = provider.register()
        self.token_file = token_file
        self._environ = {
            "PATH": provider.environ["PATH"],
            "ISSUER": provider.issuer,
            "CLIENT_ID": client["client_id"],
            "CLIENT_SECRET": client["client_secret"],
            "REDIRECT_URI": REDIRECT_URI,
            "TOKEN_FILE": str(token_file),
        }

    def start(self, name: str) -> subprocess.Popen[str]:
        """Start a script of examples/refresh."""
        return subprocess.Popen(
            [sys.executable, "-u", "-m", f"examples.refresh.{name}"],
            cwd=CHECKOUT,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, name: str) -> str:
        """Run a script of examples/refresh to its end; return what it prints."""
        process = self.start(name)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, output
        return output

    @property
    def token(self) -> dict[str, str]:
        """The token response that the examples have saved."""
        token: dict[str, str] = json.loads(self.token_file.read_text())
        return token

    def let_it_expire(self) -> None:
        """Make the saved access token look years old."""
        self.token_file.write_text(json.dumps(self.token | {"expires_at": 1}))


@pytest.fixture(scope="module")
def account(live_provider: LiveProvider, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """Somebody who has signed in with examples/refresh/sign_in.py."""
    account = Account(live_provider, tmp_path_factory.mktemp("refresh") / "token.json")
    with account.start("sign_in") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("Open ").strip()
        process.stdin.write(Person().authorize(url, REDIRECT_URI) + "\n")
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, output
    return account


@pytest.mark.parametrize("way", ["on_expiry", "on_update", "automatic"])
def test_an_expired_token_is_refreshed(account: Account, live_provider: LiveProvider, way: str) -> None:
    """RFC 6749 §6: new tokens are saved, and UserInfo is read with them."""
    account.let_it_expire()
    before = account.token

    userinfo = ast.literal_eval(account.run(way))

    assert userinfo["sub"] == live_provider.sub
    assert account.token["access_token"] != before["access_token"]
    assert account.token["refresh_token"] != before["refresh_token"]


@pytest.mark.parametrize("way", ["on_expiry", "on_update", "automatic"])
def test_a_live_token_is_used_as_it_is(account: Account, live_provider: LiveProvider, way: str) -> None:
    """RFC 6749 §1.5: no refresh before it is needed."""
    account.let_it_expire()
    account.run("automatic")
    before = account.token

    userinfo = ast.literal_eval(account.run(way))

    assert userinfo["sub"] == live_provider.sub
    assert account.token == before


def test_tokens_are_for_their_owner_alone(account: Account, tmp_path: Path) -> None:
    """RFC 6749 §10.4: a refresh token is as good as a password."""
    assert account.token_file.stat().st_mode & 0o077 == 0
