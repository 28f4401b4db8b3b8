"""The device authorization grant (RFC 8628): the person allows it at another device.

flask client create --grant-type urn:ietf:params:oauth:grant-type:device_code
    --token-endpoint-auth-method none --application-type native
"""

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from oauthlib.oauth2 import DeviceClient, OAuth2Error

from examples.refresh.account import CLIENT_ID, ISSUER, TOKEN_ENDPOINT, save_token

DEVICE_AUTHORIZATION_ENDPOINT = f"{ISSUER}/device_authorization"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SLOW_DOWN_SECONDS = 5


def poll(client: DeviceClient, codes: dict[str, Any]) -> dict[str, Any]:
    """Return the token response, once the person has allowed it (RFC 8628 §3.5)."""
    body = client.prepare_request_body(codes["device_code"], include_client_id=True)
    interval = codes["interval"]
    while True:
        time.sleep(interval)
        answer = requests.post(TOKEN_ENDPOINT, body, headers=FORM, timeout=60)
        try:
            return dict(client.parse_request_body_response(answer.text))
        except OAuth2Error as error:
            if error.error not in ("authorization_pending", "slow_down"):
                raise
            interval += SLOW_DOWN_SECONDS if error.error == "slow_down" else 0


if __name__ == "__main__":
    client = DeviceClient(CLIENT_ID, scope=["openid", "email"])
    form = urlsplit(client.prepare_request_uri(DEVICE_AUTHORIZATION_ENDPOINT)).query
    answer = requests.post(DEVICE_AUTHORIZATION_ENDPOINT, form, headers=FORM, timeout=60)
    answer.raise_for_status()
    codes = answer.json()
    print("Open", codes["verification_uri"], "and enter", codes["user_code"], flush=True)
    save_token(poll(client, codes))
