"""Looking through the clients."""

import json

import pytest

from models.client import ClientRow
from models.database import Database
from validators import client_search
from validators.client_search import ClientSearch

NAMES = ["Photos", "사진첩", "Notes_1", "ÉTÉ", "100%"]


@pytest.fixture
def search(database: Database) -> ClientSearch:
    """Five clients, the last one made last, and one that is gone."""
    with database.session() as session:
        for number, name in enumerate([*NAMES, "gone"]):
            metadata = {"client_name": name, "redirect_uris": [f"https://app{number}.example/CallBack"]}
            session.add(
                ClientRow(
                    client_id=f"client-{number}",
                    client_metadata=json.dumps(metadata),
                    version=1,
                    created_at=number // 2,
                    deleted_at=9 if name == "gone" else None,
                )
            )
    return ClientSearch(database)


def test_the_newest_come_first(search: ClientSearch) -> None:
    """Those of one second by their identifiers; deleted ones are gone."""
    assert [each.client_id[-1] for each in search.list(limit=10)] == ["4", "2", "3", "0", "1"]


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_page_begins_after_the_last(
    search: ClientSearch, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """However many rows are read at a time; an identifier that is none begins anew."""
    monkeypatch.setattr(client_search, "ROWS_AT_A_TIME", batch)

    assert [each.client_id[-1] for each in search.list(after="client-2", limit=2)] == ["3", "0"]
    assert [each.client_id[-1] for each in search.list(after="client-5", limit=2)] == ["2", "3"]
    assert len(search.list(after="nobody", limit=10)) == len(search.list(after="한", limit=10)) == 5
    assert [each.client_id[-1] for each in search.list("app", after="client-3", limit=9)] == ["0", "1"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("photos", "0", id="name"),
        pytest.param("사진", "1", id="any-language"),
        pytest.param("été", "3", id="any-case-of-any-letter"),
        pytest.param("ét", "3", id="part-of-a-name"),
        pytest.param("éx", "", id="another-letter"),
        pytest.param("callback", "42301", id="redirect-uri"),
        pytest.param("CLIENT-3", "3", id="identifier"),
        pytest.param("_1", "2", id="underscore-is-itself"),
        pytest.param("%", "4", id="percent-is-itself"),
        pytest.param("client_name", "", id="no-name-of-a-member"),
        pytest.param('"', "", id="quotation-mark"),
        pytest.param("\\", "", id="backslash"),
        pytest.param("gone", "", id="deleted"),
    ],
)
def test_a_word_finds(search: ClientSearch, word: str, found: str) -> None:
    """In identifier, name or redirect URI, in any case."""
    assert "".join(each.client_id[-1] for each in search.list(word, limit=10)) == found


def test_one_is_found_by_its_identifier(search: ClientSearch) -> None:
    """What is deleted, unknown or none is nobody."""
    found = search.find("client-1")

    assert found is not None
    assert (found.metadata["client_name"], found.is_dynamic, found.used_at) == ("사진첩", False, None)
    assert [search.find(each) for each in ("client-5", "nobody", "", "한")] == [None] * 4
