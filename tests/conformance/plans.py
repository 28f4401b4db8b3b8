"""Which response types and modes the plans run a module with (basic, implicit, hybrid; formpost-*)."""

import pytest

BASIC = ("code",)
IMPLICIT = ("id_token", "id_token token")
HYBRID = ("code id_token", "code token", "code id_token token")
EVERY = (*BASIC, *IMPLICIT, *HYBRID)
MODES = (None, "form_post")


def runs(*response_types: str, modes: tuple[str | None, ...] = MODES) -> pytest.MarkDecorator:
    """Run a module once for each response type, by the default mode and by form_post."""
    variants = [(response_type, mode) for response_type in response_types for mode in modes]
    names = [f"{response_type}, {mode or 'default'}" for response_type, mode in variants]
    return pytest.mark.parametrize("suite", variants, indirect=True, ids=names)


def types_with(*words: str) -> tuple[str, ...]:
    """Return the response types that hold one of ``words``."""
    return tuple(each for each in EVERY if not set(words).isdisjoint(each.split()))
