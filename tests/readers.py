"""Clients that publish a key for encryption and read what is encrypted for them."""

import json
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey, OKPKey, RSAKey

from keys import base64url


class Reader:
    """A private key for decryption and what others may know of it.

    Args:
        kind: ``RSA``, ``EC`` or ``OKP``.
        published: more members of the public key; ``None`` leaves one out.
    """

    def __init__(self, kind: str = "RSA", **published: Any) -> None:
        members = {"kid": f"{kind}-enc", "use": "enc", **published}
        parameters = {name: value for name, value in members.items() if value is not None}
        match kind:
            case "RSA":
                self.key: RSAKey | ECKey | OKPKey = RSAKey.generate_key(2048)
            case "EC":
                self.key = ECKey.generate_key("P-256")
            case _:
                self.key = OKPKey.generate_key("X25519")
        self.jwk: dict[str, Any] = {**self.key.as_dict(private=False), **parameters}

    def open(self, text: str, alg: str, enc: str) -> str:
        """Return what is inside of a JWE that was made with ``alg`` and ``enc``."""
        opened = jwe.decrypt_compact(text, self.key, algorithms=[alg, enc])
        assert opened.plaintext is not None
        return opened.plaintext.decode()


def header_of(text: str) -> dict[str, Any]:
    """Return the protected header of a JWS or JWE."""
    header: dict[str, Any] = json.loads(base64url.decode(text.partition(".")[0]))
    return header
