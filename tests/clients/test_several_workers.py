"""One provider, several processes: whatever one of them issues, the others accept."""

from pathlib import Path

import pytest
from requests_oauthlib import OAuth2Session

from tests.builders import REDIRECT_URI
from tests.live import LiveProvider
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_any_worker_may_answer(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, codes and tokens pass from process to process through the database and the master key alone."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    provider = LiveProvider(tmp_path, PAPER_DATABASE_URL=database_url, PAPER_WORKERS="2")
    client = provider.register()
    credentials = (client["client_id"], client["client_secret"])
    subjects = []

    with provider.serving():
        token_endpoint = provider.endpoint("token_endpoint")
        for _ in range(4):
            oauth = OAuth2Session(
                client["client_id"], redirect_uri=REDIRECT_URI, scope=["openid", "offline_access"]
            )
            url, _state = oauth.authorization_url(provider.endpoint("authorization_endpoint"))
            answer = Person().authorize(url, REDIRECT_URI)
            oauth.fetch_token(token_endpoint, authorization_response=answer, client_secret=credentials[1])
            oauth.refresh_token(token_endpoint, auth=credentials)
            subjects.append(oauth.get(provider.endpoint("userinfo_endpoint")).json()["sub"])

    assert subjects == [provider.sub] * 4
