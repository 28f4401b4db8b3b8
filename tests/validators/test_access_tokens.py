"""Access tokens: issued without a write, checked by one read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from models.grant import RevokedToken
from provider.wiring import Services
from tests.builders import issue_access_token
from tests.conftest import Clock
from tests.grant_stories import POLICY, GrantStory
from tests.sqlite_only import database_url as database_url
from validators.access_tokens import MAX_LENGTH
from validators.grants import GrantRecord
from validators.resources import TokenTarget


@pytest.fixture
def story(services: Services, clock: Clock) -> GrantStory:
    return GrantStory(services, clock)


@pytest.fixture
def record(story: GrantStory) -> GrantRecord:
    return story.begin_refreshing()[0]


def issue(story: GrantStory, record: GrantRecord, token_format: str = "opaque", **changes: Any) -> str:
    values: dict[str, Any] = {"scopes": ["openid"], "expires_at": story.clock() + 900} | changes
    return issue_access_token(story.services, record, token_format=token_format, **values)


@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
def test_a_token_says_what_it_was_issued_for(
    story: GrantStory, record: GrantRecord, clock: Clock, token_format: str
) -> None:
    """RFC 9068 §2.2, DESIGN §4: both forms say the same."""
    found = story.access_tokens.check(issue(story, record, token_format))

    assert found is not None
    token, grant = found
    assert grant == story.stored(record)
    assert (token.grant_id, token.client_id, token.subject) == (record.id, story.client_id, story.user_id)
    assert (token.scopes, token.issued_at, token.expires_at) == (["openid"], clock(), clock() + 900)
    assert len(token.jti) == 16


@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
def test_no_two_tokens_are_the_same(story: GrantStory, record: GrantRecord, token_format: str) -> None:
    """RFC 6749 §10.10: in the same second neither."""
    assert len({issue(story, record, token_format) for _ in range(10)}) == 10


@pytest.mark.security
def test_an_opaque_token_tells_nothing(story: GrantStory, record: GrantRecord) -> None:
    """DESIGN §4: the claims are sealed."""
    raw = issue(story, record).encode()

    for secret in (story.client_id.encode(), story.user_id.encode(), b"openid", record.id, record.salt):
        assert secret not in raw


@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
@pytest.mark.parametrize(("seconds", "good"), [(0, True), (899, True), (900, False), (-5000, True)], ids=str)
def test_a_token_ends(
    story: GrantStory, record: GrantRecord, clock: Clock, token_format: str, seconds: int, good: bool
) -> None:
    """RFC 7519 §4.1.4: not on or after its end."""
    text = issue(story, record, token_format)

    clock.advance(seconds=seconds)

    assert (story.access_tokens.check(text) is not None) is good


def test_revoking_the_grant_ends_its_tokens(story: GrantStory, record: GrantRecord, clock: Clock) -> None:
    """DESIGN §4: with it every token it ever gave."""
    texts = [issue(story, record), issue(story, record, "jwt")]

    story.grants.revoke(record.id, now=clock())

    assert [story.access_tokens.check(text) for text in texts] == [None, None]


def test_a_single_revoked_token_is_refused_alone(story: GrantStory, record: GrantRecord) -> None:
    """RFC 7009 §2.1."""
    one, other = issue(story, record), issue(story, record)
    said = story.access_tokens.read(one)
    assert said is not None

    with story.services.database.session() as session:
        session.add(RevokedToken(jti=said.jti, expires_at=said.expires_at))

    assert story.access_tokens.check(one) is None
    assert story.access_tokens.check(other) is not None


def test_rotation_does_not_end_earlier_access_tokens(story: GrantStory) -> None:
    """They live out their few minutes."""
    record, token = story.begin_refreshing()
    text = issue(story, record)

    story.rotate(token)

    assert story.access_tokens.check(text) is not None


@pytest.mark.security
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": "other"}, id="client"),
        pytest.param({"user_id": "other"}, id="subject"),
        pytest.param({"user_id": None}, id="no-subject"),
        pytest.param({"id": b"x" * 16}, id="grant"),
    ],
)
@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
def test_a_token_that_differs_from_its_grant_is_refused(
    story: GrantStory, record: GrantRecord, token_format: str, changes: dict[str, Any]
) -> None:
    """DESIGN §4: subject, scope ceiling and end are compared with the row."""
    assert story.access_tokens.check(issue(story, record._replace(**changes), token_format)) is None


@pytest.mark.security
def test_a_token_never_says_more_than_its_grant(story: GrantStory, record: GrantRecord, clock: Clock) -> None:
    """DESIGN §4: scope ceiling and end."""
    wider = issue(story, record, scopes=["openid", "email"])
    longer = issue(story, record, expires_at=record.expires_at + 1000)

    assert story.access_tokens.check(wider) is None
    assert story.access_tokens.check(longer) is not None
    clock.advance(seconds=record.expires_at - clock())
    assert story.access_tokens.check(longer) is None


@pytest.mark.security
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(".", id="dot"),
        pytest.param("a.b.c", id="words"),
        pytest.param("A" * MAX_LENGTH, id="longest"),
        pytest.param("A" * (MAX_LENGTH + 1), id="over-long"),
        pytest.param("é", id="not-ascii"),
        pytest.param("é.é.é", id="not-ascii-jwt"),
        pytest.param("\0", id="nul"),
    ],
)
def test_what_is_no_token_is_none(story: GrantStory, text: str) -> None:
    """Bad input is no error of ours."""
    assert story.access_tokens.read(text) is None


@pytest.mark.security
@pytest.mark.parametrize(
    ("alg", "typ"),
    [
        pytest.param("ES256", None, id="id-token"),
        pytest.param("ES256", "logout+jwt", id="logout-token"),
        pytest.param("RS256", "at+jwt", id="other-algorithm"),
        pytest.param("ES256", "AT+JWT", id="other-case"),
    ],
)
def test_another_kind_of_jwt_of_ours_is_none(
    story: GrantStory, record: GrantRecord, alg: str, typ: str | None
) -> None:
    """RFC 9068 §4, RFC 8725 §3.11: typ at+jwt and the one algorithm."""
    text = issue(story, record, "jwt")
    claims = story.services.verifier.verify(text, typ="at+jwt", algs=("ES256",))

    assert story.access_tokens.check(story.services.signer.sign(claims, alg=alg, typ=typ)) is None


def test_without_rotation_a_late_refresh_gives_a_token_that_works(services: Services, clock: Clock) -> None:
    """DESIGN §4: the row is written once a day; the token in the answer is good nevertheless."""
    story = GrantStory(services, clock, replace(POLICY, refresh_seconds=3600))
    _, token = story.begin_refreshing()
    clock.advance(seconds=3000)
    accepted = story.rotation.accept(token, story.client_id)
    assert accepted is not None

    text = issue(story, accepted)
    assert story.consume(accepted, rotates=False)

    assert story.access_tokens.check(text) is not None


def test_a_jwt_has_the_claims_of_its_profile(story: GrantStory, record: GrantRecord, clock: Clock) -> None:
    """RFC 9068 §2.2: required ones, auth_time and amr."""
    claims = story.services.verifier.verify(issue(story, record, "jwt"), typ="at+jwt", algs=("ES256",))

    assert claims["aud"] == claims["iss"] == story.services.settings.issuer
    assert (claims["auth_time"], claims["amr"]) == (clock(), ["pwd"])
    assert json.dumps(claims)


@pytest.mark.security
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="of-a-person"),
        pytest.param({"jti": "550e8400-e29b-41d4-a716-446655440000"}, id="jti-is-a-uuid"),
        pytest.param({"jti": "a.b!"}, id="jti-of-other-letters"),
        pytest.param({"jti": 5}, id="jti-is-a-number"),
        pytest.param({"grant_id": 7}, id="grant-is-a-number"),
        pytest.param({"grant_id": "é"}, id="grant-of-other-letters"),
        pytest.param({"aud": ["https://a.example", "https://b.example"]}, id="two-audiences"),
        pytest.param({"exp": "later"}, id="exp-is-a-text"),
        pytest.param({"scope": ["openid"]}, id="scope-is-a-list"),
        pytest.param({"exchanged": "yes"}, id="exchanged-is-a-text"),
        pytest.param({"cnf": 5}, id="cnf-is-a-number"),
    ],
)
def test_a_token_of_another_provider_whose_key_was_brought_along_is_none(
    services: Services, story: GrantStory, clock: Clock, changes: dict[str, Any]
) -> None:
    """RFC 9068 §2.2: same issuer, same type, signed by a key that is ours now, and yet not made here."""
    claims = {
        "iss": services.settings.issuer,
        "aud": services.settings.issuer,
        "sub": story.user_id,
        "client_id": story.client_id,
        "scope": "openid",
        "iat": clock(),
        "exp": clock() + 300,
        "jti": "AAAAAAAAAAAAAAAAAAAAAA",
    } | changes

    assert story.access_tokens.check(services.signer.sign(claims, alg="ES256", typ="at+jwt")) is None


@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
def test_the_longest_token_that_is_issued_is_read(
    services: Services, story: GrantStory, record: GrantRecord, token_format: str
) -> None:
    """Whatever scope, details, actors and audience are at their longest, what was given is good."""
    target = TokenTarget("https://api.example/" + "p" * 1980, token_format, None, frozenset(), frozenset())
    actor = {"sub": "é" * 255, "iss": "https://issuer.example/" + "i" * 400}
    text = services.access_tokens.issue(
        target,
        client_id="c" * 200,
        record=record,
        scopes=["s" * 2048],
        expires_at=story.clock() + 900,
        actor=actor,
        confirmation={"jkt": "k" * 43, "x5t#S256": "k" * 43},
        details=[{"type": "payment", "note": "n" * 3000}],
        sector="h" * 253,
    )

    said = services.access_tokens.read(text)

    assert said is not None
    assert (said.scope, said.audience) == ("s" * 2048, target.audience)
