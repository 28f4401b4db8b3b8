"""Public JSON documents: cacheable, with an entity tag."""

import hashlib
import json
from typing import Any

from flask import request
from werkzeug.wrappers import Response


def document_response(document: dict[str, Any], *, max_age: int) -> Response:
    """Return ``document``, or 304 where the caller has it; ``max_age`` is in seconds."""
    body = json.dumps(document).encode()
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = f"public, max-age={max_age}"
    return response.make_conditional(request.environ)
