"""How long checking and writing the program of a bomb takes, in CPU time: the slowest, and all of them together."""

import statistics
import time

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.file import Refused, load
from tests.runtime.check.bombs import bombs

SHOWN = 5


def milliseconds(data: bytes) -> tuple[float, float]:
    """To open a file; to check it and, where it is sound, to write its program."""
    start = time.process_time()
    try:
        graph = load(data)
    except Refused:
        return 1000 * (time.process_time() - start), 0.0
    opened = time.process_time()
    report = check(graph)
    if report.sound:
        generate(graph, report, "bomb.json")
    return 1000 * (opened - start), 1000 * (time.process_time() - opened)


def measure() -> None:
    """Print the slowest by name, each with the same again as a control."""
    every = list(bombs())
    milliseconds(next(data for name, data in every if name == "wide_linear"))  # everything is imported once
    taken = {name: (milliseconds(data), milliseconds(data)) for name, data in every}
    times = {name: one[1] for name, (one, _) in taken.items()}
    print(f"{len(every)} bombs, check and program: median {statistics.median(times.values()):.1f} ms (limit 100 ms)")
    for name in sorted(times, key=times.__getitem__, reverse=True)[:SHOWN]:
        print(f"  {name:32} {times[name]:6.1f} ms, the same again {taken[name][1][1]:6.1f} ms")
    slow = max(taken, key=lambda name: taken[name][0][0])
    print(f"slowest to open: {slow}, {taken[slow][0][0]:.0f} ms, the same again {taken[slow][1][0]:.0f} ms")


def main() -> None:
    """What ``python -m tests.bench`` calls."""
    measure()


if __name__ == "__main__":
    main()
