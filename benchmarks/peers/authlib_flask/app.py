"""Authlib on Flask as its documentation sets it up: ``gunicorn app:app``.

Whoever comes to sign in is the person "bench", and whoever is signed in has allowed what is asked: the view
answers an authorization request at once. Client, person, codes and tokens are rows of one SQLite file.
"""

import os

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.integrations.sqla_oauth2 import (
    create_bearer_token_validator,
    create_query_client_func,
    create_save_token_func,
)
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from flask import Flask, jsonify, redirect, request, session, url_for
from grants import ISSUER, KEY, CodeGrant, CodeIDToken, Introspection, RefreshGrant, RefreshIDToken, claims_of

from models import Client, Token, User, db

app = Flask(__name__)
app.config.update(
    SECRET_KEY="bench",
    SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['PEER_DATABASE']}",
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    OAUTH2_TOKEN_EXPIRES_IN={"authorization_code": 3600, "client_credentials": 3600},
)
db.init_app(app)
server = AuthorizationServer(
    app, create_query_client_func(db.session, Client), create_save_token_func(db.session, Token)
)
server.register_grant(ClientCredentialsGrant)
server.register_grant(CodeGrant, [CodeIDToken()])
server.register_grant(RefreshGrant, [RefreshIDToken()])
server.register_endpoint(Introspection)
bearer = ResourceProtector()
bearer.register_token_validator(create_bearer_token_validator(db.session, Token)())


@app.get("/login")
def login():
    """Sign the person in."""
    session["user_id"] = db.session.execute(db.select(User.id).filter_by(username="bench")).scalar_one()
    return redirect(request.args["next"])


@app.get("/authorize")
def authorize():
    """Answer a signed-in person's authorization request with a code."""
    user = db.session.get(User, session["user_id"]) if "user_id" in session else None
    if user is None:
        return redirect(url_for("login", next=request.url))
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    return server.create_authorization_response(grant_user=user, grant=grant)


@app.post("/token")
def token():
    """Answer a token request."""
    return server.create_token_response()


@app.post("/introspect")
def introspect():
    """Say whether a token is live."""
    return server.create_endpoint_response(Introspection.ENDPOINT_NAME)


@app.get("/userinfo")
@bearer("openid")
def userinfo():
    """Return the claims of the token's person."""
    return jsonify(claims_of(current_token.user, current_token.scope))


@app.get("/jwks")
def jwks():
    """Publish the key."""
    return jsonify(keys=[KEY.as_dict(private=False)])


@app.get("/.well-known/openid-configuration")
def discovery():
    """Say where everything is."""
    return jsonify(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        introspection_endpoint=f"{ISSUER}/introspect",
        userinfo_endpoint=f"{ISSUER}/userinfo",
        jwks_uri=f"{ISSUER}/jwks",
        response_types_supported=["code"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
    )
