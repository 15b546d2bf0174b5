"""Memory of training on files larger than it may take: one epoch of the exported program, in a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import program_of

SIZE = 3_000_000_000  # bytes of a file
PATIENCE = 3600  # seconds in which an epoch ends
MOST = 1_500_000_000  # bytes that a process may have of its own; what it maps of files does not count
NUMBERS, ROWS = 100, 20_000  # in a row, and rows that a file repeats
NAMES = [f"x{number}" for number in range(NUMBERS)]
WORDS = [f"{first}{last}" for first in "bdfgklmnprst" for last in ("ana", "eno", "iru", "oma", "uti", "all")]


def numbers() -> np.ndarray:
    """The rows that a file repeats, of which the last number is to be predicted."""
    return np.random.default_rng(0).standard_normal((ROWS, NUMBERS + 1)).astype(np.float32)


def repeated(file: Path, block: bytes, head: bytes = b"") -> Path:
    """A file of SIZE bytes or a little more."""
    with file.open("wb") as opened:
        opened.write(head)
        while opened.tell() < SIZE:
            opened.write(block)
    return file


def csv(folder: Path) -> Path:
    """A table of texts between commas."""
    lines = "".join(",".join(f"{value:.5f}" for value in row) + "\n" for row in numbers().tolist())
    return repeated(folder / "table.csv", lines.encode(), ",".join([*NAMES, "y"]).encode() + b"\n")


def json_lines(folder: Path) -> Path:
    """A table with an object a line."""
    rows = ([round(value, 5) for value in row] for row in numbers().tolist())
    lines = "".join(json.dumps(dict(zip([*NAMES, "y"], row, strict=True))) + "\n" for row in rows)
    return repeated(folder / "table.jsonl", lines.encode())


def parquet(folder: Path) -> Path:
    """A table of columns."""
    rows = numbers()
    schema = pa.schema([(name, pa.float32()) for name in [*NAMES, "y"]])
    table = pa.table([*rows.T.copy()], schema=schema)
    file = folder / "table.parquet"
    with pq.ParquetWriter(file, schema, compression="none", use_dictionary=False) as opened:
        while file.stat().st_size < SIZE:
            opened.write_table(table)
    return file


def text(folder: Path) -> Path:
    """A text with a sentence a line."""
    chosen = np.random.default_rng(0).choice(WORDS, (ROWS, 200)).tolist()
    return repeated(folder / "text.txt", "".join(" ".join(words) + "\n" for words in chosen).encode())


def of_numbers(file: Path, workers: int = 0) -> Graph:
    """Standardized numbers into one layer."""
    fields = {
        "features": {"type": f"float32[{NUMBERS}]", "columns": NAMES},
        "y": {"type": "float32[1]", "columns": ["y"]},
    }
    collate = {"fields": ["features", "y"], "batch_size": 1024, "validation": 0.1, "num_workers": workers}
    edits: list[Edit] = [
        ("add", "table", "data.Table", {"path": file.name, "fields": fields, "in_memory": False}, (0, 0)),
        ("add", "centred", "transform.Standardize", {}, (0, 0)),
        ("add", "batches", "Collate", collate, (0, 0)),
        ("add", "head", "nn.Linear", {"out_features": 1}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
        ("connect", "table.features", "centred.input"),
        ("connect", "centred.output", "batches.features"),
        ("connect", "table.y", "batches.y"),
        ("connect", "batches.features", "head.input"),
        ("connect", "head.output", "loss.input"),
        ("connect", "batches.y", "loss.target"),
        ("connect", "loss.output", "sgd.loss"),
    ]
    return applied(Graph(), edits)


LETTERS = """import torch


def letters(texts):
    return torch.tensor([[len(text) / 1e3, text.count(" ") / 1e3] for text in texts])"""


def of_texts(file: Path) -> Graph:
    """How long a sentence is, and how many words it has, into one layer that is to give that back."""
    made = {"text": {"function": LETTERS.splitlines(), "output": "float32[2]"}}
    collate = {"fields": ["text"], "batch_size": 1024, "validation": 0.1, "collate": made}
    edits: list[Edit] = [
        ("add", "lines", "data.Lines", {"path": file.name, "fields": {"text": "text"}, "in_memory": False}, (0, 0)),
        ("add", "batches", "Collate", collate, (0, 0)),
        ("add", "head", "nn.Linear", {"out_features": 2}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
        ("connect", "lines.text", "batches.text"),
        ("connect", "batches.text", "head.input"),
        ("connect", "head.output", "loss.input"),
        ("connect", "batches.text", "loss.target"),
        ("connect", "loss.output", "sgd.loss"),
    ]
    return applied(Graph(), edits)


def own_bytes(process: int) -> int:
    """What a process and those that it began have of their own now, in bytes; each has its part of what they share."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has ended
        return 0
    own = sum(int(line.split()[1]) for line in told.splitlines() if line.startswith(("Pss_Anon", "Pss_Shmem")))
    return own * 1024 + sum(own_bytes(int(child)) for child in children)


def measure(what: str, file: Path, graph: Graph) -> None:
    """Print the most memory of its own that a program takes for an epoch."""
    script = file.parent / "program.py"
    script.write_text(program_of(graph).text, encoding="utf-8")
    line = [sys.executable, str(script), "--epochs=1", "--threads=1", "--device=cpu"]
    begin, most = time.perf_counter(), 0
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            most = max(most, own_bytes(child.pid))
            if most > MOST or time.perf_counter() - begin > PATIENCE:
                child.kill()
            time.sleep(0.2)
        told, failed = child.communicate()
    verdict = "" if child.returncode == 0 else f": MISSED, {(failed.strip().splitlines() or ['ended'])[-1]:.200}"
    seconds = time.perf_counter() - begin
    print(f"{what} of {file.stat().st_size / 1e9:.1f} GB: {most / 1e9:.2f} GB, at most {MOST / 1e9:.1f}{verdict}")
    print(f"    {seconds:.0f} s from start to end of an epoch; {told.strip()}", flush=True)


def main() -> None:
    """Print it of each kind of file."""
    if not sys.platform.startswith("linux"):
        print("sizes are told by Linux alone")
        return
    kinds: dict[str, tuple[Callable[[Path], Path], dict[str, Callable[[Path], Graph]]]] = {
        "csv": (csv, {"CSV": of_numbers, "CSV, two workers": lambda file: of_numbers(file, 2)}),
        "text": (text, {"text": of_texts}),
        "parquet": (parquet, {"Parquet": of_numbers}),
        "json": (json_lines, {"JSON lines": of_numbers}),
    }
    for kind in sys.argv[1:] or kinds:
        write, programs = kinds[kind]
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            file = write(Path(folder))
            for what, graph in programs.items():
                measure(what, file, graph(file))


if __name__ == "__main__":
    main()
