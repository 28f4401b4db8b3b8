"""``python -m benchmarks.peers.plot ROUNDS.json PICTURE.svg``: the figures of a run as bars."""

import json
import statistics
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

WIDTH = 0.8


def main(rounds: Path, picture: Path) -> None:
    """Draw the median of each provider and workload, with the spread of the rounds."""
    figures = json.loads(rounds.read_text())
    workloads = list(next(iter(figures.values())))
    _, axes = plt.subplots(figsize=(10, 4.5))
    bar = WIDTH / len(figures)
    for index, (provider, by_workload) in enumerate(figures.items()):
        places = [place - WIDTH / 2 + bar * (index + 0.5) for place in range(len(workloads))]
        medians = [statistics.median(by_workload[name]) for name in workloads]
        spread = [
            [median - min(by_workload[name]) for name, median in zip(workloads, medians, strict=True)],
            [max(by_workload[name]) - median for name, median in zip(workloads, medians, strict=True)],
        ]
        axes.bar(places, medians, bar, label=provider, yerr=spread, error_kw={"linewidth": 0.6})
    axes.set_xticks(range(len(workloads)), workloads)
    axes.set_ylabel("journeys per second, one core")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    plt.tight_layout()
    plt.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
