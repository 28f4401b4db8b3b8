"""The suite's relying party: registers itself, sends people through the provider, checks what comes back."""

import functools
import secrets
from dataclasses import dataclass, field
from typing import Any

import jwt
from werkzeug.test import TestResponse

from tests.assertions import KeyHolder
from tests.conformance.answers import (
    check_bearer,
    check_error,
    check_error_members,
    check_success,
    read_answer,
)
from tests.conformance.automation import Automation
from tests.conformance.id_tokens import check_hashes, check_key_set, check_person_claims, read_id_token
from tests.conformance.op import ISSUER, Provider
from validators.client_assertions import ASSERTION_TYPE

CALLBACK = "https://suite.example/test/a/paper/callback"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@functools.cache
def suite_key() -> KeyHolder:
    """Return the client's RSA key, which the suite sends without a ``kid``."""
    holder = KeyHolder("RS256", kid=None)
    holder.jwk |= {"use": "sig", "alg": "RS256"}
    return holder


def proof(
    client: dict[str, Any], *, audience: str, now: int, holder: KeyHolder | None = None
) -> dict[str, str]:
    """Return the form fields with which a client that signs proves itself (RFC 7523 §2.2)."""
    claims = {"iss": client["client_id"], "sub": client["client_id"], "aud": audience}
    claims |= {"iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16)}
    if client["token_endpoint_auth_method"] == "client_secret_jwt":
        signed = jwt.encode(claims, client["client_secret"], "HS256")
    else:
        signed = (holder or suite_key()).sign(claims)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


@dataclass
class Outcome:
    """What one sign-in gave: the answer, the token response, and the claims of each ID token."""

    answer: dict[str, str]
    tokens: dict[str, Any] = field(default_factory=dict)
    id_tokens: list[dict[str, Any]] = field(default_factory=list)
    userinfo: list[dict[str, Any]] = field(default_factory=list)
    raw_id_token: str = ""

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the ID token that came first."""
        return self.id_tokens[0]

    @property
    def access_token(self) -> str:
        """The access token that came last."""
        return str(self.tokens.get("access_token") or self.answer["access_token"])


class Suite:
    """One module run.

    Args:
        op: the provider.
        response_type: of every request.
        response_mode: of every request; ``None`` for the default of the response type.
    """

    def __init__(self, op: Provider, response_type: str, response_mode: str | None) -> None:
        self.op = op
        self.response_type = response_type
        self.response_mode = response_mode
        self.http = op.app.test_client()  # the client's own way, without a person's cookies
        self.person = Automation(op.app)
        self.metadata = self.discover()
        self.keys = self._get(self.metadata["jwks_uri"])
        check_key_set(self.keys)
        self._registered: list[dict[str, Any]] = []

    def has(self, *words: str) -> bool:
        """Whether the response type holds one of ``words``."""
        return not set(words).isdisjoint(self.response_type.split())

    def discover(self) -> dict[str, Any]:
        """Return the discovery document, which every module begins with."""
        metadata = self._get(f"{ISSUER}/.well-known/openid-configuration")
        assert metadata["issuer"] == ISSUER
        assert {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= metadata.keys()
        return metadata

    @functools.cached_property
    def client(self) -> dict[str, Any]:
        """The first client, registered when it is needed."""
        return self.register()

    def send_registration(self, **metadata: Any) -> TestResponse:
        """Send the request of CONFORMANCE 2.2; ``None`` leaves a member out."""
        grant_types = ["authorization_code"] if self.has("code") else []
        if self.has("token", "id_token"):
            grant_types.append("implicit")
        document = {
            "client_name": "Suite",
            "grant_types": grant_types,
            "jwks": {"keys": [suite_key().jwk]},
            "token_endpoint_auth_method": "client_secret_basic",
            "response_types": [self.response_type],
            "redirect_uris": [CALLBACK],
            "contacts": ["certification@suite.example"],
            **metadata,
        }
        document = {name: value for name, value in document.items() if value is not None}
        return self.http.post(self.metadata["registration_endpoint"], json=document)

    def register(self, **metadata: Any) -> dict[str, Any]:
        """Register a client; return its information."""
        response = self.send_registration(**metadata)
        assert (response.status_code, response.mimetype) == (201, JSON), response.text
        information: dict[str, Any] = response.get_json()
        assert information["client_id"]
        assert "client_secret" not in information or information["client_secret_expires_at"] == 0
        assert (
            information["token_endpoint_auth_method"]
            in self.metadata["token_endpoint_auth_methods_supported"]
        )
        assert information["registration_client_uri"].startswith("https://")
        self._registered.append(information)
        return information

    def clean_up(self) -> None:
        """Remove the clients that were registered."""
        for information in self._registered:
            headers = {"Authorization": f"Bearer {information['registration_access_token']}"}
            assert (
                self.http.delete(information["registration_client_uri"], headers=headers).status_code == 204
            )

    def request(self, **parameters: str | None) -> dict[str, str]:
        """Return an authorization request; ``None`` leaves a parameter out."""
        who = {} if "client_id" in parameters else {"client_id": self.client["client_id"]}
        defaults: dict[str, str | None] = {
            **who,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "response_type": self.response_type,
            "response_mode": self.response_mode,
        }
        return {name: value for name, value in (defaults | parameters).items() if value is not None}

    def open(self, request: dict[str, str], *, method: str = "GET") -> TestResponse:
        """Send the browser to the authorization endpoint; return the first thing that is shown or sent."""
        return self.person.visit(method, self.metadata["authorization_endpoint"], request)

    def answer(self, response: TestResponse, request: dict[str, str]) -> dict[str, str]:
        """Return what reaches the client, with the state of the request."""
        answer = read_answer(
            response, request["redirect_uri"], request.get("response_type", "code"), self.response_mode
        )
        assert answer.get("state") == request.get("state")
        return answer

    def refused(self, *errors: str, **parameters: str | None) -> dict[str, str]:
        """Send a request that the client is told at once to be wrong, without a page; return the answer."""
        request = self.request(**parameters)
        answer = self.answer(self.open(request), request)
        check_error(answer, *errors)
        return answer

    def authorize(self, **parameters: str | None) -> dict[str, str]:
        """Send a person through the provider; return the checked answer."""
        return self.finish(self.request(**parameters))

    def finish(self, request: dict[str, str], *, method: str = "GET") -> dict[str, str]:
        """Send exactly ``request``; return the checked answer."""
        answer = self.answer(self.person.finish(self.open(request, method=method)), request)
        check_success(answer, self.response_type)
        return answer

    def sign_in(self, client: dict[str, Any] | None = None, **parameters: Any) -> Outcome:
        """Do the whole flow with every check of section 2."""
        client = client or self.client
        asked = {"client_id": client["client_id"], "redirect_uri": client["redirect_uris"][0], **parameters}
        form = {"code_verifier": asked.pop("code_verifier", None)}
        method = asked.pop("method", "GET")
        request = self.request(**asked)
        return self.complete(client, request, self.finish(request, method=method), **form)

    def complete(
        self, client: dict[str, Any], request: dict[str, str], answer: dict[str, str], **form: str | None
    ) -> Outcome:
        """Use an answer as the flow goes on: ID token, token endpoint, UserInfo once per access token."""
        outcome, nonce = Outcome(answer), request.get("nonce")
        if "id_token" in answer:
            claims = self.read_id_token(client, answer["id_token"], nonce)
            check_hashes(claims, access_token=answer.get("access_token"), code=answer.get("code"))
            outcome.id_tokens.append(claims)
            outcome.raw_id_token = answer["id_token"]
        if "code" in answer:
            response = self.redeem(client, answer["code"], redirect_uri=request["redirect_uri"], **form)
            outcome.tokens = self.tokens(response)
            claims = self.read_id_token(client, outcome.tokens["id_token"], nonce)
            check_hashes(claims, access_token=outcome.tokens["access_token"], code=None)
            outcome.id_tokens.append(claims)
            outcome.raw_id_token = outcome.raw_id_token or outcome.tokens["id_token"]
        assert len({(claims["iss"], claims["sub"]) for claims in outcome.id_tokens}) == 1
        for source in (answer, outcome.tokens):
            if "access_token" in source:
                outcome.userinfo.append(self.userinfo(source["access_token"], outcome.claims["sub"]))
        return outcome

    def redeem(self, client: dict[str, Any], code: str, **form: str | None) -> TestResponse:
        """Exchange a code as ``client``."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **form}
        return self.token_request(client, **given)

    def token_request(self, client: dict[str, Any], **form: str | None) -> TestResponse:
        """Send a token request with the client's way of proving itself; ``None`` leaves a field out."""
        data = {name: value for name, value in form.items() if value is not None}
        endpoint, auth = self.metadata["token_endpoint"], None
        match client["token_endpoint_auth_method"]:
            case "client_secret_basic":
                auth = (client["client_id"], client["client_secret"])
            case "client_secret_post":
                data |= {"client_id": client["client_id"], "client_secret": client["client_secret"]}
            case _:
                data = proof(client, audience=endpoint, now=self.op.clock()) | data
        return self.http.post(endpoint, data=data, auth=auth)

    def tokens(self, response: TestResponse) -> dict[str, Any]:
        """Return a token response after the checks of CONFORMANCE 2.4."""
        assert (response.status_code, response.mimetype) == (200, JSON), response.text
        assert response.headers["Cache-Control"] == "no-store"
        tokens: dict[str, Any] = response.get_json()
        check_bearer(tokens)
        return tokens

    def token_error(self, response: TestResponse, *errors: str) -> None:
        """A token error: 400, JSON, one of ``errors``."""
        assert (response.status_code, response.mimetype) == (400, JSON), response.text
        check_error_members(response.get_json(), *errors)

    def read_id_token(self, client: dict[str, Any], token: str, nonce: str | None) -> dict[str, Any]:
        """Return the checked claims of an ID token."""
        claims = read_id_token(token, self.keys, client_id=client["client_id"], now=self.op.clock())
        assert claims.get("nonce") == nonce
        return claims

    def userinfo(self, access_token: str, sub: str) -> dict[str, Any]:
        """Return what UserInfo says by GET, after the checks of CONFORMANCE 2.6."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.read_userinfo(self.http.get(self.metadata["userinfo_endpoint"], headers=headers), sub)

    def read_userinfo(self, response: TestResponse, sub: str) -> dict[str, Any]:
        """Return the claims of a UserInfo response about ``sub``."""
        assert (response.status_code, response.mimetype) == (200, JSON), response.text
        claims: dict[str, Any] = response.get_json()
        assert claims["sub"] == sub
        check_person_claims(claims, self.op.clock())
        return claims

    def _get(self, url: str) -> dict[str, Any]:
        response = self.http.get(url)
        assert (response.status_code, response.mimetype) == (200, JSON)
        document: dict[str, Any] = response.get_json()
        return document
