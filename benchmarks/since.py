"""Measure what calls cost beside an earlier commit of this repository, with the worker of that commit.

    python benchmarks/since.py 05f4c7f^

Both take turns in each case, in environments with the same packages. Prints the CPU time as a multiple of that before:
the median of the rounds, with the quartiles, and that of the quietest tenth of the rounds of each, to go by on a busy
machine.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

from run import BUILD, COUNTS, HERE, OURS, PROJECT, ROUNDS, TITLES, Worker, built_wheel, ours, process, run


def checkout(commit: str) -> Path:
    """Return a folder with the files of a commit."""
    folder = BUILD / "since" / commit
    folder.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", commit], cwd=PROJECT, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "--extract"], cwd=folder, check=True, input=archive)
    return folder


def main(since: str) -> None:
    """Measure, and print."""
    before = checkout(run("git", "-C", PROJECT, "rev-parse", "--short", since).strip())
    workers = {
        "before": (ours("ours-before", built_wheel(before)), before / "benchmarks" / "worker.py"),
        "now": (ours("ours", built_wheel(PROJECT)), HERE / "worker.py"),
    }
    with ExitStack() as stack:
        server = stack.enter_context(process(sys.executable, HERE / "server.py"))
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"  # type: ignore[union-attr]
        running = {name: Worker(stack.enter_context(process(*command, OURS, url))) for name, command in workers.items()}
        times: dict[str, dict[str, list[float]]] = {case: {"now": [], "before": []} for case in COUNTS}
        for number in range(4 * ROUNDS + 1):  # so many that a few percent show
            for case, count in COUNTS.items():
                names = sorted(running, reverse=bool(number % 2))  # another one begins each round
                seconds = {name: running[name].cost(case, count)[0] for name in names}
                if number:  # the first round warms up
                    for name in names:
                        times[case][name].append(seconds[name])
    for case, of in times.items():
        first, middle, third = quantiles((now / before for now, before in zip(*of.values(), strict=True)), n=4)
        quiet = {name: quantiles(seconds, n=10)[0] for name, seconds in of.items()}
        print(
            f"{TITLES[case]}: {middle:.2f} times as before ({first:.2f} to {third:.2f});"
            f" {quiet['now'] / quiet['before']:.2f} where it is quiet"
        )


if __name__ == "__main__":
    main(sys.argv[1])
