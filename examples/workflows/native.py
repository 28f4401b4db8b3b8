"""A code with PKCE (RFC 7636), for clients on a person's own machine, which keep no secret (RFC 8252).

flask client create --application-type native --token-endpoint-auth-method none
    --redirect-uri http://127.0.0.1:9032/callback
"""

from requests_oauthlib import OAuth2Session

from examples.refresh.account import (
    AUTHORIZATION_ENDPOINT,
    CLIENT_ID,
    REDIRECT_URI,
    TOKEN_ENDPOINT,
    USERINFO_ENDPOINT,
    save_token,
)

if __name__ == "__main__":
    oauth = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=["openid", "email"], pkce="S256")
    url, state = oauth.authorization_url(AUTHORIZATION_ENDPOINT)
    print("Open", url, flush=True)
    answer = input("Where did it end? ")
    save_token(oauth.fetch_token(TOKEN_ENDPOINT, authorization_response=answer, include_client_id=True))
    oauth.get(USERINFO_ENDPOINT).raise_for_status()
