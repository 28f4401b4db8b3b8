"""What is done to the provider. Each fault returns the moment from which its recovery counts."""

import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.chaos.node import FAKETIME
from tests.chaos.stack import Stack

SKEW_SECONDS = 600

Damage = Callable[[Stack, Random], float]


def kill_worker(stack: Stack, random: Random) -> float:
    """Kill one worker; the server starts another."""
    node = stack.nodes[0]
    node.signal([random.choice(node.workers())], signal.SIGKILL)
    return time.monotonic()


def kill_server(stack: Stack, random: Random) -> float:
    """Kill the server with its workers, and start it again."""
    begun = time.monotonic()
    stack.nodes[0].kill()
    stack.nodes[0].start()
    return begun


def kill_postmaster(stack: Stack, random: Random) -> float:
    """Kill PostgreSQL's first process, and start it again."""
    assert stack.postmaster is not None
    begun = time.monotonic()
    stack.postmaster.kill()
    stack.postmaster.start_again()
    return begun


def restart_postgresql(stack: Stack, random: Random) -> float:
    """pg_ctl restart -m immediate."""
    assert stack.postmaster is not None
    begun = time.monotonic()
    stack.postmaster.restart()
    return begun


def pause(stack: Stack, random: Random) -> float:
    """Stop every process of the server for some seconds, and let them go on."""
    node = stack.nodes[0]
    pids = node.family()
    node.signal(pids, signal.SIGSTOP)
    time.sleep(random.uniform(0.5, 3))
    node.signal(pids, signal.SIGCONT)
    return time.monotonic()


def lock(stack: Stack, random: Random) -> float:
    """Let another process's writer hold SQLite's lock, at times for longer than the busy timeout."""
    path = stack.provider.environ["PAPER_DATABASE_URL"].removeprefix("sqlite:///")
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(random.uniform(1, 8))
    connection.execute("ROLLBACK")
    connection.close()
    return time.monotonic()


def fill_disk(stack: Stack, random: Random) -> float:
    """Leave no byte on the disk for a while."""
    stack.disk.fill()
    time.sleep(random.uniform(1, 3))
    stack.disk.empty()
    lifted = time.monotonic()
    if stack.postmaster is not None:
        time.sleep(0.5)
        if not stack.postmaster.is_running():
            stack.postmaster.start_again()
    return lifted


def lose_limiter(stack: Stack, random: Random) -> float:
    """Kill the limiter's store; some seconds later there is an empty one."""
    assert stack.limiter is not None
    stack.limiter.kill()
    time.sleep(random.uniform(1, 3))
    stack.limiter.start()
    return time.monotonic()


def skew_clock(stack: Stack, random: Random) -> float:
    """Let a second node join whose clock is ten minutes ahead or behind; it leaves after a few seconds."""
    node = stack.nodes[1]
    node.start(skew_seconds=random.choice((-SKEW_SECONDS, SKEW_SECONDS)))
    node.wait()
    stack.bases.append(node.base)
    time.sleep(random.uniform(2, 4))
    stack.bases.remove(node.base)
    time.sleep(0.5)
    node.kill()
    return time.monotonic()


def rotate_keys(stack: Stack, random: Random) -> float:
    """Replace the signing key by command, at once or after it has been published."""
    stack.provider.flask("keys", "rotate", *random.choice(([], ["--now"])))
    return time.monotonic()


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        is_kill: whether it counts as one of ``--kills``.
        stores: where there is such a thing.
        why_not: says why it cannot be done here; empty when it can.
    """

    name: str
    damage: Damage
    is_kill: bool = False
    stores: tuple[str, ...] = ("sqlite", "postgres")
    why_not: Callable[[Stack], str] = lambda stack: ""


FAULTS = (
    Fault("kill -9 a worker", kill_worker, is_kill=True),
    Fault("kill -9 the server", kill_server, is_kill=True),
    Fault("kill -9 the postmaster", kill_postmaster, is_kill=True, stores=("postgres",)),
    Fault("pg_ctl restart -m immediate", restart_postgresql, is_kill=True, stores=("postgres",)),
    Fault("SIGSTOP, SIGCONT", pause),
    Fault("a writer holds the lock", lock, stores=("sqlite",)),
    Fault(
        "the disk is full",
        fill_disk,
        why_not=lambda stack: "" if stack.disk.can_be_full else "no small disk can be mounted here",
    ),
    Fault(
        "the limiter's store is gone",
        lose_limiter,
        why_not=lambda stack: "" if stack.limiter else "redis-server is not installed",
    ),
    Fault(
        "a node's clock is off by 10 min",
        skew_clock,
        stores=("postgres",),
        why_not=lambda stack: "" if FAKETIME.exists() else "libfaketime is not installed",
    ),
    Fault("keys are rotated", rotate_keys),
)
