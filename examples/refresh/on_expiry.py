"""First way: the request fails because the token has expired; refresh by hand, then ask again."""

from typing import Any

from oauthlib.oauth2 import TokenExpiredError
from requests_oauthlib import OAuth2Session

from examples.refresh.account import (
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN_ENDPOINT,
    USERINFO_ENDPOINT,
    load_token,
    save_token,
)


def read_userinfo() -> dict[str, Any]:
    """Return the person's claims (OpenID Connect Core §5.3)."""
    oauth = OAuth2Session(CLIENT_ID, token=load_token())
    try:
        answer = oauth.get(USERINFO_ENDPOINT)
    except TokenExpiredError:
        save_token(oauth.refresh_token(TOKEN_ENDPOINT, auth=(CLIENT_ID, CLIENT_SECRET)))
        answer = oauth.get(USERINFO_ENDPOINT)
    answer.raise_for_status()
    claims: dict[str, Any] = answer.json()
    return claims


if __name__ == "__main__":
    print(read_userinfo())
