"""Public and pairwise subjects (OpenID Connect Core §8, §8.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.sector_identifiers import sector_identifier
from validators.subjects import Subjects

SALT = bytes(range(32))
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


def test_pairwise_subjects_are_the_same_in_every_release() -> None:
    """Core §8.1: never reassigned, so what is computed here may never change."""
    subjects = Subjects(lambda: SALT)

    assert subjects.in_sector("client.example", "ada") == "IKTiNEU5HeTxUajp5JbAvqfdp-Z-GTHrXVUQRuqIVic"
    assert subjects.in_sector(None, "ada") == "ada"


def test_the_salt_is_read_at_first_need_and_once() -> None:
    """Clients with public subjects cost nothing."""
    reads = []
    subjects = Subjects(lambda: reads.append(1) or SALT)  # type: ignore[func-returns-value]

    subjects.in_sector(None, "ada")
    assert reads == []
    subjects.in_sector("a", "ada")
    subjects.in_sector("b", "ada")
    assert reads == [1]


@given(first=st.tuples(NAMES, NAMES), second=st.tuples(NAMES, NAMES))
def test_no_two_pairs_share_a_subject(first: tuple[str, str], second: tuple[str, str]) -> None:
    """Core §8.1: neither sector nor person can be shifted into the other."""
    subjects = Subjects(lambda: SALT)

    assert (subjects.in_sector(*first) == subjects.in_sector(*second)) is (first == second)


@pytest.mark.parametrize(
    ("uris", "sector"),
    [
        pytest.param(
            ["https://Client.Example/a", "https://client.example:8443/b"], "client.example", id="one"
        ),
        pytest.param(["https://a.example/", "https://b.example/"], "", id="two"),
        pytest.param(["http://127.0.0.1/", "http://[::1]/"], "", id="two-loopbacks"),
        pytest.param(["com.example.app://a.example/"], "", id="private-use"),
        pytest.param([], "", id="none"),
    ],
)
def test_the_sector_is_the_host_of_all_redirect_uris(uris: list[str], sector: str) -> None:
    """Core §8.1: the only host, whatever the port; of the sector identifier URI if there is one."""
    metadata = {"subject_type": "pairwise", "redirect_uris": uris}
    named = metadata | {"sector_identifier_uri": "https://sector.example/uris.json"}

    assert sector_identifier(metadata) == sector
    assert sector_identifier(named) == "sector.example"
    assert sector_identifier(metadata | {"subject_type": "public"}) is None
