"""A TLS certificate in place of a secret (RFC 8705), through a proxy that hands certificates on.

CERT_FILE and KEY_FILE are the client's; REQUESTS_CA_BUNDLE names the authority of the proxy's certificate.

flask client create --metadata client.json, with
    {"grant_types": ["client_credentials"], "scope": "files",
     "token_endpoint_auth_method": "tls_client_auth",
     "tls_client_auth_subject_dn": "CN=photos,O=Example,C=KR"}
"""

import os

import requests
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

from examples.refresh.account import CLIENT_ID, ISSUER, save_token

if __name__ == "__main__":
    discovery = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=60)
    endpoint = discovery.json()["mtls_endpoint_aliases"]["token_endpoint"]
    oauth = OAuth2Session(client=BackendApplicationClient(CLIENT_ID, scope=["files"]))
    oauth.cert = (os.environ["CERT_FILE"], os.environ["KEY_FILE"])
    save_token(oauth.fetch_token(endpoint, include_client_id=True))
