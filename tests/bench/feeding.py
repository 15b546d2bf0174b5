"""Time of an epoch of batches alone: gathered by index, beside a DataLoader over a TensorDataset."""

import statistics
import time
from collections.abc import Callable

import torch
from torch.utils.data import DataLoader, TensorDataset

from runtime.train.pieces.feed import Batches

ROWS, COLUMNS, SIZE = 100_000, 20, 256
ROUNDS = 5
LEAST = 20  # times less than torch's own
Work = Callable[[], int]


def works() -> tuple[Work, Work]:
    """An epoch of ours, and one of torch's, over the same numbers; each gives how many rows it saw."""
    table = torch.randn(ROWS, COLUMNS)
    label = torch.randint(2, (ROWS,))
    ours = Batches({"table": table, "label": label}, torch.arange(ROWS), SIZE, shuffle=True)
    theirs = DataLoader(TensorDataset(table, label), batch_size=SIZE, shuffle=True)
    return (
        lambda: sum(len(batch["label"]) for batch in ours.epoch(1)),
        lambda: sum(len(label) for _, label in theirs),
    )


def spent(work: Work) -> float:
    """CPU time of an epoch."""
    begin = time.process_time()
    assert work() == ROWS
    return time.process_time() - begin


def main() -> None:
    """Print how many times less ours takes; interleaved, medians of the rounds, with torch's against torch's."""
    torch.set_num_threads(1)
    ours, theirs = works()
    rounds = [(spent(theirs), spent(ours), spent(theirs)) for _ in range(ROUNDS)]
    less = statistics.median((first + second) / 2 / mine for first, mine, second in rounds)
    same = statistics.median(second / first for first, _, second in rounds)
    mine = statistics.median(mine for _, mine, _ in rounds)
    verdict = "" if less >= LEAST else ": MISSED"
    what = f"an epoch of {ROWS:,} rows x {COLUMNS} at batch size {SIZE}"
    print(f"{what}: {mine * 1e3:.1f} ms, {less:.0f} times less than DataLoader(TensorDataset)")
    print(f"    control {same:.3f}, at least {LEAST} times{verdict}")


if __name__ == "__main__":
    main()
