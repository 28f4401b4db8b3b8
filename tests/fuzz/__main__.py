"""``make fuzz``: as many examples as ``EXAMPLES`` says, in parallel, going on where the last run ended.

Each chunk is a run of its own with the next seed; what has been done is in ``.fuzz/``, one line a chunk.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Lock

FOLDER = Path(".fuzz")
DONE = FOLDER / "done"
CHUNK = 10_000
_lock = Lock()


def examples_done() -> tuple[int, int]:
    """Return how many chunks and examples have run without a finding."""
    lines = DONE.read_text().split() if DONE.exists() else []
    return len(lines), sum(map(int, lines))


def run_chunk(seed: int, examples: int) -> bool:
    """Run one chunk; keep its output where it has found something."""
    counts, log = FOLDER / f"{seed}.count", FOLDER / f"{seed}.log"
    counts.write_text("")
    environ = os.environ | {"FUZZ_EXAMPLES": str(examples), "FUZZ_COUNT_FILE": str(counts.resolve())}
    options = (
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:logging",
        f"--hypothesis-seed={seed}",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/fuzz"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    ran = counts.stat().st_size
    counts.unlink()
    with _lock:
        if done.returncode:
            log.write_text(done.stdout + done.stderr)
            print(f"seed {seed}: a finding after {ran} examples, see {log}", flush=True)
            return False
        with DONE.open("a") as file:
            file.write(f"{ran}\n")
        print(f"seed {seed}: {ran} examples, {examples_done()[1]} in all", flush=True)
    return True


def main() -> int:
    """Run until enough examples have run or one has found something."""
    FOLDER.mkdir(exist_ok=True)
    wanted, workers = int(os.environ.get("EXAMPLES", "1000000")), os.cpu_count() or 1
    chunks, ran = examples_done()
    seeds = count(chunks)
    while ran < wanted:
        chunk = min(CHUNK, -(-(wanted - ran) // workers))
        with ThreadPoolExecutor(workers) as threads:
            results = list(threads.map(run_chunk, [next(seeds) for _ in range(workers)], [chunk] * workers))
        if not all(results):
            return 1
        ran = examples_done()[1]
    print(f"{ran} examples, no finding")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
