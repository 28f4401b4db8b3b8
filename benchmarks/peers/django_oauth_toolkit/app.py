"""django-oauth-toolkit as its documentation sets it up: ``gunicorn app:app``, with ``settings.py``.

Whoever comes to sign in is the person "bench", whose session is Django's own, a row of the database. The
application skips the consent page (``skip_authorization``): with ``approval_prompt=auto`` the toolkit reads
every live token of the person for each request, which would measure how long the benchmark has run.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

from django.contrib.auth import get_user_model, login
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseRedirect
from django.urls import include, path


def sign_in(request):
    """Sign the person in."""
    login(request, get_user_model().objects.get(username="bench"))
    return HttpResponseRedirect(request.GET["next"])


app = get_wsgi_application()
urlpatterns = [
    path("login/", sign_in),
    path("", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
