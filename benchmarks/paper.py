"""Paper as a target: a client, a person who is signed in and has consented, live grants."""

import secrets
from collections import deque

from sqlalchemy import insert

from benchmarks.target import REDIRECT_URI, Target, basic_of, paths_of
from models.consent import Consent
from models.grant import Grant
from provider.browser_state import browser_state, cookie_name
from provider.wiring import Services
from validators.device_codes import GRANT_TYPE as DEVICE_CODE
from validators.grants import GrantRecord, columns_of
from validators.resource_directory import ResourceDirectory

SCOPE = "openid email offline_access"
SEEDED_GRANTS = 400
API = "https://api.example.org/files"


def seed(services: Services, port: int) -> Target:
    """Store what the workloads need, and return it."""
    client, secret = services.client_directory.create(
        {
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials", DEVICE_CODE],
        }
    )
    resources = ResourceDirectory(services.database, services.clock, services.settings.issuer)
    resources.create(API, scope="files", token_format="jwt")
    password = secrets.token_urlsafe(12)
    user = services.people.create("bench", email="bench@example.org", password=password)
    with services.database.session() as session:
        session_id, cookie = services.login_sessions.begin(
            session, user_id=user.id, amr="pwd", user_agent="bench", replaces=None
        )
        key = {"user_id": user.id, "client_id": client.client_id, "resource": ""}
        session.add(Consent(**key, scope=SCOPE, granted_at=services.clock()))
    grants = [_live_grant(services, client.client_id, user.id, session_id) for _ in range(SEEDED_GRANTS)]
    with services.database.session() as session:
        session.execute(insert(Grant), [columns_of(grant) for grant in grants])
    device = services.device_codes.begin(client_id=client.client_id, scope="openid", resource="")
    return Target(
        port=port,
        paths=paths_of(port),
        client_id=client.client_id,
        basic=basic_of(client.client_id, secret or ""),
        scope=SCOPE,
        cookies=f"paper_session={cookie}; {cookie_name(services)}={browser_state(services, cookie)}",
        refresh_tokens=deque(_refresh_token(services, grant) for grant in grants),
        access_token=services.access_tokens.issue(
            services.resources.paper(client),
            client_id=client.client_id,
            record=grants[0],
            scopes=SCOPE.split(),
            expires_at=services.clock() + 3600,
        ),
        api=API,
        device_code=device.device_code,
        password=password,
    )


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
