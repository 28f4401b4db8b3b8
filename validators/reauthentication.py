"""When a signed-in person must sign in again (OpenID Connect Core §3.1.2.1)."""

from validators.login_sessions import SessionRecord

PROMPTS = frozenset({"none", "login", "consent", "select_account"})


def needs_login(
    session: SessionRecord,
    *,
    prompts: frozenset[str],
    max_age: int | None,
    is_another: bool,
    signed_in_for_request: bool,
    now: int,
) -> bool:
    """Whether ``session`` does not answer the request as it stands.

    Args:
        session: the browser's live sign-in.
        prompts: the words of ``prompt``.
        max_age: seconds since the sign-in that the client accepts.
        is_another: the request names another person, by ``id_token_hint`` or the ``sub`` it claims.
        signed_in_for_request: the sign-in was made after this request had been stored; it satisfies
            ``prompt=login`` and any ``max_age``.
        now: NumericDate.
    """
    if is_another:
        return True
    if signed_in_for_request:
        return False
    if prompts & {"login", "select_account"}:
        return True
    return max_age is not None and (max_age == 0 or now - session.auth_time > max_age)
