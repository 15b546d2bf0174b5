"""How long a click on a wire waits for what is on it, from a process that is warm."""

import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.started import command, environment

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
MOST = 300.0  # ms, the median
ROUNDS = 9
WARM = 4.0  # seconds in which nobody asks yet


def pictures(folder: Path) -> Graph:
    """Coloured pictures of 64 x 64 from a file, mirrored at random, into a convolution."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 256, (2000, 3, 64, 64), dtype=np.uint8)
    np.savez(folder / "pictures.npz", picture=values, label=rng.integers(0, 10, 2000))
    fields = {"picture": "uint8[3, 64, 64]", "label": "int64[]"}
    edits: list[Edit] = [
        ("add", "files", "data.Arrays", {"path": "pictures.npz", "fields": fields}, (0, 0)),
        ("add", "scaled", "transform.Scale", {}, (0, 0)),
        ("add", "mirrored", "transform.RandomHorizontalFlip", {}, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["picture", "label"]}, (0, 0)),
        ("add", "conv", "nn.Conv2d", {"out_channels": 16, "kernel_size": 3}, (0, 0)),
        ("connect", "files.picture", "scaled.input"),
        ("connect", "scaled.output", "mirrored.input"),
        ("connect", "mirrored.output", "batches.picture"),
        ("connect", "files.label", "batches.label"),
        ("connect", "batches.picture", "conv.input"),
    ]
    return applied(Graph(), edits)


class Asked:
    """The process, warm."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        line = command("runtime.train.preview")
        self.process = subprocess.Popen(line, stdin=pipe, stdout=pipe, env=environment(), text=True)
        assert self.process.stdout is not None
        self.process.stdout.readline()
        time.sleep(WARM)

    def ask(self, graph: Graph, folder: Path, end: str, batch: int) -> float:
        """Milliseconds until an answer is there and read."""
        assert self.process.stdin is not None and self.process.stdout is not None
        begin = time.perf_counter()
        order = {"id": 1, "graph": dump(graph), "folder": str(folder), "end": end, "batch": batch}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = {"stage": ""}
        while "stage" in told:
            told = json.loads(self.process.stdout.readline())
        assert "problem" not in told, told["problem"]
        return 1000 * (time.perf_counter() - begin)


def main() -> None:
    """Print the times of the same wire again, and of a batch that was never looked at before."""
    with tempfile.TemporaryDirectory() as name:
        folder, asked = Path(name), Asked()
        digits = load((EXAMPLES / "two_models.json").read_bytes())
        cases = [("digits", digits, EXAMPLES, "scaled.output"), ("digits", digits, EXAMPLES, "joined.output")]
        large = pictures(folder)
        cases += [("64 x 64", large, folder, "mirrored.output"), ("64 x 64", large, folder, "conv.output")]
        for data, graph, place, end in cases:
            first = asked.ask(graph, place, end, 0)
            again = statistics.median(asked.ask(graph, place, end, 0) for _ in range(ROUNDS))
            other = statistics.median(asked.ask(graph, place, end, number) for number in range(1, ROUNDS + 1))
            verdict = "" if max(again, other) <= MOST else ": MISSED"
            times = f"first {first:.0f} ms, again {again:.0f} ms, another batch {other:.0f} ms (at most {MOST:.0f})"
            print(f"{data} {end}: {times}{verdict}")
        asked.process.communicate()


if __name__ == "__main__":
    main()
