"""A provider under load: where its endpoints are, and what a client and a signed-in browser hold there."""

import base64
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import requests

REDIRECT_URI = "https://client.example/callback"
TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the workloads use.

    Attributes:
        port: on loopback.
        paths: of the endpoints, by their name in the discovery document, without ``_endpoint``.
        basic: the client's credentials for HTTP Basic.
        cookies: of a browser whose person is signed in and has allowed ``scope``.
        refresh_tokens: live ones; whoever takes one out puts the one that follows it back.
        access_token: one that lives as long as the run.
        api: a resource for which access tokens are JWTs, if there is one.
        device_code: one that nobody has decided about, if there is one.
        password: of the person ``bench``, if signing in is measured.
    """

    port: int
    paths: dict[str, str]
    client_id: str
    basic: str
    scope: str
    cookies: str
    refresh_tokens: deque[str]
    access_token: str
    api: str | None = None
    device_code: str | None = None
    password: str | None = None
    email: bytes = field(default=b"bench@example.org")


def basic_of(client_id: str, secret: str) -> str:
    """Return the credentials of HTTP Basic (RFC 7617 §2)."""
    return base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def paths_of(port: int) -> dict[str, str]:
    """Read a provider's discovery document, and that of RFC 8414 if introspection stands only there."""
    address = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    document = requests.get(address, timeout=TIMEOUT_SECONDS).json()
    if "introspection_endpoint" not in document:
        address = f"http://127.0.0.1:{port}/.well-known/oauth-authorization-server"
        document |= requests.get(address, timeout=TIMEOUT_SECONDS).json()
    names = ("authorization", "token", "introspection", "userinfo", "device_authorization")
    found = {name: document.get(f"{name}_endpoint", "") for name in names} | {"jwks": document["jwks_uri"]}
    return {name: urlsplit(url).path for name, url in found.items()}


def enrol(
    port: int,
    *,
    client_id: str,
    secret: str,
    scope: str,
    grants: int,
    sign_in: Callable[[requests.Session, str], None],
) -> Target:
    """Go through the flows of a peer by HTTP as a person and a client would.

    The access token is of a grant that is never refreshed: some peers end it with the refresh token.

    Args:
        port: where it listens.
        client_id: a client that is registered there with ``REDIRECT_URI``.
        secret: the client's.
        scope: what it asks for; must come with a refresh token.
        grants: how many to collect; all but the first lend their refresh token.
        sign_in: signs the person ``bench`` in at an authorization address, and allows what is asked.
    """
    paths, base = paths_of(port), f"http://127.0.0.1:{port}"
    browser = requests.Session()
    query = {"client_id": client_id, "response_type": "code", "redirect_uri": REDIRECT_URI, "scope": scope}
    query |= {"state": "abc", "nonce": "n"}
    authorization = base + paths["authorization"]
    sign_in(browser, requests.Request("GET", authorization, params=query).prepare().url or "")
    tokens = []
    for number in range(grants):
        query["nonce"] = str(number)
        answer = browser.get(authorization, params=query, allow_redirects=False, timeout=TIMEOUT_SECONDS)
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        response = requests.post(
            base + paths["token"], data=form, auth=(client_id, secret), timeout=TIMEOUT_SECONDS
        )
        assert response.status_code == 200, response.text
        tokens.append(response.json())
    return Target(
        port=port,
        paths=paths,
        client_id=client_id,
        basic=basic_of(client_id, secret),
        scope=scope,
        cookies="; ".join(f"{each.name}={each.value}" for each in browser.cookies if each.path == "/"),
        refresh_tokens=deque(each["refresh_token"] for each in tokens[1:]),
        access_token=tokens[0]["access_token"],
    )
