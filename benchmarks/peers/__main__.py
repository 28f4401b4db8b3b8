"""``python -m benchmarks.peers``: Paper and other providers in interleaved rounds, and the ratios."""

import argparse
import json
import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import free_port, measure
from benchmarks.peers.node import oidc_provider
from benchmarks.peers.python import python_peer
from benchmarks.peers.report import print_report
from benchmarks.process import Process, use_client_core
from benchmarks.server import running
from benchmarks.stores import postgresql
from benchmarks.target import Target
from benchmarks.workloads import workloads

Rounds = dict[str, dict[str, list[float]]]
"""Requests per second of each round, by provider and workload."""
PYTHON_PEERS = {"Authlib": "authlib_flask", "django-oauth-toolkit": "django_oauth_toolkit"}
"""Folders by title."""
NORMAL = {"PAPER_SQLITE_SYNCHRONOUS": "NORMAL"}


class Contender(NamedTuple):
    """A provider that runs."""

    process: Process
    target: Target


def main() -> None:
    """Measure, print the ratios, and keep the figures for ``docs/performance.md``."""
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="how long each workload runs in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--output", type=Path, help="a file for the figures, as JSON")
    arguments = parser.parse_args()
    use_client_core()
    rounds: Rounds = {}
    with contenders() as running_now:
        for number in range(arguments.rounds):
            print(f"round {number + 1} of {arguments.rounds}", flush=True)
            for name, (process, target) in running_now.items():
                for workload, journey in workloads(target).items():
                    found = measure(
                        journey,
                        process,
                        target.port,
                        seconds=arguments.seconds,
                        connections=arguments.connections,
                    )
                    if found.errors:
                        raise SystemExit(f"{name}, {workload}: {found.errors} wrong answers")
                    rounds.setdefault(name, {}).setdefault(workload, []).append(found.per_second)
    medians = {
        name: {workload: statistics.median(values) for workload, values in by_workload.items()}
        for name, by_workload in rounds.items()
    }
    print_report(medians)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(rounds, indent=1))


@contextmanager
def contenders() -> Iterator[dict[str, Contender]]:
    """Run every provider at once, idle but for the one that is measured."""
    with ExitStack() as stack:
        database, peers_database = (
            stack.enter_context(postgresql("paper")),
            stack.enter_context(postgresql("peer")),
        )
        paper = {
            "Paper, SQLite": NORMAL,
            "Paper, SQLite FULL": {},
            "Paper, PostgreSQL": {"PAPER_DATABASE_URL": database},
        }
        found = {
            name: Contender(*stack.enter_context(running(free_port(), environment)))
            for name, environment in paper.items()
        }
        for title, store in (("memory", "memory"), ("SQLite", "sqlite"), ("PostgreSQL", peers_database)):
            peer = stack.enter_context(oidc_provider(free_port(), store))
            found[f"oidc-provider, {title}"] = Contender(*peer)
        for title, folder in PYTHON_PEERS.items():
            found[f"{title}, SQLite"] = Contender(*stack.enter_context(python_peer(free_port(), folder)))
        yield found


if __name__ == "__main__":
    main()
