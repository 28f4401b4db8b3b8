"""A web application that signs people in; the redirect URI of its client is http://localhost:9032/callback.

ISSUER=… CLIENT_ID=… CLIENT_SECRET=… flask --app examples.web_app.app run --port 9032
"""

import os
import secrets

import jwt
import requests
from flask import Flask, abort, redirect, render_template, request, session
from oauthlib.oauth2 import OAuth2Error
from requests_oauthlib import OAuth2Session
from werkzeug.wrappers import Response

ISSUER, CLIENT_ID, CLIENT_SECRET = (os.environ[name] for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
REDIRECT_URI = os.environ.get("REDIRECT_URI", "http://localhost:9032/callback")
SCOPE = ["openid", "profile", "email", "offline_access"]
if ISSUER.startswith("http://localhost"):  # oauthlib insists on https even where nothing leaves the machine
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
PROVIDER = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
KEYS = jwt.PyJWKClient(PROVIDER["jwks_uri"])
SESSIONS: dict[str, OAuth2Session] = {}  # tokens stay here; a browser's cookie names its own
app = Flask(__name__)
app.config.update(
    SECRET_KEY=secrets.token_bytes(), SESSION_COOKIE_NAME="web_app", SESSION_COOKIE_SAMESITE="Lax"
)


@app.get("/sign-in")
def sign_in() -> Response:  # noqa: D103
    oauth = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPE, pkce="S256")
    nonce = secrets.token_urlsafe()
    url, state = oauth.authorization_url(PROVIDER["authorization_endpoint"], nonce=nonce)
    SESSIONS[state] = oauth
    session.update(key=state, nonce=nonce, claims=None)
    return redirect(url)


@app.get("/callback")
def callback() -> Response:  # noqa: D103
    oauth, url = SESSIONS.get(session.get("key", "")) or abort(400), PROVIDER["token_endpoint"]
    token = oauth.fetch_token(url, authorization_response=request.url, client_secret=CLIENT_SECRET)
    key = KEYS.get_signing_key_from_jwt(token["id_token"])
    claims = jwt.decode(token["id_token"], key, ["RS256"], audience=CLIENT_ID, issuer=ISSUER)
    session["claims"] = claims if claims["nonce"] == session["nonce"] else abort(400)
    return redirect("/")


@app.route("/", methods=["GET", "POST"])
def home() -> str | Response:  # noqa: D103
    oauth = SESSIONS.get(session.get("key", ""))
    if oauth is None or not session["claims"]:
        return render_template("page.html")
    if request.form.get("do") == "refresh":
        oauth.refresh_token(PROVIDER["token_endpoint"], auth=(CLIENT_ID, CLIENT_SECRET))
    elif request.form.get("do") == "sign out":
        del SESSIONS[session["key"]]
    if request.method == "POST":
        return redirect("/")
    answer = oauth.get(PROVIDER["userinfo_endpoint"])
    return render_template("page.html", claims=session["claims"], answer=answer, token=oauth.token)


@app.errorhandler(OAuth2Error)
def refused(error: OAuth2Error) -> tuple[str, int]:  # noqa: D103
    return render_template("page.html", error=error, claims=session.get("claims")), 400
