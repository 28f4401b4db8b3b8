"""The web application flow by hand: prints an address to open, reads the address that the browser ends at."""

from requests_oauthlib import OAuth2Session

from examples.refresh.account import (
    AUTHORIZATION_ENDPOINT,
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    TOKEN_ENDPOINT,
    save_token,
)

if __name__ == "__main__":
    oauth = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=["openid", "email", "offline_access"])
    url, state = oauth.authorization_url(AUTHORIZATION_ENDPOINT)
    print("Open", url, flush=True)
    answer = input("Where did it end? ")
    save_token(oauth.fetch_token(TOKEN_ENDPOINT, authorization_response=answer, client_secret=CLIENT_SECRET))
