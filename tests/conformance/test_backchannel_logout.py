"""The modules of the certification plan for back-channel logout (OpenID Connect Back-Channel Logout 1.0)."""

from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from flask.testing import FlaskClient

from keys.logout_token import EVENT
from provider.factory import create_app
from provider.logout_delivery import LogoutDelivery
from provider.wiring import Services
from tests.browser import Browser, answer_of
from tests.conftest import Clock
from tests.document_server import DocumentServer, status
from tests.logout_receiver import form_of
from tests.relying_party import STATE, make_relying_party

pytestmark = pytest.mark.journey


def test_oidcc_backchannel_logout_discovery_endpoint_verification(services: Services) -> None:
    """§2.1: both members are true, and the end session endpoint is https where the issuer is."""
    services.settings = replace(services.settings, issuer="https://op.example")
    http = create_app(services=services).test_client()

    document = http.get("/.well-known/openid-configuration", base_url="https://op.example").get_json()

    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True
    assert document["end_session_endpoint"].startswith("https://")


def test_oidcc_backchannel_rp_initiated_logout(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock, tmp_path: Path
) -> None:
    """§2.4, §2.5: one form POST with a signed logout token alone; then the redirect with its state."""
    with DocumentServer(tmp_path).serving() as server:
        services.settings = replace(
            services.settings, ca_bundle=server.ca_bundle, outbound_allow=("localhost",)
        )
        server.answers["/logout"] = status(200)
        rp = make_relying_party(
            services,
            http,
            browser,
            backchannel_logout_uri=f"{server.url}/logout",
            backchannel_logout_session_required=True,
        )
        clock.advance(seconds=5)

        redirected = rp.sign_out()
        LogoutDelivery(services).run_once()

        assert [handler.path for handler in server.seen] == ["/logout"]
        assert server.seen[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
        form = form_of(server.bodies[0])

    assert list(form) == ["logout_token"]
    (token,) = form["logout_token"]
    header = jwt.get_unverified_header(token)
    keys = jwt.PyJWKSet.from_dict(http.get("/jwks").get_json())
    claims = jwt.decode(
        token,
        keys[header["kid"]],
        algorithms=["RS256"],
        audience=rp.client.client_id,
        issuer=services.settings.issuer,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (header["typ"], header["alg"]) == ("logout+jwt", "RS256")
    assert claims["events"] == {EVENT: {}}
    assert (claims["sub"], claims["sid"]) == (rp.claims["sub"], rp.claims["sid"])
    assert claims["iat"] == clock()
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert answer_of(redirected) == {"state": STATE}
    assert not rp.is_signed_in()
