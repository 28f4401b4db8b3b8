"""The implicit grant (RFC 6749 §4.2), for clients that cannot be changed; new ones use a code with PKCE.

flask client create --grant-type implicit --response-type token --application-type native
    --token-endpoint-auth-method none --redirect-uri http://localhost:9032/callback
"""

from oauthlib.oauth2 import MobileApplicationClient
from requests_oauthlib import OAuth2Session

from examples.refresh.account import (
    AUTHORIZATION_ENDPOINT,
    CLIENT_ID,
    REDIRECT_URI,
    USERINFO_ENDPOINT,
    save_token,
)

if __name__ == "__main__":
    client = MobileApplicationClient(CLIENT_ID)
    oauth = OAuth2Session(client=client, redirect_uri=REDIRECT_URI, scope=["openid", "email"])
    url, state = oauth.authorization_url(AUTHORIZATION_ENDPOINT)
    print("Open", url, flush=True)
    save_token(oauth.token_from_fragment(input("Where did it end? ")))
    oauth.get(USERINFO_ENDPOINT).raise_for_status()
