"""What is measured: each workload is a journey of real requests whose answers are checked."""

import json
import re
import secrets
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.load import Answer, Journey
from benchmarks.target import REDIRECT_URI, Target

Journeys = dict[str, Callable[[], Journey]]
HIDDEN = re.compile(rb'name="(csrf_token)"[^>]*value="([^"]*)"')


def workloads(target: Target) -> Journeys:
    """Return the journeys that every provider can make, by name."""
    authorize = urlencode(
        {
            "response_type": "code",
            "client_id": target.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": target.scope,
            "state": "abc",
        }
    )
    where = f"{target.paths['authorization']}?{authorize}&nonce="
    token = target.paths["token"]

    def client_credentials() -> Journey:
        answer = yield post(token, {"grant_type": "client_credentials"}, target.basic)
        check_tokens(answer, "token_type")

    def code_flow() -> Journey:
        answer = yield get(f"{where}{secrets.token_urlsafe(9)}", Cookie=target.cookies)
        code = parse_qs(urlsplit(answer.header(b"location").decode()).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        check_tokens((yield post(token, form, target.basic)), "id_token")

    def refresh() -> Journey:
        form = {"grant_type": "refresh_token", "refresh_token": target.refresh_tokens.popleft()}
        answer = yield post(token, form, target.basic)
        target.refresh_tokens.append(check_tokens(answer, "refresh_token")["refresh_token"])

    def introspection() -> Journey:
        answer = yield post(target.paths["introspection"], {"token": target.access_token}, target.basic)
        assert answer.status == 200, answer.body
        assert json.loads(answer.body)["active"] is True

    def userinfo() -> Journey:
        answer = yield get(target.paths["userinfo"], Authorization=f"Bearer {target.access_token}")
        assert answer.status == 200, answer.body
        assert target.email in answer.body

    return {
        "client credentials": client_credentials,
        "code flow": code_flow,
        "refresh": refresh,
        "introspection": introspection,
        "UserInfo": userinfo,
    }


def documents(target: Target) -> Journeys:
    """Return the journeys to what is the same for all."""

    def discovery() -> Journey:
        answer = yield get("/.well-known/openid-configuration")
        assert (answer.status, b"jwks_uri" in answer.body) == (200, True)

    def jwks() -> Journey:
        answer = yield get(target.paths["jwks"])
        assert (answer.status, b'"keys"' in answer.body) == (200, True)

    return {"discovery": discovery, "jwks": jwks}


def own_workloads(target: Target) -> Journeys:
    """Return the journeys that only Paper is asked for; what it does not hold is left out."""
    token = target.paths["token"]

    def jwt_credentials() -> Journey:
        form = {"grant_type": "client_credentials", "resource": str(target.api), "scope": "files"}
        answer = yield post(token, form, target.basic)
        assert check_tokens(answer, "token_type")["access_token"].count(".") == 2

    def device_poll() -> Journey:
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": str(target.device_code),
        }
        answer = yield post(token, form, target.basic)
        assert answer.status == 400
        assert json.loads(answer.body)["error"] in ("authorization_pending", "slow_down")

    def sign_in() -> Journey:
        page = yield get("/login")
        fields = {name.decode(): value.decode() for name, value in HIDDEN.findall(page.body)}
        form = fields | {"username": "bench", "password": str(target.password)}
        answer = yield post("/login", form, cookie=page.cookies())
        assert answer.status == 303, answer.status

    return {
        **({"client credentials, JWT": jwt_credentials} if target.api else {}),
        **({"device poll": device_poll} if target.device_code else {}),
        **({"sign-in (Argon2)": sign_in} if target.password else {}),
    }


def check_tokens(answer: Answer, member: str) -> dict[str, str]:
    """Return a token response that has an access token and ``member``."""
    assert answer.status == 200, answer.body
    tokens: dict[str, str] = json.loads(answer.body)
    assert tokens["access_token"]
    assert tokens[member]
    return tokens


def get(target: str, **headers: str) -> bytes:
    """Return a GET request."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


def post(path: str, form: dict[str, str], basic: str | None = None, cookie: str | None = None) -> bytes:
    """Return a POST request with a form."""
    body = urlencode(form)
    who = f"Authorization: Basic {basic}\r\n" if basic else f"Cookie: {cookie}\r\n"
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{who}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
