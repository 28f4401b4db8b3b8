"""The client credentials grant (RFC 6749 §4.4): a service acts for itself.

flask client create --grant-type client_credentials --scope files
"""

from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

from examples.refresh.account import CLIENT_ID, CLIENT_SECRET, TOKEN_ENDPOINT, save_token

if __name__ == "__main__":
    oauth = OAuth2Session(client=BackendApplicationClient(CLIENT_ID, scope=["files"]))
    save_token(oauth.fetch_token(TOKEN_ENDPOINT, client_secret=CLIENT_SECRET))
