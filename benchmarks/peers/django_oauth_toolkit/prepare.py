"""``python prepare.py``: the tables, the person "bench" and the client "bench".

The client's secret is kept as it is: the toolkit's default, Django's slow hash for passwords at every
request, would be all that is measured.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

get_user_model().objects.create_user("bench", email="bench@example.org")
Application = apps.get_model("oauth2_provider", "Application")
Application.objects.create(
    client_id="bench",
    client_secret=os.environ["PEER_SECRET"],
    hash_client_secret=False,
    client_type=Application.CLIENT_CONFIDENTIAL,
    authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    redirect_uris=os.environ["PEER_REDIRECT_URI"],
    algorithm=Application.RS256_ALGORITHM,
    skip_authorization=True,
)
