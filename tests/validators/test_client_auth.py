"""Client authentication: Basic to the letter, one method, the registered one (RFC 6749 §2.3)."""

import base64
from urllib.parse import quote_plus

import pytest
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError

from provider.wiring import Services
from tests.builders import make_client, make_public_client
from tests.sqlite_only import database_url as database_url
from validators.basic_auth import read_basic
from validators.request import ProviderRequest


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def request_of(*, basic: str | None = None, **form: str) -> ProviderRequest:
    """Return a token request; ``basic`` is what stands in the header before base64."""
    headers = {} if basic is None else {"Authorization": f"Basic {encoded(basic)}"}
    return ProviderRequest(form, headers=headers)


@pytest.mark.parametrize(
    ("header", "pair"),
    [
        pytest.param(f"Basic {encoded('a:b')}", ("a", "b"), id="plain"),
        pytest.param(f"bAsIc {encoded('a:b')}", ("a", "b"), id="scheme-case"),
        pytest.param(f"Basic   {encoded('a:b')} ", ("a", "b"), id="spaces"),
        pytest.param(f"Basic {encoded('a:b:c')}", ("a", "b:c"), id="colon-in-secret"),
        pytest.param(f"Basic {encoded('a:')}", ("a", ""), id="empty-secret"),
        pytest.param(f"Basic {encoded('a%3Ab:c%20d')}", ("a:b", "c d"), id="percent"),
        pytest.param(f"Basic {encoded('a+b:c+d')}", ("a b", "c d"), id="plus-is-a-space"),
        pytest.param(f"Basic {encoded('a:%2B%25')}", ("a", "+%"), id="encoded-plus"),
        pytest.param(f"Basic {encoded('a:%C3%A9')}", ("a", "é"), id="utf-8"),
    ],
)
def test_basic_is_form_decoded(header: str, pair: tuple[str, str]) -> None:
    """RFC 6749 §2.3.1: both halves, after the split."""
    assert read_basic(header) == pair


@pytest.mark.security
@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="empty"),
        pytest.param("Basic", id="scheme-alone"),
        pytest.param("Basic ", id="nothing-behind"),
        pytest.param(f"Bearer {encoded('a:b')}", id="bearer"),
        pytest.param(f"Basic{encoded('a:b')}", id="no-space"),
        pytest.param(f"Basic\t{encoded('a:b')}", id="tab"),
        pytest.param("Basic a:b", id="not-encoded"),
        pytest.param(f"Basic {encoded('ab')}", id="no-colon"),
        pytest.param(f"Basic {encoded(':b')}", id="no-client_id"),
        pytest.param(f"Basic {encoded('a:bc').rstrip('=')}", id="padding-missing"),
        pytest.param(f"Basic {encoded('a:b')}=", id="padding-too-much"),
        pytest.param(f"Basic {encoded('a:b')[:2]} {encoded('a:b')[2:]}", id="space-inside"),
        pytest.param(f"Basic {encoded('a:b')}, Basic {encoded('c:d')}", id="two"),
        pytest.param("Basic " + base64.urlsafe_b64encode("ÿÿ:ÿ>".encode()).decode(), id="other-alphabet"),
        pytest.param("Basic " + encoded(b"a:\xff"), id="not-utf-8"),
        pytest.param(f"Basic {encoded('a:%FF')}", id="percent-not-utf-8"),
        pytest.param(f"Basic {encoded('a:%zz')}", id="broken-percent"),
        pytest.param(f"Basic {encoded('a:b%')}", id="percent-alone"),
        pytest.param("Basic é", id="not-ascii"),
    ],
)
def test_malformed_basic_is_none(header: str) -> None:
    """RFC 7617 §2, RFC 6749 §2.3.1: nothing is guessed."""
    assert read_basic(header) is None


def test_the_registered_method_proves_the_client(services: Services) -> None:
    """RFC 6749 §2.3.1, §3.2.1: basic, post and none."""
    basic, basic_secret = make_client(services)
    post, post_secret = make_client(services, token_endpoint_auth_method="client_secret_post")
    public = make_public_client(services)
    authenticate = services.client_auth.authenticate

    by_basic = authenticate(request_of(basic=f"{basic.client_id}:{basic_secret}"))
    by_both_ids = authenticate(
        request_of(basic=f"{basic.client_id}:{basic_secret}", client_id=basic.client_id)
    )
    by_post = authenticate(request_of(client_id=post.client_id, client_secret=post_secret))
    by_name = authenticate(request_of(client_id=public.client_id))

    assert by_basic.client_id == by_both_ids.client_id == basic.client_id
    assert by_post.client_id == post.client_id
    assert by_name.client_id == public.client_id


def test_ids_and_secrets_of_any_printable_characters(services: Services) -> None:
    """DESIGN §6: an operator may bring any VSCHAR; Basic carries it form-encoded."""
    client_id, secret = "app:1+2%/ü".replace("ü", "~"), "s:e%c+r/e=t&" * 4
    services.client_directory.create(
        {"redirect_uris": ["https://client.example/cb"], "client_id": client_id, "client_secret": secret}
    )

    client = services.client_auth.authenticate(
        request_of(basic=f"{quote_plus(client_id)}:{quote_plus(secret)}")
    )

    assert client.client_id == client_id


@pytest.mark.security
@pytest.mark.parametrize("registered", ["client_secret_basic", "client_secret_post", "none"])
@pytest.mark.parametrize("used", ["client_secret_basic", "client_secret_post", "none"])
@pytest.mark.parametrize("knows_secret", [True, False])
def test_no_other_method_and_no_other_secret(
    services: Services, registered: str, used: str, knows_secret: bool
) -> None:
    """OAUTHLIB §4: the method used equals the registered one; a public client has no secret to send."""
    client, secret = make_client(services, token_endpoint_auth_method=registered)
    sent = (secret or "x" * 43) if knows_secret else "y" * 43
    requests = {
        "client_secret_basic": request_of(basic=f"{client.client_id}:{sent}"),
        "client_secret_post": request_of(client_id=client.client_id, client_secret=sent),
        "none": request_of(client_id=client.client_id),
    }
    is_right = registered == used and (knows_secret or used == "none")

    if is_right:
        assert services.client_auth.authenticate(requests[used]).client_id == client.client_id
    else:
        with pytest.raises(InvalidClientError):
            services.client_auth.authenticate(requests[used])


@pytest.mark.security
def test_two_methods_at_once_are_refused(services: Services) -> None:
    """RFC 6749 §2.3: not more than one in a request, both right or not."""
    client, secret = make_client(services)

    with pytest.raises(InvalidRequestError):
        services.client_auth.authenticate(
            request_of(basic=f"{client.client_id}:{secret}", client_id=client.client_id, client_secret=secret)
        )


@pytest.mark.security
@pytest.mark.parametrize("is_public", [False, True])
def test_an_assertion_is_a_method_too(services: Services, is_public: bool) -> None:
    """RFC 7521 §4.2, OAUTHLIB §4: its presence is never overlooked in favour of another method."""
    assertion = {
        "client_assertion": "e30.e30.AA",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    if is_public:
        request = request_of(client_id=make_public_client(services).client_id, **assertion)
    else:
        client, secret = make_client(services)
        request = request_of(basic=f"{client.client_id}:{secret}", **assertion)

    with pytest.raises((InvalidRequestError, InvalidClientError)):
        services.client_auth.authenticate(request)


@pytest.mark.security
def test_every_client_id_of_a_request_agrees(services: Services) -> None:
    """OAUTHLIB §3: another client_id in the form is invalid_client, not a server error."""
    client, secret = make_client(services)
    other, _ = make_client(services)

    for client_id in (other.client_id, client.client_id + " ", client.client_id.upper()):
        with pytest.raises(InvalidClientError):
            services.client_auth.authenticate(
                request_of(basic=f"{client.client_id}:{secret}", client_id=client_id)
            )


@pytest.mark.parametrize(
    "client_id",
    [
        pytest.param("nobody", id="unknown"),
        pytest.param("a\0b", id="nul"),
        pytest.param("é", id="not-ascii"),
        pytest.param("a" * 65536, id="64-kB"),
        pytest.param("' OR 1=1 --", id="sql"),
    ],
)
def test_an_unknown_client_is_invalid_client(services: Services, client_id: str) -> None:
    """RFC 6749 §5.2: on either way."""
    for request in (
        request_of(client_id=client_id),
        request_of(client_id=client_id, client_secret="x"),
        request_of(basic=f"{quote_plus(client_id)}:x"),
    ):
        with pytest.raises(InvalidClientError) as raised:
            services.client_auth.authenticate(request)
        assert client_id not in str(raised.value.description)


def test_nothing_at_all_is_invalid_client(services: Services) -> None:
    """RFC 6749 §5.2."""
    with pytest.raises(InvalidClientError):
        services.client_auth.authenticate(request_of())


def test_an_older_cache_refuses_nobody(services: Services) -> None:
    """DESIGN §4: before refusing on cached data the client is read afresh."""
    client, _ = make_client(services)
    services.clients.get(client.client_id)
    new_secret = services.client_directory.rotate_secret(client.client_id)
    services.clock.advance(seconds=1)  # type: ignore[attr-defined]

    found = services.client_auth.authenticate(request_of(basic=f"{client.client_id}:{new_secret}"))

    assert found.version == client.version + 1


@pytest.mark.security
def test_unknown_clients_cost_as_much_as_wrong_secrets(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OAUTHLIB §4: the same digest work."""
    client, _ = make_client(services)
    counted: list[str] = []
    digest = services.digests.digest

    def counting(kind: str, text: str) -> bytes:
        counted.append(kind)
        return digest(kind, text)

    monkeypatch.setattr(services.digests, "digest", counting)
    counts = []

    for client_id in (client.client_id, "nobody"):
        counted.clear()
        with pytest.raises(InvalidClientError):
            services.client_auth.authenticate(request_of(basic=f"{client_id}:wrong"))
        counts.append(len(counted))

    assert counts[0] >= 1
    assert counts[1] >= 1
