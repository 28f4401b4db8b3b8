"""What the tests ask for: a payment, and how an answer is read."""

import json
from typing import Any

from werkzeug.test import TestResponse

PAYMENT: dict[str, Any] = {
    "type": "payment",
    "actions": ["initiate", "status"],
    "amount": {"amount": "12.50", "currency": "EUR"},
    "creditor": "Merchant <A>",
}
DETAILS = json.dumps([PAYMENT])


def error_of(response: TestResponse) -> str:
    """Return the error code of an answer in JSON."""
    return str(response.get_json()["error"])
