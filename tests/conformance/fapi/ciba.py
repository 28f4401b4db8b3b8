"""The relying party of the FAPI-CIBA plan, and the person at another device."""

import re
import secrets
from typing import Any

from werkzeug.test import TestResponse

from keys.base64url import decode
from tests.assertions import KeyHolder
from tests.browser import hidden_fields
from tests.builders import PASSWORD
from tests.conformance.fapi.relying_party import RelyingParty
from tests.conformance.op import ISSUER
from tests.ping_receiver import TOKEN, URI
from validators.metadata_backchannel import GRANT_TYPE

BC_AUTHORIZE = f"{ISSUER}/bc-authorize"
POLL: dict[str, Any] = {
    "redirect_uris": [],
    "response_types": [],
    "grant_types": [GRANT_TYPE, "refresh_token"],
    "backchannel_authentication_request_signing_alg": "ES256",
}
PING: dict[str, Any] = POLL | {
    "backchannel_token_delivery_mode": "ping",
    "backchannel_client_notification_endpoint": URI,
}
MIN_BITS = 128


class CallingParty(RelyingParty):
    """Asks for Ada with signed requests, polls or is pinged; tokens are bound to its certificate."""

    def signed(self, holder: KeyHolder | None = None, **claims: Any) -> str:
        """Return a request object, sound by default; ``None`` leaves a claim out."""
        now = self.op.clock()
        said = {
            **{"iss": self.client_id, "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300},
            **{"jti": secrets.token_urlsafe(16), "scope": "openid", "login_hint": "ada"},
            "client_notification_token": TOKEN,
            **claims,
        }
        return (holder or self.holder).sign({name: each for name, each in said.items() if each is not None})

    def send(self, request: str, **identity: str | None) -> TestResponse:
        """Send a request object; ``None`` leaves out a field of the client's own."""
        fields = {"request": request, **self.identity(), **identity}
        data = {name: value for name, value in fields.items() if value is not None}
        return self.http.post(BC_AUTHORIZE, data=data, headers=self.headers())

    def asked(self, **claims: Any) -> str:
        """Ask for Ada; return the checked ``auth_req_id``."""
        response = self.send(self.signed(**claims))
        assert (response.status_code, response.mimetype) == (200, "application/json"), response.text
        body = response.get_json()
        assert len(decode(body["auth_req_id"])) * 8 >= MIN_BITS
        assert isinstance(body["expires_in"], int)
        assert isinstance(body.get("interval", 5), int)
        return str(body["auth_req_id"])

    def poll(self, auth_req_id: str, **form: str | None) -> TestResponse:
        """Ask for the tokens."""
        return self.token_request({"grant_type": GRANT_TYPE, "auth_req_id": auth_req_id, **form}, proofs=[])

    def error(self, auth_req_id: str) -> str:
        """Return what a poll is refused with."""
        response = self.poll(auth_req_id)
        assert response.status_code == 400, response.text
        return str(response.get_json()["error"])

    def page(self) -> TestResponse:
        """Return the page where Ada, signed in elsewhere, sees what waits for her."""
        self.elsewhere = self.op.app.test_client()
        login = self.elsewhere.get(f"{ISSUER}/login")
        named = {"username": "ada", "password": PASSWORD}
        referer = {"Referer": f"{ISSUER}/login"}
        signed_in = self.elsewhere.post(f"{ISSUER}/login", data=hidden_fields(login) | named, headers=referer)
        assert signed_in.status_code == 303
        return self.elsewhere.get(f"{ISSUER}/approvals")

    def decide(self, decision: str = "allow") -> None:
        """Have Ada answer the only request of this client."""
        page = self.page()
        own = page.text.split(f'data-client-id="{self.client_id}"')[1].split("</form>")[0]
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', own))
        answer = self.elsewhere.post(
            f"{ISSUER}/approvals",
            data=fields | {"decision": decision},
            headers={"Referer": f"{ISSUER}/approvals"},
        )
        assert answer.status_code == 303

    def finished(self, auth_req_id: str) -> dict[str, Any]:
        """Allow, and return the checked tokens."""
        self.decide()
        tokens = self.tokens(self.poll(auth_req_id))
        claims = self.read_id_token(tokens["id_token"])
        assert {"c_hash", "s_hash"}.isdisjoint(claims)
        self.check_resource(tokens["access_token"])
        return tokens
