"""The strict verifier of our own tokens."""

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import import_key

from keys.algorithms import ALGORITHMS
from keys.errors import BadSignature
from keys.jwks import private_jwk
from keys.key_ring import KeyRing
from keys.signer import Signer
from keys.store import KeyRecord, KeyState
from keys.verifier import Verifier, _read_header
from tests.conftest import Clock

CLAIMS = {"sub": "ada", "exp": 1, "n": 1}
MakeRecord = Callable[..., KeyRecord]
MakeRing = Callable[..., KeyRing]


@pytest.fixture
def record(make_record: MakeRecord) -> KeyRecord:
    return make_record("ES256")


@pytest.fixture
def ring(record: KeyRecord, make_ring: MakeRing) -> KeyRing:
    return make_ring(record)


@pytest.fixture
def token(ring: KeyRing) -> str:
    return Signer(ring).sign(CLAIMS, alg="ES256")


def part(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(record: KeyRecord, private_keys: dict[str, Any], header: object, payload: object = CLAIMS) -> str:
    """Return a token with any header and payload and a signature that holds."""
    signing_input = f"{part(header)}.{part(payload)}"
    signature = jwt.get_algorithm_by_name("ES256").sign(signing_input.encode(), private_keys["ES256"])
    return f"{signing_input}.{part(signature)}"


def refused(ring: KeyRing, token: str, typ: str | None = None, algs: tuple[str, ...] = ("ES256",)) -> bool:
    try:
        Verifier(ring).verify(token, typ=typ, algs=algs)
    except BadSignature:
        return True
    return False


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("typ", [None, "at+jwt"])
def test_our_own_tokens_are_believed(
    alg: str, typ: str | None, make_record: MakeRecord, make_ring: MakeRing
) -> None:
    """RFC 7515 §5.2; an expired one too: whether it may still be used is the caller's to say."""
    ring = make_ring(make_record(alg))

    token = Signer(ring).sign(CLAIMS, alg=alg, typ=typ)

    assert Verifier(ring).verify(token, typ=typ, algs=(alg,)) == CLAIMS


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # RFC 9864 names it Ed25519
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_tokens_made_by_other_implementations_with_our_keys_are_believed(
    alg: str, make_record: MakeRecord, make_ring: MakeRing, private_keys: dict[str, Any]
) -> None:
    """RFC 7518 §3: signatures mean the same everywhere."""
    record = make_record(alg)
    verifier = Verifier(make_ring(record))
    header = {"kid": record.kid, "typ": "JWT", "alg": alg}

    by_pyjwt = jwt.encode(CLAIMS, private_keys[alg], algorithm=alg, headers=header)
    key = import_key(private_jwk(private_keys[alg], alg))  # type: ignore[arg-type]
    by_joserfc = joserfc_jwt.encode(header, CLAIMS, key, algorithms=[alg])

    assert verifier.verify(by_pyjwt, typ=None, algs=(alg,)) == CLAIMS
    assert verifier.verify(by_joserfc, typ=None, algs=(alg,)) == CLAIMS


@pytest.mark.parametrize("state", KeyState)
def test_a_key_verifies_however_old(
    state: KeyState, make_record: MakeRecord, make_ring: MakeRing, private_keys: dict[str, Any], clock: Clock
) -> None:
    """OpenID Connect RP-Initiated Logout §2: a hint may be long expired; an unpublished key verifies it."""
    record = make_record("ES256", state, retired_at=clock() - 10, unpublish_at=clock() - 5)
    token = forged(record, private_keys, {"alg": "ES256", "kid": record.kid, "typ": "JWT"})

    assert not refused(make_ring(record), token)


@pytest.mark.security
def test_a_header_of_ours_is_the_only_one(
    record: KeyRecord, ring: KeyRing, private_keys: dict[str, Any]
) -> None:
    """RFC 7515 §4.1.11, RFC 7797 §6, RFC 8725 §3.10: the signature holds, the header is refused."""
    good = {"alg": "ES256", "kid": record.kid, "typ": "JWT"}
    added: list[dict[str, Any]] = [
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"jwk": record.public_jwk},
        {"jku": "https://evil.example/jwks"},
        {"x5c": ["MII"]},
        {"x5u": "https://evil.example/x"},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"kid": ["a"]},
        {"typ": None},
        {"alg": ["ES256"]},
        {"alg": "none"},
        {"alg": "ES384"},
        {"kid": "unknown"},
        {"typ": "at+jwt"},
    ]
    missing = [{k: v for k, v in good.items() if k != name} for name in good]

    headers = [{**good, **extra} for extra in added] + missing + [[good], "text", None]

    assert not refused(ring, forged(record, private_keys, good))
    assert [h for h in headers if not refused(ring, forged(record, private_keys, h))] == []


@pytest.mark.security
@pytest.mark.parametrize("alg", ["none", "None", "nOnE", ""])
def test_an_unsigned_token_is_refused(alg: str, record: KeyRecord, ring: KeyRing) -> None:
    """CVE-2026-28802, RFC 8725 §3.2: none, with and without a signature, even where allowed."""
    token = f"{part({'alg': alg, 'kid': record.kid, 'typ': 'JWT'})}.{part(CLAIMS)}."

    assert refused(ring, token, algs=("ES256", alg))
    assert refused(ring, token + part(bytes(64)), algs=("ES256", alg))


@pytest.mark.security
def test_a_public_key_is_no_hmac_secret(
    record: KeyRecord, ring: KeyRing, private_keys: dict[str, Any]
) -> None:
    """CVE-2024-37568, CVE-2022-29217: HS256 under the PEM, DER and JWK text of the public key."""
    public = private_keys["ES256"].public_key()
    header = {"alg": "HS256", "kid": record.kid, "typ": "JWT"}
    secrets = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(record.public_jwk).encode(),
    ]
    signing_input = f"{part(header)}.{part(CLAIMS)}"
    hs256: Any = jwt.get_algorithm_by_name("HS256")

    tokens = [f"{signing_input}.{part(hs256.sign(signing_input.encode(), secret))}" for secret in secrets]

    assert all(refused(ring, token, algs=("ES256", "HS256")) for token in tokens)


@pytest.mark.security
def test_another_signer_is_refused(record: KeyRecord, ring: KeyRing) -> None:
    """RFC 7515 §5.2: our kid, another key."""
    stranger = ec.generate_private_key(ec.SECP256R1())
    token = jwt.encode(CLAIMS, stranger, algorithm="ES256", headers={"kid": record.kid})

    assert refused(ring, token)


@pytest.mark.security
def test_a_key_serves_its_own_algorithm_alone(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """GHSA-jq35-7prp-9v3f: the key's alg counts, and so does what the caller allows."""
    ring = make_ring(make_record("RS256"))
    token = Signer(ring).sign(CLAIMS, alg="RS256")

    assert refused(ring, token, algs=("ES256",))
    assert refused(ring, token, algs=())


@pytest.mark.security
def test_rs256_is_not_taken_for_ps256(
    make_record: MakeRecord, make_ring: MakeRing, private_keys: dict[str, Any]
) -> None:
    """RFC 8725 §3.1: a PS256 signature by an RS256 key."""
    record = make_record("RS256")
    token = jwt.encode(CLAIMS, private_keys["RS256"], algorithm="PS256", headers={"kid": record.kid})

    assert refused(make_ring(record), token, algs=("RS256", "PS256"))


@pytest.mark.security
def test_an_id_token_is_no_access_token_nor_the_other_way_round(ring: KeyRing, token: str) -> None:
    """RFC 9068 §4, RFC 8725 §3.11."""
    access_token = Signer(ring).sign(CLAIMS, alg="ES256", typ="at+jwt")

    assert refused(ring, token, typ="at+jwt")
    assert refused(ring, access_token, typ=None)


@pytest.mark.security
def test_no_changed_or_cut_token_is_believed(ring: KeyRing, token: str) -> None:
    """CVE-2026-27840; also every character replaced by another."""
    changed = [
        token[:i] + other + token[i + 1 :]
        for i in range(0, len(token), 7)
        for other in "AB."
        if token[i] != other
    ]

    assert all(refused(ring, token[:length]) for length in range(len(token)))
    assert all(refused(ring, text) for text in changed)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda token: token + "=", id="padding"),
        pytest.param(lambda token: token + ".", id="fourth-part"),
        pytest.param(lambda token: token + "\n", id="newline"),
        pytest.param(lambda token: " " + token, id="space"),
        pytest.param(lambda token: token.replace(".", "..", 1), id="empty-part"),
        pytest.param(lambda token: token + "A" * 16_384, id="longer-than-16-kB"),
        pytest.param(lambda token: token[:-1] + "é", id="not-ascii"),
        pytest.param(lambda token: token[:-1] + "\udcff", id="surrogate"),
        pytest.param(lambda token: json.dumps({"payload": token}), id="json-serialization"),
        pytest.param(lambda _: "", id="empty"),
        pytest.param(lambda _: "..", id="dots"),
        pytest.param(lambda _: part(b"[" * 9000) + "." + part({}) + ".AA", id="deep-nesting"),
        pytest.param(lambda _: part(b'{"alg":1e999999}') + "." + part({}) + ".AA", id="large-number"),
        pytest.param(lambda _: part(b"\xff\xfe") + "." + part({}) + ".AA", id="not-utf-8"),
    ],
)
def test_the_compact_form_is_strict(change: Callable[[str], str], ring: KeyRing, token: str) -> None:
    """RFC 7515 §7.1: three parts of base64url and nothing else; at most 16 kB are looked at."""
    assert refused(ring, change(token))


def test_a_payload_is_a_json_object(record: KeyRecord, ring: KeyRing, private_keys: dict[str, Any]) -> None:
    """RFC 7519 §7.2."""
    header = {"alg": "ES256", "kid": record.kid, "typ": "JWT"}

    payloads = [["list"], "text", 5, None, b"", b"{", b"\xff"]

    assert all(refused(ring, forged(record, private_keys, header, payload)) for payload in payloads)


def test_the_signature_of_an_ecdsa_token_has_its_length(ring: KeyRing, token: str) -> None:
    """RFC 7518 §3.4: R and S of 32 bytes each; not DER, not longer, not zero."""
    signing_input = token.rpartition(".")[0]

    for signature in (b"", bytes(63), bytes(64), bytes(65), bytes(32) + b"\xff" * 32, b"\x30" + bytes(70)):
        assert refused(ring, f"{signing_input}.{part(signature)}")


def test_a_forgotten_key_is_not_believed_from_memory(
    record: KeyRecord, ring: KeyRing, make_ring: MakeRing, token: str
) -> None:
    """A withdrawn key's header may still be in the cache of parsed headers."""
    assert not refused(ring, token)
    assert _read_header.cache_info().currsize > 0

    assert refused(make_ring(), token)
