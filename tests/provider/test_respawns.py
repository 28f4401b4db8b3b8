"""Workers that die are started again; a server whose workers cannot live ends."""

from provider.respawns import MANY_DEATHS, SOON_SECONDS, Respawns


def test_deaths_now_and_then_are_no_reason_to_end() -> None:
    """Two kills within seconds took every worker down."""
    time = 0.0
    respawns = Respawns(lambda: time)

    for _ in range(10 * MANY_DEATHS):
        time += SOON_SECONDS / (MANY_DEATHS - 2)
        assert respawns.get(0, 0) < time - 1000
        respawns.clear()


def test_too_many_deaths_are() -> None:
    """Such as of a worker that cannot start."""
    respawns = Respawns(lambda: 7.0)

    assert [respawns.get(0) for _ in range(MANY_DEATHS)][-2:] == [float("-inf"), 7.0]
