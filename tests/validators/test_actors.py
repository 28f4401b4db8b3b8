"""The act and may_act claims (RFC 8693 §4.1, §4.4)."""

import pytest

from validators.actors import Actor, BadActor, act_claim, read_act, require_may_act

OWN = "https://paper.example"
ROBOT = Actor(OWN, "robot", "robot")


def test_the_latest_actor_is_outermost() -> None:
    """RFC 8693 §4.1: prior actors inside."""
    assert act_claim(ROBOT, {"sub": "first"}, own_issuer=OWN) == {"sub": "robot", "act": {"sub": "first"}}
    assert act_claim(Actor("https://x.example", "y"), None, own_issuer=OWN) == {
        "sub": "y",
        "iss": "https://x.example",
    }


def test_impersonation_leaves_the_chain_as_it_is() -> None:
    """Nobody is forgotten."""
    assert act_claim(None, {"sub": "first"}, own_issuer=OWN) == {"sub": "first"}
    assert act_claim(None, None, own_issuer=OWN) is None


def test_a_chain_has_at_most_five() -> None:
    """A cap of our own."""
    chain = None
    for _ in range(5):
        chain = act_claim(ROBOT, chain, own_issuer=OWN)

    assert read_act(chain) == chain
    with pytest.raises(BadActor):
        act_claim(ROBOT, chain, own_issuer=OWN)


@pytest.mark.parametrize("claim", ["robot", [], {"iss": "x"}, {"sub": None}, {"sub": "a", "act": 1}])
def test_what_is_no_chain_is_refused(claim: object) -> None:
    """RFC 8693 §4.1: JSON objects, each with a name."""
    with pytest.raises(BadActor):
        read_act(claim)


@pytest.mark.parametrize(
    ("may_act", "is_allowed"),
    [
        (None, True),
        ({"sub": "robot"}, True),
        ({"sub": "robot", "iss": OWN}, True),
        ({"client_id": "robot"}, True),
        ({"sub": "other"}, False),
        ({"sub": "robot", "iss": "https://x.example"}, False),
        ({"sub": "robot", "email": None}, False),
        ({"iss": OWN}, False),
        ({}, False),
        ("robot", False),
    ],
)
def test_may_act_names_who_may(may_act: object, is_allowed: bool) -> None:
    """RFC 8693 §4.4: every member must fit."""
    if is_allowed:
        require_may_act(may_act, ROBOT, issuers=(OWN, OWN))
    else:
        with pytest.raises(BadActor):
            require_may_act(may_act, ROBOT, issuers=(OWN, OWN))


def test_a_bare_name_means_nobody_of_a_third_issuer() -> None:
    """RFC 8693 §4.4: iss may be needed to say who."""
    with pytest.raises(BadActor):
        require_may_act({"sub": "robot"}, Actor("https://third.example", "robot"), issuers=(OWN, "https://x"))
