"""The names of settings: a field's environment variable, and what is no setting at all."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

PREFIX = "PAPER_"
TEST_PREFIX = "PAPER_TEST_"  # speaks to the test suite, not to the provider


def variable(name: str) -> str:
    """Return the environment variable of the field ``name``."""
    return PREFIX + name.upper()


def unknown_names(environ: Mapping[str, str], fields: Collection[str]) -> Iterator[str]:
    """Say in one line each which names in ``environ`` look like settings and are of none of ``fields``."""
    known = [variable(name) for name in fields]
    for name in sorted(environ):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.75)
            hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists the settings"
            yield f"{name}: there is no such setting; {hint}"
