"""The relying party of the FAPI plans: it pushes, proves itself, and proves a key with every token."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import jwt
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.assertions import KeyHolder, claims_of
from tests.browser import CHALLENGE, VERIFIER
from tests.builders import make_client
from tests.certificates import Pair, issue, name_of
from tests.conformance.answers import MIN_BITS, entropy
from tests.conformance.automation import Automation
from tests.conformance.op import ISSUER, Provider
from tests.dpop import ProofMaker, access_token_hash
from validators.client_assertions import ASSERTION_TYPE

CALLBACK = "https://suite.example/test/a/paper/callback"
TOKEN, PAR, USERINFO = f"{ISSUER}/token", f"{ISSUER}/par", f"{ISSUER}/userinfo"
CERTIFICATE_HEADER = "X-SSL-Client-Cert"
PRIVATE_KEY_JWT, TLS_CLIENT_AUTH = "private_key_jwt", "tls_client_auth"
DPOP, MTLS = "dpop", "mtls"
URN = "urn:ietf:params:oauth:request_uri:"


@dataclass(frozen=True)
class Variant:
    """How a plan's clients authenticate, and what their tokens are bound to."""

    auth: str
    binding: str


class RelyingParty:
    """One of the suite's two clients, and the person it sends to the provider.

    Args:
        op: the provider.
        variant: of the plan.
        authority: issues its certificate.
        metadata: whatever else it is registered with.
    """

    def __init__(self, op: Provider, variant: Variant, authority: Pair, **metadata: Any) -> None:
        self.op, self.variant = op, variant
        self.http = op.app.test_client()
        self.person = Automation(op.app)
        self.holder = KeyHolder("ES256", kid=secrets.token_urlsafe(8))
        self.maker = ProofMaker(op.clock)
        name = secrets.token_urlsafe(8)
        self.certificate = issue(authority, subject=name_of(c="KR", o="Example", cn=name))
        document = {
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": variant.auth,
            "jwks": {"keys": [self.holder.jwk]},
            **metadata,
        }
        if variant.auth == TLS_CLIENT_AUTH:
            document["tls_client_auth_subject_dn"] = f"CN={name},O=Example,C=KR"
        is_bound_by = "dpop_bound" if variant.binding == DPOP else "tls_client_certificate_bound"
        document[f"{is_bound_by}_access_tokens"] = True
        services: Services = op.app.extensions["provider"]
        self.client_id = make_client(services, **document)[0].client_id

    # What it sends with a request

    def assertion(self, holder: KeyHolder | None = None, /, **claims: Any) -> dict[str, str]:
        """Return a client assertion, made out to the issuer; ``None`` leaves a claim out."""
        said = claims_of(self.client_id, self.op.clock, **({"aud": ISSUER} | claims))
        signed = (holder or self.holder).sign(said)
        return {"client_assertion": signed, "client_assertion_type": ASSERTION_TYPE}

    def identity(self) -> dict[str, str]:
        """Return the fields by which it authenticates."""
        named = {"client_id": self.client_id}
        return named | (self.assertion() if self.variant.auth == PRIVATE_KEY_JWT else {})

    def headers(self, *proofs: str, certificate: Pair | None = None) -> list[tuple[str, str]]:
        """Return the certificate, if the variant needs one, and DPoP proofs."""
        needs = self.variant.binding == MTLS or self.variant.auth == TLS_CLIENT_AUTH
        shown = [(CERTIFICATE_HEADER, quote((certificate or self.certificate).pem))] if needs else []
        return [*shown, *(("DPoP", proof) for proof in proofs)]

    def proofs(self, htm: str, htu: str, token: str | None = None) -> list[str]:
        """Return the one proof of a sound request, where tokens are bound by DPoP."""
        more = {} if token is None else {"ath": access_token_hash(token)}
        return [self.maker.proof(htm, htu, **more)] if self.variant.binding == DPOP else []

    # What it does

    def request(self, **parameters: str | None) -> dict[str, str]:
        """Return an authorization request; ``None`` leaves a parameter out."""
        defaults: dict[str, str | None] = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "response_type": "code",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (defaults | parameters).items() if value is not None}

    def request_object(self, *, alg: str | None = None, **claims: Any) -> str:
        """Return a signed request, sound by default; ``None`` leaves a claim out."""
        now = self.op.clock()
        said = {
            **self.request(),
            **{"iss": self.client_id, "aud": ISSUER, "nbf": now, "exp": now + 300},
            **claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        headers = {"typ": "oauth-authz-req+jwt"} | ({} if alg is None else {"alg": alg})
        return self.holder.sign(kept, **headers)

    def send_push(self, request: dict[str, str], *proofs: str, **identity: str) -> TestResponse:
        """Push exactly ``request``."""
        data = {**request, **(identity or self.identity())}
        return self.http.post(PAR, data=data, headers=self.headers(*proofs))

    def push(self, request: dict[str, str], *proofs: str) -> str:
        """Push; return the checked ``request_uri``."""
        response = self.send_push(request, *proofs)
        assert (response.status_code, response.mimetype) == (201, "application/json"), response.text
        body = response.get_json()
        assert body["request_uri"].startswith(URN)
        assert entropy(body["request_uri"].removeprefix(URN)) >= MIN_BITS
        assert 5 <= body["expires_in"] <= 365 * 24 * 3600
        return str(body["request_uri"])

    def open(self, request_uri: str, **beside: str) -> TestResponse:
        """Send the browser with the name of the pushed request, and nothing else by default."""
        query = {"client_id": self.client_id, "request_uri": request_uri} | beside
        return self.person.visit("GET", f"{ISSUER}/authorize", query)

    def answer(self, response: TestResponse) -> dict[str, str]:
        """Return what reaches the client: in the query alone, each parameter once."""
        assert response.status_code in (302, 303), (response.status_code, response.text)
        location = urlsplit(response.headers["Location"])
        assert f"{location.scheme}://{location.netloc}{location.path}" == CALLBACK
        assert not location.fragment
        pairs = parse_qsl(location.query, keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    def authorize(self, request: dict[str, str], *proofs: str) -> dict[str, str]:
        """Push, sign in, allow; return the checked answer."""
        answer = self.answer(self.person.finish(self.open(self.push(request, *proofs))))
        assert answer.get("iss") == ISSUER, answer
        assert answer.get("state") == request.get("state")
        assert answer.keys() <= {"code", "state", "iss", "session_state"}, answer
        assert entropy(answer["code"]) >= MIN_BITS
        return answer

    def code(self, **parameters: str | None) -> str:
        """Return a fresh code."""
        return self.authorize(self.request(**parameters))["code"]

    def token_request(
        self, form: dict[str, str | None], *, proofs: list[str] | None = None, certificate: Pair | None = None
    ) -> TestResponse:
        """Send a token request; ``None`` leaves out a field that a sound one has."""
        fields = {name: value for name, value in {**self.identity(), **form}.items() if value is not None}
        shown = self.proofs("POST", TOKEN) if proofs is None else proofs
        return self.http.post(TOKEN, data=fields, headers=self.headers(*shown, certificate=certificate))

    def redeem(self, code: str, *, proofs: list[str] | None = None, **form: str | None) -> TestResponse:
        """Exchange a code."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        return self.token_request({**given, "code_verifier": VERIFIER, **form}, proofs=proofs)

    def tokens(self, response: TestResponse) -> dict[str, Any]:
        """Return a checked token response."""
        assert (response.status_code, response.mimetype) == (200, "application/json"), response.text
        assert response.headers["Cache-Control"] == "no-store"
        tokens: dict[str, Any] = response.get_json()
        assert tokens["token_type"] == ("DPoP" if self.variant.binding == DPOP else "Bearer")
        assert entropy(tokens["access_token"]) >= MIN_BITS
        return tokens

    def sign_in(self, **parameters: str | None) -> dict[str, Any]:
        """Do the whole flow; return the tokens, their ID token's claims as ``claims``."""
        request = self.request(**parameters)
        tokens = self.tokens(self.redeem(self.authorize(request)["code"]))
        if "openid" in request["scope"].split():
            tokens["claims"] = self.read_id_token(tokens["id_token"])
            assert tokens["claims"].get("nonce") == request.get("nonce")
        self.check_resource(tokens["access_token"])
        return tokens

    def read_id_token(self, token: str) -> dict[str, Any]:
        """Return the claims of an ID token that is signed as FAPI wants it."""
        return read_signed(self.http, token, audience=self.client_id)

    def resource(
        self,
        token: str,
        *proofs: str,
        scheme: str | None = None,
        certificate: Pair | None = None,
        **more: Any,
    ) -> TestResponse:
        """Ask for UserInfo."""
        scheme = scheme or ("DPoP" if self.variant.binding == DPOP else "Bearer")
        shown = [("Authorization", f"{scheme} {token}"), *self.headers(*proofs, certificate=certificate)]
        return self.http.get(USERINFO, headers=shown)

    def check_resource(self, token: str) -> None:
        """The token works, with whatever it is bound to."""
        response = self.resource(token, *self.proofs("GET", USERINFO, token))
        assert response.status_code == 200, response.text


def read_signed(http: Any, token: str, *, audience: str) -> dict[str, Any]:
    """Return the claims of the provider's JWT, signed by a key of its set and no RS256."""
    header = jwt.get_unverified_header(token)
    assert header["alg"] in ("PS256", "ES256", "EdDSA")
    keys = http.get(f"{ISSUER}/jwks").get_json()["keys"]
    (key,) = [each for each in keys if each["kid"] == header["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=[header["alg"]],
        audience=audience,
        issuer=ISSUER,
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},  # by our own clock
    )
    return claims
