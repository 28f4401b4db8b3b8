"""The JWT bearer grant (RFC 7523 §2.1): an issuer that the operator trusts speaks for a person.

flask client create --grant-type urn:ietf:params:oauth:grant-type:jwt-bearer
flask trusted-issuer create https://issuer.example --jwks public-keys.json --subject username
"""

import os
import secrets
from pathlib import Path

from oauthlib.oauth2 import ServiceApplicationClient
from requests_oauthlib import OAuth2Session

from examples.refresh.account import CLIENT_ID, CLIENT_SECRET, TOKEN_ENDPOINT, USERINFO_ENDPOINT, save_token

if __name__ == "__main__":
    client = ServiceApplicationClient(
        CLIENT_ID,
        private_key=Path(
            os.environ["PRIVATE_KEY_FILE"]
        ).read_text(),  # an RSA key in PEM: oauthlib signs RS256
        issuer=os.environ["ASSERTION_ISSUER"],
        subject=os.environ["SUBJECT"],
        audience=TOKEN_ENDPOINT,
        scope=["openid", "email"],
    )
    oauth = OAuth2Session(client=client)
    # An assertion serves once; its identifier tells two of the same second apart.
    token = oauth.fetch_token(TOKEN_ENDPOINT, client_secret=CLIENT_SECRET, jwt_id=secrets.token_urlsafe())
    save_token(token)
    oauth.get(USERINFO_ENDPOINT).raise_for_status()
