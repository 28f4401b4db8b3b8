"""The claim set of one logout token."""

from keys.logout_token import EVENT, logout_token_claims


def test_claims() -> None:
    """Back-Channel Logout §2.4: what is required, sub and sid; §4: it is good for two minutes."""
    claims = logout_token_claims(
        iss="https://op.example", sub="ada", aud="photos", sid="s1", jti="j1", now=1000
    )

    assert claims == {
        "iss": "https://op.example",
        "sub": "ada",
        "aud": "photos",
        "iat": 1000,
        "exp": 1120,
        "jti": "j1",
        "sid": "s1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }
    assert claims["events"] == {EVENT: {}}
