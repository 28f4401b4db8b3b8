"""Rounds of load, fault, recovery and audit."""

import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from statistics import median
from threading import Event

from tests.chaos.audit import SAMPLE, Audit
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.findings import Findings
from tests.chaos.node import NotRecovered
from tests.chaos.stack import Stack
from tests.chaos.visitor import GRACE_SECONDS, Visitor

OTHERS_PER_KILLS = 10


class Rounds:
    """One run over one store.

    Args:
        stack: what runs.
        visitors: the load.
        findings: where everything is noted.
        random: draws the faults and their times.
    """

    def __init__(self, stack: Stack, visitors: list[Visitor], findings: Findings, random: Random) -> None:
        self._stack, self._visitors, self._findings, self._random = stack, visitors, findings, random
        self._times: dict[str, list[float]] = defaultdict(list)
        self._found: dict[str, int] = defaultdict(int)
        self.checked = 0

    def plan(self, store: str, kills: int) -> list[Fault]:
        """Return the faults in their order: the kills, and a tenth as many of each other kind."""
        possible = [each for each in FAULTS if store in each.stores]
        for fault in possible:
            if reason := fault.why_not(self._stack):
                print(f"left out: {fault.name}: {reason}")
        possible = [each for each in possible if not each.why_not(self._stack)]
        deadly = [each for each in possible if each.is_kill]
        order = [deadly[number % len(deadly)] for number in range(kills)]
        order += [each for each in possible if not each.is_kill] * max(1, kills // OTHERS_PER_KILLS)
        self._random.shuffle(order)
        return order

    def run(self, fault: Fault) -> None:
        """One round."""
        before, number = len(self._findings.seen), sum(map(len, self._times.values())) + 1
        unanswered = self._findings.unanswered.copy()
        self._findings.round_name = f"round {number}, {fault.name}"
        with self._load():
            time.sleep(self._random.uniform(0.3, 1.2))
            since = fault.damage(self._stack, self._random)
            recovery = self._recovery(since)
            time.sleep(self._random.uniform(0.3, 1))
        if not self._findings.has_ended:
            self.audit(most=SAMPLE)
        self._times[fault.name].append(recovery)
        self._found[fault.name] += len(self._findings.seen) - before
        missed = dict(self._findings.unanswered - unanswered)
        print(f"{self._findings.round_name}: {recovery:.2f} s, not answered: {missed}", flush=True)

    def _recovery(self, since: float) -> float:
        try:
            return max(0.0, self._stack.nodes[0].wait() - since)
        except NotRecovered as error:
            self._findings.add(str(error))
            self._findings.has_ended = True
            return time.monotonic() - since

    def last_audit(self) -> None:
        """Look at everything, when every grace is over."""
        self._findings.round_name = "the last audit"
        before = len(self._findings.seen)
        time.sleep(GRACE_SECONDS + 2)
        self.audit(most=None)
        self._found["the last audit"] = len(self._findings.seen) - before

    def audit(self, most: int | None) -> None:
        """Let each visitor check what it was told."""
        with ThreadPoolExecutor(len(self._visitors)) as threads:
            self.checked += sum(threads.map(lambda visitor: Audit(visitor, most).run(), self._visitors))

    def table(self) -> str:
        """Return what happened, as a table in Markdown."""
        lines = ["| fault | times | recovery, median | longest | findings |", "|---|---|---|---|---|"]
        for name, times in sorted(self._times.items()):
            figures = f"{median(times):.2f} s | {max(times):.2f} s"
            lines.append(f"| {name} | {len(times)} | {figures} | {self._found[name]} |")
        lines.append(f"| the last audit | 1 | | | {self._found['the last audit']} |")
        return "\n".join(lines)

    @contextmanager
    def _load(self) -> Iterator[None]:
        """Let every visitor live for as long as the block takes.

        An error of a visitor's own, which no finding tells of, comes out here.
        """
        end = Event()
        with ThreadPoolExecutor(len(self._visitors)) as threads:
            lives = [threads.submit(visitor.live, end) for visitor in self._visitors]
            try:
                yield
            finally:
                end.set()
        for life in lives:
            life.result()
