"""The password grant (RFC 6749 §4.3), for clients that cannot be changed (RFC 9700 §2.4).

flask client create --grant-type password --grant-type refresh_token
"""

import os

from oauthlib.oauth2 import LegacyApplicationClient
from requests_oauthlib import OAuth2Session

from examples.refresh.account import CLIENT_ID, CLIENT_SECRET, TOKEN_ENDPOINT, USERINFO_ENDPOINT, save_token

if __name__ == "__main__":
    oauth = OAuth2Session(client=LegacyApplicationClient(CLIENT_ID, scope=["openid", "email"]))
    token = oauth.fetch_token(
        TOKEN_ENDPOINT,
        username=os.environ["USERNAME"],
        password=os.environ["PASSWORD"],
        client_secret=CLIENT_SECRET,
    )
    save_token(token)
    oauth.get(USERINFO_ENDPOINT).raise_for_status()
