"""Time of an epoch of batches alone: as a generated program gathers them, beside a DataLoader over a TensorDataset."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.utils.data import DataLoader, TensorDataset

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import imported, program_of

ROWS, COLUMNS, SIZE = 100_000, 20, 256
ROUNDS = 7
LEAST = 20  # times less than torch's own
Work = Callable[[], int]


def graph(shuffle: bool) -> Graph:
    """A table of random numbers with classes, in batches, into one layer."""
    fields = {"table": f"float32[{COLUMNS}]", "label": "int64[]"}
    batches = {"fields": list(fields), "batch_size": SIZE, "validation": 0.0, "shuffle": shuffle}
    edits: list[Edit] = [
        ("add", "noise", "data.Noise", {"fields": fields, "length": ROWS}, (0, 0)),
        ("add", "batches", "Collate", batches, (0, 0)),
        ("add", "head", "nn.Linear", {"out_features": 10}, (0, 0)),
        ("add", "loss", "nn.CrossEntropyLoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
    ]
    wires = """noise.table batches.table noise.label batches.label batches.table head.input head.output loss.input
        batches.label loss.target loss.output sgd.loss""".split()
    return applied(Graph(), edits + [("connect", *pair) for pair in zip(wires[::2], wires[1::2], strict=True)])


def ours(folder: Path, shuffle: bool) -> Work:
    """An epoch as the program of that graph feeds its training; gives how many rows it saw."""
    program = imported(program_of(graph(shuffle)).text, folder / f"ours_{shuffle}.py", folder)
    run = program.prepare(program.options_from(["--threads=1", "--device=cpu"]))
    return lambda: sum(len(batch["label"]) for batch in run.feed("training", 1))


def theirs(shuffle: bool) -> Work:
    """An epoch of torch's own over as many numbers."""
    table = TensorDataset(torch.randn(ROWS, COLUMNS), torch.randint(10, (ROWS,)))
    loader = DataLoader(table, batch_size=SIZE, shuffle=shuffle)
    return lambda: sum(len(label) for _, label in loader)


def spent(work: Work) -> float:
    """CPU time of an epoch."""
    begin = time.process_time()
    assert work() == ROWS
    return time.process_time() - begin


def raced(name: str, mine: Work, other: Work, again: Work) -> None:
    """Print how many times less ours takes; interleaved, medians of the rounds, with torch's against torch's."""
    rounds = [(spent(other), spent(mine), spent(again)) for _ in range(ROUNDS)]
    less = statistics.median((first + second) / 2 / middle for first, middle, second in rounds)
    same = statistics.median(second / first for first, _, second in rounds)
    took = statistics.median(middle for _, middle, _ in rounds)
    verdict = "" if less >= LEAST else ": MISSED"
    what = f"an epoch of {ROWS:,} rows x {COLUMNS} at batch size {SIZE}, {name}"
    print(f"{what}: {took * 1e3:.1f} ms, {less:.0f} times less than DataLoader(TensorDataset)")
    print(f"    control {same:.3f}, at least {LEAST} times{verdict}")


def main() -> None:
    """Race a program that mixes rows by itself, and one that keeps their order, for which it holds `Batches`."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        for how, shuffle in (("mixed", True), ("in their order", False)):
            raced(how, ours(folder, shuffle), theirs(shuffle), theirs(shuffle))


if __name__ == "__main__":
    main()
