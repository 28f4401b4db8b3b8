"""``python prepare.py``: the tables, the person "bench" and the client "bench" of the Authlib peer."""

import os

from app import app
from models import Client, User, db

with app.app_context():
    db.create_all()
    client = Client(client_id="bench", client_secret=os.environ["PEER_SECRET"])
    client.set_client_metadata(
        {
            "redirect_uris": [os.environ["PEER_REDIRECT_URI"]],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "response_types": ["code"],
            "scope": "openid email",
            "token_endpoint_auth_method": "client_secret_basic",
        }
    )
    db.session.add_all([client, User(username="bench", email="bench@example.org")])
    db.session.commit()
