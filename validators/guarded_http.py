"""requests, held to one guarded way out; imported with the first fetch, for it takes a tenth of a start."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from validators.outbound import Outbound

FAILURES = (requests.RequestException, HTTPError, OSError, ValueError)
"""What a request raises that came to nothing."""


def guarded_session(scheme: str, outbound: Outbound) -> requests.Session:
    """Return a session that goes through ``outbound`` alone, and takes nothing from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.mount(f"{scheme}://", GuardedAdapter(outbound))
    return session


class GuardedAdapter(HTTPAdapter):
    """Connects through ``Outbound`` alone; the name stays what certificate, SNI and Host are about."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools whose connections ask first."""
        super().init_poolmanager(*args, **kwargs)
        outbound = self._outbound

        class PlainConnection(HTTPConnection):
            def _new_conn(self) -> Any:
                return _connected(self, outbound)

        class TLSConnection(HTTPSConnection):
            def _new_conn(self) -> Any:
                return _connected(self, outbound)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = PlainConnection

        class TLSPool(HTTPSConnectionPool):
            ConnectionCls = TLSConnection

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TLSPool}


def _connected(connection: HTTPConnection, outbound: Outbound) -> Any:
    try:
        return outbound.connect(connection.host, connection.port or connection.default_port)
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error
