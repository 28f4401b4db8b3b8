"""The grants and endpoints of the Authlib peer, as its documentation fills them in.

A refresh comes with a new refresh token and an ID token, as the other providers' do.
"""

import os
import time

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from joserfc.jwk import RSAKey

from models import AuthorizationCode, Token, User, db

ISSUER = os.environ["PEER_ISSUER"]
KEY = RSAKey.import_key(os.environ["PEER_KEY"], {"kid": "bench", "alg": "RS256", "use": "sig"})


class CodeGrant(grants.AuthorizationCodeGrant):
    """The authorization code grant."""

    def save_authorization_code(self, code, request):
        """Store a code."""
        db.session.add(
            AuthorizationCode(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=request.payload.data.get("nonce"),
                user_id=request.user.id,
            )
        )
        db.session.commit()

    def query_authorization_code(self, code, client):
        """Find a code that still counts."""
        found = AuthorizationCode.query.filter_by(code=code, client_id=client.client_id).first()
        return found if found and not found.is_expired() else None

    def delete_authorization_code(self, authorization_code):
        """Let a code count once."""
        db.session.delete(authorization_code)
        db.session.commit()

    def authenticate_user(self, authorization_code):
        """Return whose code it is."""
        return db.session.get(User, authorization_code.user_id)


class RefreshGrant(grants.RefreshTokenGrant):
    """The refresh token grant, with rotation."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        """Find a token that still counts."""
        found = Token.query.filter_by(refresh_token=refresh_token).first()
        return found if found and not found.is_revoked() else None

    def authenticate_user(self, refresh_token):
        """Return whose token it is."""
        return db.session.get(User, refresh_token.user_id)

    def revoke_old_credential(self, refresh_token):
        """Let a refresh token count once."""
        refresh_token.access_token_revoked_at = refresh_token.refresh_token_revoked_at = int(time.time())
        db.session.commit()


class SignedByUs:
    """What both ID tokens are made of."""

    def resolve_client_private_key(self, _client):
        """Return the key, which is read once."""
        return KEY

    def get_encode_header(self, _client):
        """Name the key."""
        return {"alg": "RS256", "kid": "bench"}

    def get_client_claims(self, client):
        """Return who speaks to whom."""
        return {"iss": ISSUER, "aud": [client.get_client_id()]}

    def generate_user_info(self, user, scope):
        """Return what the scope says of the person."""
        return claims_of(user, scope)


class CodeIDToken(SignedByUs, OpenIDCode):
    """The ID token for a code."""

    def exists_nonce(self, nonce, request):
        """Return whether a code with this nonce waits."""
        client_id = request.payload.client_id
        return AuthorizationCode.query.filter_by(client_id=client_id, nonce=nonce).first() is not None


class RefreshIDToken(SignedByUs, OpenIDToken):
    """The ID token of a refresh."""


class Introspection(IntrospectionEndpoint):
    """RFC 7662, for the client's own tokens."""

    def query_token(self, token_string, token_type_hint):
        """Find a token of either kind."""
        found = Token.query.filter_by(access_token=token_string).first()
        return found or Token.query.filter_by(refresh_token=token_string).first()

    def check_permission(self, token, client, _request):
        """Return whether the token is the client's."""
        return token.check_client(client)

    def introspect_token(self, token):
        """Return what is known of a live token."""
        return {
            "active": True,
            "client_id": token.client_id,
            "token_type": token.token_type,
            "scope": token.get_scope(),
            "sub": str(token.user_id),
            "aud": token.client_id,
            "iss": ISSUER,
            "exp": token.issued_at + token.expires_in,
            "iat": token.issued_at,
        }


def claims_of(user, scope):
    """Return the UserInfo that a scope allows."""
    return UserInfo(sub=str(user.id), email=user.email).filter(scope)
