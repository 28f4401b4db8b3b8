"""The token against forgery that each form of a page carries."""

import hmac

from flask import current_app, session
from flask_wtf.csrf import _FlaskFormCSRF
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import ValidationError

from provider.page_signer import PageSigner

CSRF_SECONDS = 3600
FIELD, SALT = "csrf_token", "wtf-csrf-token"


class FormToken(_FlaskFormCSRF):  # type: ignore[misc]
    """Flask-WTF's token; one of a node whose clock is ahead is good here too."""

    def validate_csrf_token(self, form: object, field: object) -> None:
        """Compare the token with the browser's page cookie.

        Raises:
            ValidationError: it is missing, forged, another browser's or too old.
        """
        serializer = URLSafeTimedSerializer(current_app.secret_key or b"", salt=SALT, signer=PageSigner)
        try:
            token = serializer.loads(getattr(field, "data", None) or "", max_age=CSRF_SECONDS)
        except BadData as error:
            raise ValidationError("The token is missing, forged or too old.") from error
        if not hmac.compare_digest(session.get(FIELD, ""), token):
            raise ValidationError("The token is another browser's.")
