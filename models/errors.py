"""What can go wrong in the store.

StoreError
└── StoreUnavailable   no connection, or busy for longer than the busy timeout: the answer is 503
"""


class StoreError(Exception):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The database cannot be reached or stayed locked; nothing is known to have been written."""
