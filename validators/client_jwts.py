"""JWTs for one client: signed as it wants them, and encrypted for it where it wants that."""

import json
from collections.abc import Mapping
from typing import Any

from keys.errors import BadKey, UnknownKey
from keys.foreign_jwt import SECRET_ALGORITHMS
from keys.jwe import encrypt
from keys.signer import Signer, sign_with_secret
from validators.client import Client
from validators.client_keys import ClientKeys
from validators.errors import NoEncryptionKey
from validators.readable_secrets import ReadableSecrets
from validators.registered_encryption import RegisteredEncryption


class ClientJwts:
    """Makes them.

    Args:
        signer: signs with the provider's keys.
        secrets: what HS256, HS384 and HS512 sign with.
        keys: what clients publish for encryption.
    """

    def __init__(self, signer: Signer, secrets: ReadableSecrets, keys: ClientKeys) -> None:
        self._signer = signer
        self._secrets = secrets
        self._keys = keys

    def make(
        self,
        claims: Mapping[str, Any],
        client: Client,
        *,
        alg: str | None,
        encryption: RegisteredEncryption | None,
        typ: str = "JWT",
    ) -> str:
        """Return ``claims`` as a JWT; the keys of a client that wants encryption may have to be fetched.

        Args:
            claims: the complete claim set.
            client: who will read it.
            alg: what signs; ``None``: it is only encrypted.
            encryption: what encrypts the signed JWT, nested then (RFC 7519 §11.2); ``None``: nothing.
            typ: media type of what is signed.

        Raises:
            UnknownAlgorithm: no key signs with ``alg``.
            NoEncryptionKey: the client has no key that can be used.
        """
        text = json.dumps(claims) if alg is None else self._signed(claims, client, alg, typ)
        if encryption is None:
            return text
        cty = None if alg is None else "JWT"
        try:
            return self._encrypted(text, client, encryption, cty)
        except (UnknownKey, BadKey):
            raise NoEncryptionKey from None

    def _signed(self, claims: Mapping[str, Any], client: Client, alg: str, typ: str) -> str:
        if alg in SECRET_ALGORITHMS:
            return sign_with_secret(claims, self._secrets.of(client), alg=alg, typ=typ)
        return self._signer.sign(claims, alg=alg, typ=typ)

    def _encrypted(self, text: str, client: Client, encryption: RegisteredEncryption, cty: str | None) -> str:
        alg, enc = encryption
        try:
            return encrypt(text, self._keys.of(client), alg=alg, enc=enc, cty=cty)
        except UnknownKey:
            return encrypt(text, self._keys.of(client, newer=True), alg=alg, enc=enc, cty=cty)
