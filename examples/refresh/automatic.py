"""Third way, the one to prefer: the session refreshes by itself and calls a function that saves the token."""

from typing import Any

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
    oauth = OAuth2Session(
        CLIENT_ID, token=load_token(), auto_refresh_url=TOKEN_ENDPOINT, token_updater=save_token
    )
    # Given with a request, these two authenticate its refresh and are not sent with the request itself.
    answer = oauth.get(USERINFO_ENDPOINT, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    answer.raise_for_status()
    claims: dict[str, Any] = answer.json()
    return claims


if __name__ == "__main__":
    print(read_userinfo())
