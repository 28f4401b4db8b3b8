"""The application for WSGI servers and the ``flask`` command."""

from provider.factory import create_app

app = create_app()
