"""oauthlib's callbacks: what each asks, and what it keeps on the request."""

import pytest
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidGrantError

from provider.wiring import Services
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.conftest import Clock
from tests.grant_stories import GrantStory
from tests.sqlite_only import database_url as database_url
from validators.grants import GrantRecord
from validators.key_binding import KeyBinding
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator


@pytest.fixture
def validator(services: Services) -> ProviderRequestValidator:
    return ProviderRequestValidator(
        clients=services.clients,
        client_auth=services.client_auth,
        key_binding=KeyBinding(services.dpop_proofs),
        codes=services.codes,
        rotation=services.rotation,
        device_codes=services.device_codes,
        resources=services.resources,
    )


@pytest.fixture
def story(services: Services, clock: Clock) -> GrantStory:
    return GrantStory(services, clock)


def request_with(services: Services, record: GrantRecord, **parameters: str) -> ProviderRequest:
    """Return a token request whose client and grant are known."""
    request = ProviderRequest(parameters)
    request.client = services.clients.get(record.client_id)
    request.grant = record
    return request


def test_a_client_is_found_and_kept(services: Services, validator: ProviderRequestValidator) -> None:
    """RFC 6749 §4.1.1."""
    client, _ = make_client(services)
    known, unknown = ProviderRequest({}), ProviderRequest({})

    assert validator.validate_client_id(client.client_id, known)
    assert not validator.validate_client_id("nobody", unknown)
    assert known.known_client.client_id == client.client_id
    assert unknown.client is None


def test_before_a_refusal_the_client_is_read_afresh(
    services: Services, validator: ProviderRequestValidator, clock: Clock
) -> None:
    """DESIGN §4: a cached client refuses nobody."""
    client, _ = make_client(services)
    request = ProviderRequest({})
    validator.validate_client_id(client.client_id, request)
    added = "https://client.example/added"
    services.client_directory.update(client.client_id, {"redirect_uris": [REDIRECT_URI, added]})
    clock.advance(seconds=1)

    assert validator.validate_redirect_uri(client.client_id, added, request)
    assert added in request.known_client.redirect_uris


def test_a_client_that_is_gone_is_refused(
    services: Services, validator: ProviderRequestValidator, clock: Clock
) -> None:
    """Between two callbacks."""
    client, _ = make_client(services)
    request = ProviderRequest({})
    validator.validate_client_id(client.client_id, request)
    services.client_directory.delete(client.client_id)
    clock.advance(seconds=1)

    assert not validator.validate_redirect_uri(client.client_id, "https://other.example/", request)


def test_a_public_client_never_passes_as_an_authenticated_one(
    services: Services, validator: ProviderRequestValidator
) -> None:
    """OAUTHLIB §4: grants that ask authenticate_client directly must see it refused."""
    public = make_public_client(services)

    assert not validator.authenticate_client(ProviderRequest({"client_id": public.client_id}))


def test_a_confidential_client_never_passes_by_its_name(
    services: Services, validator: ProviderRequestValidator
) -> None:
    """RFC 6749 §3.2.1."""
    client, _ = make_client(services)

    with pytest.raises(InvalidClientError):
        validator.client_authentication_required(ProviderRequest({"client_id": client.client_id}))


@pytest.mark.parametrize(("challenge", "verifier"), [("c" * 43, None), (None, "v" * 43)])
def test_challenge_and_verifier_come_together(
    story: GrantStory, validator: ProviderRequestValidator, challenge: str | None, verifier: str | None
) -> None:
    """RFC 7636 §4.6, RFC 9700 §2.1.1."""
    record, code = story.begin(code_challenge=challenge)
    parameters = {} if verifier is None else {"code_verifier": verifier}

    with pytest.raises(InvalidGrantError):
        validator.get_code_challenge(code, request_with(story.services, record, **parameters))


@pytest.mark.parametrize("grant_type", ["authorization_code", "client_credentials", "x"])
def test_only_a_refresh_may_keep_its_token(
    services: Services, validator: ProviderRequestValidator, grant_type: str
) -> None:
    """OAUTHLIB §4: True for every other grant type, whatever the client."""
    client, _ = make_client(services, paper_rotate_refresh_tokens=False)
    requests = [ProviderRequest({"grant_type": name}) for name in (grant_type, "refresh_token")]
    for request in requests:
        request.client = client

    assert [validator.rotate_refresh_token(request) for request in requests] == [True, False]


@pytest.mark.security
def test_a_code_brings_person_and_scope_of_its_grant(
    story: GrantStory, validator: ProviderRequestValidator
) -> None:
    """OAUTHLIB §4: what is left unset would be taken from the request."""
    record, code = story.begin()
    request = request_with(story.services, record, scope="everything", code=code)
    request.grant = None

    assert validator.validate_code(story.client_id, code, request.known_client, request)
    assert (request.user, request.scopes) == (story.user_id, record.scopes)


def test_a_lost_race_is_an_invalid_grant(story: GrantStory, validator: ProviderRequestValidator) -> None:
    """DESIGN §4: the last step decides, after every signature."""
    record, code = story.begin()
    request = request_with(story.services, record, grant_type="authorization_code", code=code)
    request.expires_at = story.end(record)
    validator.save_bearer_token({}, request)

    with pytest.raises(InvalidGrantError):
        validator.save_bearer_token({}, request)


def test_oauthlib_answers_no_cors(validator: ProviderRequestValidator) -> None:
    """DESIGN §3: answered for errors too, and so outside of it."""
    assert not validator.is_origin_allowed("x", "https://a.example", ProviderRequest({}))


@pytest.mark.security
def test_a_newer_registration_is_not_taken_on_an_old_proof(
    services: Services, validator: ProviderRequestValidator, clock: Clock
) -> None:
    """RFC 6749 §3.2.1: what a newer registration allows is for who knows its newer secret."""
    client, secret = make_client(services, token_endpoint_auth_method="client_secret_post")
    request = ProviderRequest({"client_id": client.client_id, "client_secret": secret or ""})
    validator.client_authentication_required(request)
    services.client_directory.update(
        client.client_id, {"grant_types": ["authorization_code", "refresh_token"]}
    )
    services.client_directory.rotate_secret(client.client_id)
    clock.advance(seconds=1)

    with pytest.raises(InvalidClientError):
        validator.validate_grant_type(client.client_id, "implicit", client, request)
