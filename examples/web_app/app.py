"""A web application that signs people in. Its client's redirect URI is http://localhost:9032/callback.

ISSUER=… CLIENT_ID=… CLIENT_SECRET=… flask --app examples.web_app.app run --port 9032
"""

import os
import secrets
from typing import Any

import jwt
import requests
from flask import Flask, abort, redirect, render_template, request, session
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests_oauthlib import OAuth2Session
from werkzeug.wrappers import Response

ISSUER, CLIENT_ID, CLIENT_SECRET = (os.environ[name] for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
REDIRECT_URI = os.environ.get("REDIRECT_URI", "http://localhost:9032/callback")
SCOPE = ["openid", "profile", "email", "offline_access"]
if ISSUER.startswith("http://localhost"):  # oauthlib insists on https even where nothing leaves the machine
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
PROVIDER = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
KEYS = jwt.PyJWKClient(PROVIDER["jwks_uri"])
PEOPLE: dict[str, Any] = {}  # tokens stay here; a browser has only the key to its own
app = Flask(__name__)
app.config.update(SECRET_KEY=secrets.token_bytes(32), SESSION_COOKIE_NAME="web_app", SESSION_COOKIE_SAMESITE="Lax")


def sign_in_with(token: dict[str, Any], **expected: str) -> Response:
    """Verify the ID token, which must have the ``expected`` claims, and remember the person."""
    key = KEYS.get_signing_key_from_jwt(token["id_token"])
    claims = jwt.decode(token["id_token"], key, ["RS256"], audience=CLIENT_ID, issuer=ISSUER)
    if any(claims.get(name) != value for name, value in expected.items()):
        raise jwt.InvalidTokenError("This ID token is not for this sign-in.")
    PEOPLE.pop(session.get("key"), None)
    session["key"] = secrets.token_urlsafe(32)
    PEOPLE[session["key"]] = {"token": token, "claims": claims}
    return redirect("/")


@app.get("/")
def home() -> str | Response:
    person = PEOPLE.get(session.get("key", ""))
    if person is None:
        return render_template("page.html")
    answer = OAuth2Session(CLIENT_ID, token=person["token"]).get(PROVIDER["userinfo_endpoint"])
    answer.raise_for_status()
    return render_template("page.html", claims=person["claims"], userinfo=answer.json())


@app.get("/sign-in")
def sign_in() -> Response:
    nonce, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    challenge = WebApplicationClient(CLIENT_ID).create_code_challenge(verifier, "S256")
    oauth = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPE)
    url, state = oauth.authorization_url(
        PROVIDER["authorization_endpoint"], nonce=nonce, code_challenge=challenge, code_challenge_method="S256"
    )
    session["pending"] = {"state": state, "nonce": nonce, "verifier": verifier}
    return redirect(url)


@app.get("/callback")
def callback() -> Response:
    pending = session.pop("pending", None) or abort(400)
    oauth = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPE, state=pending["state"])
    token = oauth.fetch_token(
        PROVIDER["token_endpoint"],
        authorization_response=request.url,
        client_secret=CLIENT_SECRET,
        code_verifier=pending["verifier"],
    )
    return sign_in_with(token, nonce=pending["nonce"])


@app.post("/refresh")
def refresh() -> Response:
    person = PEOPLE.get(session.get("key", "")) or abort(400)
    oauth = OAuth2Session(CLIENT_ID, token=person["token"])
    token = oauth.refresh_token(PROVIDER["token_endpoint"], auth=(CLIENT_ID, CLIENT_SECRET))
    return sign_in_with(token, sub=person["claims"]["sub"])


@app.post("/sign-out")
def sign_out() -> Response:
    PEOPLE.pop(session.get("key"), None)
    session.clear()
    return redirect("/")


@app.errorhandler(OAuth2Error)
@app.errorhandler(jwt.PyJWTError)
@app.errorhandler(requests.HTTPError)
def failed(error: Exception) -> tuple[str, int]:
    PEOPLE.pop(session.get("key"), None)
    return render_template("page.html", error=error), 400
