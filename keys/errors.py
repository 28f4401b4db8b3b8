"""What can go wrong with keys, seals and signatures.

KeysError
├── UnknownAlgorithm   no such algorithm here, or no active key for it
├── BadMasterKey       the master key file is missing, unsafe or unreadable, or lacks a number
├── BadSeal            a sealed value was changed, belongs elsewhere or needs a master key that is gone
├── BadSignature       a token whose signature does not hold, or not for this use
│   └── UnknownKey     … signed with a key that is not among those at hand
├── BadKey             a private key or JWK that cannot be used
└── KeysBusy           other processes kept changing the signing keys
"""


class KeysError(Exception):
    """Something about a key, a seal or a signature is wrong; the text never holds a secret."""


class UnknownAlgorithm(KeysError):
    """The JWS algorithm is not supported, or no active key has it."""


class BadMasterKey(KeysError):
    """The master keys cannot be used; the text tells an operator what to do."""


class BadSeal(KeysError):
    """A sealed value does not open. The reason is not told: every wrong value looks the same."""


class BadSignature(KeysError):
    """A token is refused; the text names the rule it broke, for the log and not for the caller."""


class UnknownKey(BadSignature):
    """The signer may have published the key of this token since; fetching its keys again may do."""


class BadKey(KeysError):
    """A key is malformed, too weak or does not fit its algorithm or its ``kid``."""


class KeysBusy(KeysError):
    """Other processes kept changing the signing keys; nothing was written, trying again will do."""
