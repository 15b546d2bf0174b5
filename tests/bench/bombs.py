"""How long checking and writing the program of a bomb takes, in CPU time: the slowest, and all of them together."""

import statistics
import time
from pathlib import Path

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.file import Refused, load
from runtime.spec.observed import Question
from runtime.spec.python import Python
from runtime.spec.tensor import BATCH, Tensor
from runtime.train.observe import observed
from tests.runtime.check.bombs import bombs
from tests.runtime.train.python_bombs import ENDLESS, GREEDY

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


def of_python() -> None:
    """Print how long after its deadline a text that does not end has been answered; greedy ones end before it."""
    import torch

    torch.set_num_threads(1)  # as in the process that tries: a copy of it has none of its threads
    x = (("x", Tensor("float32", (BATCH, 3, 8))),)
    for name, text in {**ENDLESS, **GREEDY}.items():
        order = Question(Python(text, "f"), False, x, ("output",)).order(Path())
        start = time.perf_counter()
        told = observed(order)["wrong"]
        late = 1000 * (time.perf_counter() - start - order["seconds"])
        print(f"  {name:32} {f'{late:+6.0f} ms' if late > 0 else '   before'}  {told[:60]}")


def main() -> None:
    """What ``python -m tests.bench`` calls."""
    measure()
    print("Python that does not end or wants too much: answered so long after its deadline (limit 200 ms)")
    of_python()


if __name__ == "__main__":
    main()
