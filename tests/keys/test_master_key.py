"""Numbered master keys and what is derived from them."""

import multiprocessing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys import base64url
from keys.errors import BadMasterKey
from keys.master_key import MasterKeys

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text)
    path.chmod(mode)


def test_a_derived_key_is_hkdf_with_the_purpose_as_info() -> None:
    """RFC 5869 §2, checked against another implementation."""
    derived = MasterKeys({1: KEY}).derive("cookies")

    assert derived == HKDF(SHA256(), 32, salt=None, info=b"paper/cookies/v1").derive(KEY)


def test_purposes_and_numbers_give_different_keys() -> None:
    """RFC 5869 §3.2: the info binds a key to its use."""
    master_keys = MasterKeys.generate().with_new()

    derived = {master_keys.derive(purpose, version) for purpose in ("a", "b") for version in (1, 2)}

    assert len(derived) == 4
    assert master_keys.derive("a") == master_keys.derive("a", 2)


def test_a_new_file_is_for_its_owner_alone(path: Path) -> None:
    """DESIGN: the master key file has mode 0600, and reading it gives the same keys."""
    created = MasterKeys.create(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert MasterKeys.load(path).derive("x") == created.derive("x")
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_an_existing_file_is_never_replaced_by_create(path: Path) -> None:
    """Losing a master key loses every code, token and sealed value."""
    MasterKeys.create(path)
    before = path.read_bytes()

    with pytest.raises(BadMasterKey, match="exists"):
        MasterKeys.create(path)

    assert path.read_bytes() == before


def _derive_first(path: Path, derived: "multiprocessing.SimpleQueue[bytes]") -> None:
    derived.put(MasterKeys.load_or_create(path).derive("x"))


def test_processes_that_start_together_share_one_key(path: Path) -> None:
    """Whoever is first makes the file; nobody ever sees half of it or another one."""
    context = multiprocessing.get_context("spawn")
    derived: multiprocessing.SimpleQueue[bytes] = context.SimpleQueue()
    processes = [context.Process(target=_derive_first, args=(path, derived)) for _ in range(3)]

    for process in processes:
        process.start()
    keys = {derived.get() for _ in processes}
    for process in processes:
        process.join()

    assert keys == {MasterKeys.load(path).derive("x")}


def test_a_rotation_keeps_the_old_key_and_signs_with_the_new(path: Path) -> None:
    """The highest number is current; older ones go on reading."""
    old = MasterKeys.create(path)

    old.with_new().save(path)

    new = MasterKeys.load(path)
    assert (new.versions, new.current) == ((1, 2), 2)
    assert new.derive("x", 1) == old.derive("x")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_running_process_follows_a_rotation(path: Path) -> None:
    """Another process seals under a number that this one has never seen."""
    running = MasterKeys.create(path)
    running.derive("x")
    rotated = MasterKeys.load(path).with_new()
    rotated.save(path)

    assert running.derive("x", 2) == rotated.derive("x")
    assert running.current == 2


def test_refresh_follows_a_rotation(path: Path) -> None:
    """Without a foreign value in sight too."""
    running = MasterKeys.create(path)
    MasterKeys.load(path).with_new().save(path)

    running.refresh()

    assert running.current == 2


def test_a_damaged_file_does_not_harm_a_running_process(path: Path) -> None:
    """The keys known so far stay."""
    running = MasterKeys.create(path)
    write(path, "damaged, and longer than before", 0o600)

    with pytest.raises(BadMasterKey):
        running.refresh()

    assert running.current == 1


def test_an_old_key_can_be_dropped_and_the_current_one_cannot() -> None:
    """Otherwise nothing could be read any more."""
    master_keys = MasterKeys.generate().with_new()

    assert master_keys.without(1).versions == (2,)
    with pytest.raises(BadMasterKey, match="current"):
        master_keys.without(2)
    with pytest.raises(BadMasterKey, match="no master key 3"):
        master_keys.without(3)


def test_numbers_end_at_255() -> None:
    """A number is one byte of every credential."""
    with pytest.raises(BadMasterKey, match="255"):
        MasterKeys({255: KEY}).with_new()


def test_an_unknown_number_derives_nothing(path: Path) -> None:
    """A credential may name any number."""
    with pytest.raises(BadMasterKey, match="no master key 9"):
        MasterKeys.create(path).derive("x", 9)


@pytest.mark.security
def test_no_secret_is_shown(path: Path) -> None:
    """A repr may end in a log."""
    shown = repr(MasterKeys.create(path))

    assert shown == "MasterKeys(versions=(1,), current=1)"


@pytest.mark.security
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_open_to_others_is_refused_with_the_remedy(path: Path, mode: int) -> None:
    """DESIGN: mode 0600."""
    write(path, f"1 {base64url.encode(KEY)}\n", mode)

    with pytest.raises(BadMasterKey, match="chmod 600"):
        MasterKeys.load(path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# only a comment\n", id="comment"),
        pytest.param("1\n", id="no-key"),
        pytest.param("1 AAAA\n", id="short-key"),
        pytest.param("1 " + "!" * 43, id="not-base64url"),
        pytest.param("0 " + base64url.encode(KEY), id="zero"),
        pytest.param("256 " + base64url.encode(KEY), id="too-high"),
        pytest.param("-1 " + base64url.encode(KEY), id="negative"),
        pytest.param("x " + base64url.encode(KEY), id="no-number"),
        pytest.param(f"2 {base64url.encode(KEY)}\n1 {base64url.encode(KEY)}", id="descending"),
        pytest.param(f"1 {base64url.encode(KEY)}\n1 {base64url.encode(KEY)}", id="twice"),
        pytest.param("1 schlüssel", id="not-ascii"),
    ],
)
def test_a_malformed_file_is_refused_with_its_name(path: Path, text: str) -> None:
    """An operator learns which file and which line, never the secret."""
    write(path, text)

    with pytest.raises(BadMasterKey, match=r"master\.key") as refusal:
        MasterKeys.load(path)

    assert base64url.encode(KEY) not in str(refusal.value)


def test_a_missing_file_or_directory_is_named(path: Path) -> None:
    """No traceback for an operator."""
    with pytest.raises(BadMasterKey, match=r"master\.key: No such file"):
        MasterKeys.load(path)
    with pytest.raises(BadMasterKey, match="No such file"):
        MasterKeys.create(path.parent / "absent" / "master.key")


def test_keys_are_32_bytes_and_there_is_one() -> None:
    """Anything else would be a mistake of the caller's."""
    with pytest.raises(BadMasterKey):
        MasterKeys({})
    with pytest.raises(BadMasterKey):
        MasterKeys({1: b"short"})
