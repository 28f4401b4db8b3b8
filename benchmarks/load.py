"""A load generator: keep-alive connections that each run one journey after another.

A journey is a generator of raw HTTP/1.1 requests; it is sent each response and raises if that is wrong.
Nothing but the standard library's event loop stands between it and the socket, so that the server is the
bottleneck, not the client.
"""

import asyncio
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

Journey = Generator[bytes, "Answer", None]
HEADER_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, raw header block, body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Return a header's value; the name in lower case."""
        for line in self.head.split(b"\r\n")[1:]:
            found, _, value = line.partition(b": ")
            if found.lower() == name:
                return value
        raise KeyError(name)

    def cookies(self) -> str:
        """Return the cookies that it sets, as a browser sends them back."""
        lines = (line.partition(b": ") for line in self.head.split(b"\r\n")[1:])
        found = [value for name, _, value in lines if name.lower() == b"set-cookie"]
        return "; ".join(value.partition(b";")[0].decode() for value in found)


@dataclass(slots=True)
class Result:
    """What one run measured; latencies are seconds of a whole journey."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def per_second(self) -> float:
        """Journeys a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency that ``share`` of the journeys stay under, in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Connection(asyncio.Protocol):
    """One keep-alive connection that is never without a request."""

    def __init__(self, make_journey: Callable[[], Journey], result: Result, deadline: float) -> None:
        self._make_journey = make_journey
        self._result = result
        self._deadline = deadline
        self._buffer = b""
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the first journey."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Collect one response, then go on."""
        self._buffer += data
        head, end, body = self._buffer.partition(HEADER_END)
        if not end:
            return
        length = _content_length(head)
        if len(body) < length:
            return
        self._buffer = body[length:]
        self._go_on(Answer(int(head[9:12]), head, body[:length]))

    def connection_lost(self, error: Exception | None) -> None:
        """Count a connection that the server closed."""
        if not self._done.done():
            self._result.errors += 1
            self._done.set_result(None)

    async def finished(self) -> None:
        """Wait until the time is over."""
        await self._done
        self._transport.close()

    def _begin(self) -> None:
        self._started = time.perf_counter()
        self._journey = self._make_journey()
        self._transport.write(next(self._journey))

    def _go_on(self, answer: Answer) -> None:
        try:
            self._transport.write(self._journey.send(answer))
            return
        except StopIteration:
            self._result.latencies.append(time.perf_counter() - self._started)
        except (AssertionError, KeyError, ValueError):
            self._result.errors += 1
        if time.perf_counter() >= self._deadline:
            self._done.set_result(None)
        else:
            self._begin()


def drive(make_journey: Callable[[], Journey], *, port: int, connections: int, seconds: float) -> Result:
    """Run journeys over ``connections`` for ``seconds``; return what was measured."""

    async def run() -> Result:
        result = Result()
        started = time.perf_counter()
        deadline = started + seconds
        loop = asyncio.get_running_loop()
        protocols = [
            (
                await loop.create_connection(
                    lambda: Connection(make_journey, result, deadline), "127.0.0.1", port
                )
            )[1]
            for _ in range(connections)
        ]
        await asyncio.gather(*(protocol.finished() for protocol in protocols))
        result.seconds = time.perf_counter() - started
        return result

    return asyncio.run(run())


def _content_length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(b"\r\ncontent-length: ")
    if start < 0:
        return 0
    return int(lowered[start + 18 :].partition(b"\r\n")[0])
