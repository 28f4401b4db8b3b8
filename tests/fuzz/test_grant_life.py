"""The life of grants, step by random step: what is over stays over (RFC 6749, RFC 9700 §4.14)."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.browser import Browser, client_request, hidden_fields, redeem, refresh
from tests.builders import make_client, make_public_client
from tests.fuzz.profile import count_example, profile
from tests.fuzz.world import World
from validators.client import Client

pytestmark = [pytest.mark.security, pytest.mark.slow]

CODE_SECONDS, GRACE_SECONDS, ACCESS_SECONDS = 60, 30, 900
SCOPES = st.sampled_from(("openid", "openid email", "openid offline_access", "openid email offline_access"))
PICK = st.integers(0, 2)


@dataclass
class Life:
    """One grant as it must be, kept by the test's own means."""

    client: Client
    secret: str
    scope: set[str]
    code: str
    code_ends: int
    sign_in: int
    is_over: bool = False
    is_redeemed: bool = False
    rotated_at: int = 0
    refresh_tokens: list[str] = field(default_factory=list)
    access_tokens: list[str] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)


class GrantLives(RuleBasedStateMachine):
    """Ada, two clients, and all that they do with what she grants."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.browser = Browser(self.world.app.test_client())
        self.clients = [
            make_client(self.world.services),
            (make_public_client(self.world.services), ""),
        ]
        self.lives: list[Life] = []
        self.sign_in = 0
        count_example()

    @initialize(number=st.integers(0, 1))
    def begin(self, number: int) -> None:
        """Every story has a grant that may be refreshed, or most would never come to that."""
        self.authorize(number, "openid offline_access")
        self.redeem(0)

    @rule(number=st.integers(0, 1), scope=SCOPES)
    def authorize(self, number: int, scope: str) -> None:
        """§4.1.1, §4.1.2."""
        client, secret = self.clients[number]
        code = self.browser.code_for(client, scope=scope, prompt="consent")
        ends = self.now() + CODE_SECONDS
        self.lives.append(Life(client, secret, set(scope.split()), code, ends, self.sign_in))
        self.world.keep(code, secret)

    @precondition(lambda self: self.lives)
    @rule(pick=PICK)
    def redeem(self, pick: int) -> None:
        """§4.1.3: once, in time; a second time ends the grant."""
        life = self.pick(pick)
        response = redeem(self.http(), life.client, life.secret, life.code)
        if life.is_redeemed:
            assert response.get_json()["error"] == "invalid_grant"
            life.is_over = True
        elif life.is_over or self.now() >= life.code_ends:
            assert response.get_json()["error"] == "invalid_grant"
        else:
            assert response.status_code == 200, response.text
            life.is_redeemed = True
            self.take(life, response.get_json())

    @precondition(lambda self: self.lives)
    @rule(pick=PICK)
    def refresh(self, pick: int) -> None:
        """§6: never more than was granted."""
        life = self.pick(pick)
        if life.refresh_tokens:
            response = refresh(self.http(), life.client, life.secret, life.refresh_tokens[-1])
            if life.is_over:
                assert response.get_json()["error"] == "invalid_grant"
            else:
                assert response.status_code == 200, response.text
                self.take(life, response.get_json())

    @precondition(lambda self: self.lives)
    @rule(pick=PICK)
    def refresh_for_more(self, pick: int) -> None:
        """§6: a scope that was not granted is refused and nothing is spent."""
        life = self.pick(pick)
        if life.refresh_tokens:
            wider = " ".join(sorted(life.scope | {"phone"}))
            response = refresh(self.http(), life.client, life.secret, life.refresh_tokens[-1], scope=wider)
            assert response.get_json()["error"] == ("invalid_grant" if life.is_over else "invalid_scope")

    @precondition(lambda self: self.lives)
    @rule(pick=PICK, which=PICK)
    def refresh_with_an_old_one(self, pick: int, which: int) -> None:
        """RFC 9700 §4.14.2: within the grace the same next one, else the end."""
        life = self.pick(pick)
        old = life.refresh_tokens[:-1]
        if not old:
            return
        token = old[which % len(old)]
        response = refresh(self.http(), life.client, life.secret, token)
        in_grace = token == old[-1] and self.now() - life.rotated_at < GRACE_SECONDS
        if in_grace and not life.is_over:
            assert response.get_json()["refresh_token"] == life.refresh_tokens[-1]
            self.take(life, response.get_json())
        else:
            assert response.get_json()["error"] == "invalid_grant"
            life.is_over = True

    @precondition(lambda self: self.lives)
    @rule(pick=PICK, number=st.integers(0, 1))
    def redeem_as_another(self, pick: int, number: int) -> None:
        """§4.1.3: a code is its own client's; nobody else can use or end it."""
        life = self.pick(pick)
        client, secret = self.clients[number]
        if client.client_id != life.client.client_id:
            credential = life.refresh_tokens[-1] if life.refresh_tokens else life.code
            send = refresh if life.refresh_tokens else redeem
            assert send(self.http(), client, secret, credential).get_json()["error"] == "invalid_grant"

    @precondition(lambda self: self.lives)
    @rule(pick=PICK, whole=st.booleans())
    def revoke(self, pick: int, whole: bool) -> None:
        """RFC 7009 §2.1."""
        life = self.pick(pick)
        tokens = life.refresh_tokens if whole else life.access_tokens
        if tokens:
            response = client_request(self.http(), "/revoke", life.client, life.secret, token=tokens[-1])
            assert response.status_code == 200
            life.is_over = life.is_over or whole
            life.revoked.add(tokens[-1])

    @rule(seconds=st.sampled_from((1, 29, 30, 59, 60, 61, 899, 901)))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.world.clock.advance(seconds=seconds)

    @rule()
    def sign_out(self) -> None:
        """OpenID Connect Core §11: only offline access survives it."""
        page = self.browser.http.get("/logout", follow_redirects=True)
        self.browser.http.post("/logout/confirm", data=hidden_fields(page) | {"decision": "yes"})
        for life in self.lives:
            if life.sign_in == self.sign_in and "offline_access" not in life.scope:
                life.is_over = True
        self.sign_in += 1

    @rule(number=st.integers(0, 1))
    def disconnect(self, number: int) -> None:
        """The account page ends all that a client holds."""
        client = self.clients[number][0]
        page = self.browser.http.get("/account")
        if page.status_code == 200 and client.client_id in page.text:
            form = hidden_fields(page) | {"client_id": client.client_id}
            assert self.browser.http.post("/account/apps/disconnect", data=form).status_code == 303
            for life in self.lives:
                life.is_over = life.is_over or life.client.client_id == client.client_id

    @invariant()
    def tokens_are_as_good_as_their_grants(self) -> None:
        """RFC 6750 §3.1, RFC 7662 §2.2: one that is over, revoked or old is refused everywhere."""
        asker, secret = self.clients[0]
        for life in self.lives:
            for token in life.access_tokens[-2:]:
                is_good = not life.is_over and token not in life.revoked and self.now() < life.ends[token]
                told = self.http().get("/userinfo", headers={"Authorization": f"Bearer {token}"})
                said = client_request(self.http(), "/introspect", asker, secret, token=token).get_json()
                assert told.status_code == (200 if is_good else 401), told.text
                assert said["active"] is is_good
                assert not is_good or set(said["scope"].split()) <= life.scope

    @invariant()
    def no_token_outlives_its_grant(self) -> None:
        """A row is pruned only after the last token that names it."""
        for life in self.lives:
            for token in life.access_tokens[-2:]:
                checked = self.world.services.access_tokens.check(token)
                assert checked is None or checked[1] is not None
                if checked is not None and checked[1] is not None:
                    assert checked[0].expires_at <= checked[1].expires_at

    @invariant()
    def nothing_secret_is_logged(self) -> None:
        """STYLE §7."""
        self.world.check_log()

    def teardown(self) -> None:
        """Forget the secrets of these lives."""
        self.world.secrets.clear()

    def take(self, life: Life, answer: dict[str, Any]) -> None:
        """Remember the tokens of a good answer."""
        token = answer["access_token"]
        life.access_tokens.append(token)
        life.ends[token] = self.now() + answer["expires_in"]
        assert answer["expires_in"] <= ACCESS_SECONDS
        assert set(answer.get("scope", "").split()) <= life.scope
        following = answer.get("refresh_token")
        if following and following not in life.refresh_tokens:
            life.refresh_tokens.append(following)
            life.rotated_at = self.now()
        self.world.keep(token, following, answer.get("id_token"))

    def pick(self, number: int) -> Life:
        """Return one of the lives."""
        return self.lives[number % len(self.lives)]

    def http(self) -> Any:
        """Return a way to the provider without anybody's cookies."""
        return self.world.app.test_client()

    def now(self) -> int:
        """Return the time."""
        return self.world.clock()


def test_a_grant_that_is_over_stays_over(world: World) -> None:
    """RFC 6749 §4.1.2, §6, RFC 7009 §2.1, RFC 9700 §4.14.2: whatever is done, in whatever order."""
    machine = type("Lives", (GrantLives,), {"world": world})
    run_state_machine_as_test(machine, settings=profile(short=8, share=0.005, stateful_step_count=25))
