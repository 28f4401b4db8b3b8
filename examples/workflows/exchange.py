"""Token exchange (RFC 8693): a token for one API becomes a narrower one for the next API.

flask resource create RESOURCE
flask client create --metadata client.json, with
    {"grant_types": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"],
     "scope": "files photos", "paper_exchange_audiences": ["RESOURCE"]}
"""

import os

import requests
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

from examples.refresh.account import CLIENT_ID, CLIENT_SECRET, TOKEN_ENDPOINT, save_token

if __name__ == "__main__":
    oauth = OAuth2Session(client=BackendApplicationClient(CLIENT_ID, scope=["files", "photos"]))
    token = oauth.fetch_token(TOKEN_ENDPOINT, client_secret=CLIENT_SECRET)
    answer = requests.post(
        TOKEN_ENDPOINT,
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": token["access_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "resource": os.environ["RESOURCE"],
            "scope": "photos",
        },
        auth=(CLIENT_ID, CLIENT_SECRET),
        timeout=60,
    )
    answer.raise_for_status()
    save_token(answer.json())
