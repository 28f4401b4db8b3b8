"""What is measured: each workload is a journey of real requests whose answers are checked."""

import base64
import itertools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import insert

from benchmarks.load import Answer, Journey
from models.consent import Consent
from models.grant import Grant
from provider.browser_state import browser_state, cookie_name
from provider.wiring import Services
from validators.grants import GrantRecord, columns_of

REDIRECT_URI = "https://client.example/callback"
SCOPE = "openid email offline_access"
SEEDED_GRANTS = 400


@dataclass(frozen=True, slots=True)
class Seed:
    """What the workloads use: a client, a signed-in browser, live grants."""

    client_id: str
    basic: str
    cookies: str
    refresh_tokens: list[str]
    access_token: str


def seed(services: Services) -> Seed:
    """Store a client, a person who is signed in and has consented, and grants with refresh tokens."""
    client, secret = services.client_directory.create(
        {"redirect_uris": [REDIRECT_URI], "grant_types": ["authorization_code", "refresh_token"]}
    )
    user = services.people.create("bench", email="bench@example.org", password=secrets.token_urlsafe(12))
    with services.database.session() as session:
        session_id, cookie = services.login_sessions.begin(
            session, user_id=user.id, amr="pwd", user_agent="bench", replaces=None
        )
        session.add(
            Consent(
                user_id=user.id,
                client_id=client.client_id,
                resource="",
                scope=SCOPE,
                granted_at=services.clock(),
            )
        )
    grants = [_live_grant(services, client.client_id, user.id, session_id) for _ in range(SEEDED_GRANTS)]
    with services.database.session() as session:
        session.execute(insert(Grant), [columns_of(grant) for grant in grants])
    credentials = f"{client.client_id}:{secret}".encode()
    return Seed(
        client_id=client.client_id,
        basic=base64.b64encode(credentials).decode(),
        cookies=f"paper_session={cookie}; {cookie_name(services)}={browser_state(services, cookie)}",
        refresh_tokens=[_refresh_token(services, grant) for grant in grants],
        access_token=services.access_tokens.issue(
            services.resources.paper(client),
            client_id=client.client_id,
            record=grants[0],
            scopes=SCOPE.split(),
            expires_at=services.clock() + 900,
        ),
    )


def workloads(data: Seed) -> dict[str, Callable[[], Journey]]:
    """Return the journeys by name."""
    authorize = urlencode(
        {
            "response_type": "code",
            "client_id": data.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
            "state": "abc",
            "nonce": "n-0S6_WzA2Mj",
        }
    )
    tokens = iter(itertools.cycle(range(SEEDED_GRANTS)))

    def code_flow() -> Journey:
        answer = yield _get(f"/authorize?{authorize}", Cookie=data.cookies)
        code = parse_qs(urlsplit(answer.header(b"location").decode()).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        _check_tokens((yield _post(form, data.basic)), "id_token")

    def refresh() -> Journey:
        index = next(tokens)
        form = {"grant_type": "refresh_token", "refresh_token": data.refresh_tokens[index]}
        answer = yield _post(form, data.basic)
        data.refresh_tokens[index] = _check_tokens(answer, "refresh_token")["refresh_token"]

    def userinfo() -> Journey:
        answer = yield _get("/userinfo", Authorization=f"Bearer {data.access_token}")
        assert answer.status == 200
        assert b"bench@example.org" in answer.body

    def discovery() -> Journey:
        answer = yield _get("/.well-known/openid-configuration")
        assert answer.status == 200
        assert b"jwks_uri" in answer.body

    return {"code flow": code_flow, "refresh": refresh, "userinfo": userinfo, "discovery": discovery}


def _live_grant(services: Services, client_id: str, user_id: str, session_id: bytes) -> GrantRecord:
    record = services.codes.new_grant(
        client_id=client_id,
        user_id=user_id,
        login_session_id=session_id,
        scope=SCOPE,
        resource="",
        claims=None,
        nonce=None,
        redirect_uri=REDIRECT_URI,
        code_challenge=None,
        auth_time=services.clock(),
        amr="pwd",
    )
    return record._replace(generation=1, expires_at=services.clock() + services.settings.refresh_seconds)


def _refresh_token(services: Services, grant: GrantRecord) -> str:
    return services.credentials.derive(
        key_version=grant.key_version,
        grant_id=grant.id,
        generation=1,
        salt=grant.salt,
        client_id=grant.client_id,
    )


def _check_tokens(answer: Answer, member: str) -> dict[str, str]:
    assert answer.status == 200, answer.body
    tokens: dict[str, str] = json.loads(answer.body)
    assert tokens["access_token"]
    assert tokens[member]
    return tokens


def _get(target: str, **headers: str) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


def _post(form: dict[str, str], basic: str) -> bytes:
    body = urlencode(form)
    return (
        "POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Basic {basic}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
