"""``make chaos``: load, faults, and whether everything that was acknowledged is still true."""

import argparse
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.chaos.findings import Findings
from tests.chaos.rounds import Rounds
from tests.chaos.stack import running

VISITORS = 6


def main() -> int:
    """Run what the command line says; return 1 if anything was found."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever ends it leaves no server behind
    options = _options()
    found = False
    for store in ("sqlite", "postgres") if options.store == "both" else (options.store,):
        kills = options.kills // 2 if options.store == "both" else options.kills
        found = run(store, kills, options.seed, options.seconds) or found
    return int(found)


def run(store: str, kills: int, seed: int, seconds: float) -> bool:
    """Run over one store; return whether anything was found.

    Args:
        store: ``sqlite`` or ``postgres``.
        kills: how many times something is killed.
        seed: draws faults, times and what visitors do.
        seconds: no round begins later than this.
    """
    print(f"{store}: {kills} kills, --seed {seed}", flush=True)
    findings, random, begun = Findings(), Random(seed), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="paper-chaos-") as name, running(store, _open(name)) as stack:
        rounds = Rounds(stack, stack.visitors(VISITORS, findings, random), findings, random)
        plan = rounds.plan(store, kills)
        for number, fault in enumerate(plan):
            if findings.has_ended:
                break
            if time.monotonic() - begun > seconds:
                print(f"{len(plan) - number} rounds left out: --seconds {seconds:.0f} are over")
                break
            rounds.run(fault)
        if not findings.has_ended:
            rounds.last_audit()
    unanswered = ", ".join(f"{number} {kind}" for kind, number in findings.unanswered.most_common())
    print(f"\n{rounds.table()}\n")
    print(f"{findings.answered} requests answered; not answered: {unanswered or 'none'}")
    print(f"{rounds.checked} audits; {len(findings.seen)} findings; {time.monotonic() - begun:.0f} s")
    for finding in findings.seen:
        print(f"- {finding}")
    return bool(findings.seen)


def _open(name: str) -> Path:
    """Let PostgreSQL's own user through."""
    folder = Path(name)
    folder.chmod(0o755)
    return folder


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--store", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of each store")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
