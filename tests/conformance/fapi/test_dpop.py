"""fapi2-security-profile-final with sender_constrain=dpop (CONFORMANCE 6)."""

import secrets
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.conformance.fapi.relying_party import PAR, TOKEN, USERINFO, RelyingParty
from tests.dpop import ProofMaker, access_token_hash

pytestmark = pytest.mark.journey

PROFILE = "fapi2"


def test_fapi2_security_profile_final_check_dpop_proof_nbf_exp(rp: RelyingParty) -> None:
    """Claims that RFC 9449 does not define are none of the server's business."""
    now = rp.op.clock()
    proof = rp.maker.proof("POST", TOKEN, nbf=now, exp=now + 60)

    rp.tokens(rp.redeem(rp.code(), proofs=[proof]))


def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_before_succeeds(
    rp: RelyingParty,
) -> None:
    """Clocks may differ by ten seconds."""
    rp.tokens(rp.redeem(rp.code(), proofs=[rp.maker.proof("POST", TOKEN, iat=rp.op.clock() - 10)]))


def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_after_succeeds(
    rp: RelyingParty,
) -> None:
    """Clocks may differ by ten seconds."""
    rp.tokens(rp.redeem(rp.code(), proofs=[rp.maker.proof("POST", TOKEN, iat=rp.op.clock() + 10)]))


def test_fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails(rp: RelyingParty) -> None:
    """RFC 9449 §10.1: a proof beside a pushed request and its dpop_jkt name one key."""
    another = ProofMaker(rp.op.clock)

    response = rp.send_push(rp.request(dpop_jkt=another.jkt), rp.maker.proof("POST", PAR))

    assert response.status_code == 400
    assert response.get_json()["error"] in ("invalid_request", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    rp: RelyingParty,
) -> None:
    """RFC 9449 §10: the key that was proven at /par redeems the code."""
    code = rp.authorize(rp.request(), rp.maker.proof("POST", PAR))["code"]

    response = rp.redeem(code, proofs=[ProofMaker(rp.op.clock).proof("POST", TOKEN)])

    assert response.status_code == 400
    assert response.get_json()["error"] in ("invalid_grant", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(
    rp: RelyingParty,
) -> None:
    """RFC 9449 §10: so does the one that dpop_jkt names."""
    code = rp.code(dpop_jkt=rp.maker.jkt)

    response = rp.redeem(code, proofs=[ProofMaker(rp.op.clock).proof("POST", TOKEN)])

    assert response.status_code == 400
    assert response.get_json()["error"] in ("invalid_grant", "invalid_dpop_proof")


def test_fapi2_security_profile_final_ensure_dpopproof_at_par_endpoint_binding_success(
    rp: RelyingParty,
) -> None:
    """The same key, from beginning to end."""
    code = rp.authorize(rp.request(), rp.maker.proof("POST", PAR))["code"]

    rp.check_resource(rp.tokens(rp.redeem(code))["access_token"])


def test_fapi2_security_profile_final_ensure_dpop_auth_code_binding_success(rp: RelyingParty) -> None:
    """The same key, from beginning to end."""
    code = rp.code(dpop_jkt=rp.maker.jkt)

    rp.check_resource(rp.tokens(rp.redeem(code))["access_token"])


Bad = Callable[[RelyingParty, str], list[str]]


def changed(**claims: Any) -> Bad:
    """Return what makes a proof with other claims; ``None`` leaves one out."""
    return lambda rp, token: [rp.maker.proof("GET", USERINFO, **{"ath": access_token_hash(token)} | claims)]


def dated(seconds: int) -> Bad:
    """Return what makes a proof of another time."""
    return lambda rp, token: changed(iat=rp.op.clock() + seconds)(rp, token)


def headed(**headers: Any) -> Bad:
    """Return what makes a proof with other headers; ``None`` leaves one out."""

    def make(rp: RelyingParty, token: str) -> list[str]:
        claims = {"jti": secrets.token_urlsafe(9), "htm": "GET", "htu": USERINFO, "iat": rp.op.clock()}
        claims["ath"] = access_token_hash(token)
        said = {"typ": "dpop+jwt", "jwk": rp.maker.jwk, **headers}
        kept = {name: value for name, value in said.items() if value is not None}
        return [jwt.encode(claims, rp.maker.private, algorithm="ES256", headers=kept)]

    return make


def by_rs256(rp: RelyingParty, token: str) -> list[str]:
    key = ProofMaker(rp.op.clock, "RS256")
    return [key.proof("GET", USERINFO, ath=access_token_hash(token))]


def unsigned(rp: RelyingParty, token: str) -> list[str]:
    claims = {"jti": "j", "htm": "GET", "htu": USERINFO, "iat": rp.op.clock()}
    return [jwt.encode(claims, "", algorithm="none", headers={"typ": "dpop+jwt", "jwk": rp.maker.jwk})]


def of_another_key(rp: RelyingParty, token: str) -> list[str]:
    return [ProofMaker(rp.op.clock).proof("GET", USERINFO, ath=access_token_hash(token))]


def with_the_private_key(rp: RelyingParty, token: str) -> list[str]:
    return headed(jwk=rp.maker.jwk | {"d": "AAAA"})(rp, token)


def signed_by_another(rp: RelyingParty, token: str) -> list[str]:
    head, claims, _ = changed()(rp, token)[0].split(".")
    return [f"{head}.{claims}." + of_another_key(rp, token)[0].rpartition(".")[2]]


BAD: dict[str, Bad] = {
    "none": lambda rp, token: [],
    "two": lambda rp, token: changed()(rp, token) + changed()(rp, token),
    "no proof at all": lambda rp, token: ["nonsense"],
    "typ missing": headed(typ=None),
    "typ JWT": headed(typ="JWT"),
    "jwk missing": headed(jwk=None),
    "private jwk": with_the_private_key,
    "alg none": unsigned,
    "alg RS256": by_rs256,
    "signature": signed_by_another,
    "key": of_another_key,
    "jti missing": changed(jti=None),
    "htm missing": changed(htm=None),
    "htm": changed(htm="POST"),
    "htu missing": changed(htu=None),
    "htu": changed(htu=TOKEN),
    "iat missing": changed(iat=None),
    "iat old": dated(-3600),
    "iat future": dated(3600),
    "ath missing": changed(ath=None),
    "ath": changed(ath="AAAA"),
}
GOOD: dict[str, Bad] = {
    "query and fragment": changed(htu=f"{USERINFO}?a=b#c"),
    "case": changed(htu=USERINFO.replace("https://op", "HTTPS://OP")),
    "port": changed(htu=USERINFO.replace("op.example", "op.example:443")),
    "more claims": changed(more="claims"),
}


def test_fapi2_security_profile_final_dpop_negative_tests(rp: RelyingParty) -> None:
    """RFC 9449 §4.3, §7: each is refused at the resource, and does no harm to the next."""
    token = rp.sign_in()["access_token"]

    answers = {name: rp.resource(token, *make(rp, token)).status_code for name, make in BAD.items()}
    as_bearer = rp.resource(token, scheme="Bearer").status_code
    proof = changed()(rp, token)
    replayed = [rp.resource(token, *proof).status_code for _ in range(2)]
    good = {name: rp.resource(token, *make(rp, token)).status_code for name, make in GOOD.items()}

    assert {name: status for name, status in answers.items() if status not in (400, 401)} == {}
    assert as_bearer == 401
    assert replayed == [200, 401]
    assert set(good.values()) == {200}, good
