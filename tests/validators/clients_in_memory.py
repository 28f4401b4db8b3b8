"""Clients that no store knows of."""

from typing import Any

from validators.client import Client


def client_of(**metadata: Any) -> Client:
    """Return a confidential web client; metadata overrides."""
    defaults: dict[str, Any] = {
        "redirect_uris": ["https://client.example/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    return Client(
        client_id="photos",
        version=1,
        secret_digest=bytes(32),
        sealed_secret=None,
        metadata=defaults | metadata,
    )


def native_client(*redirect_uris: str) -> Client:
    """Return a public native client."""
    return client_of(
        redirect_uris=list(redirect_uris), token_endpoint_auth_method="none", application_type="native"
    )
