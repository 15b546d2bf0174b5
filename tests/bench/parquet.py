"""Memory of training on a Parquet table of 10 million rows x 10 numbers, in a process of its own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import program_of

ROWS, COLUMNS, PART = 10_000_000, 10, 500_000
MOST = 1.5e9  # bytes
NAMES = [f"x{number}" for number in range(COLUMNS)]


def written(folder: Path) -> Path:
    """The table, and what is to be predicted."""
    rng = np.random.default_rng(0)
    schema = pa.schema([(name, pa.float32()) for name in [*NAMES, "y"]])
    with pq.ParquetWriter(folder / "table.parquet", schema) as file:
        for _ in range(ROWS // PART):
            values = rng.standard_normal((COLUMNS + 1, PART), dtype=np.float32)
            file.write_table(pa.table([*values], schema=schema))
    return folder / "table.parquet"


def graph(standardized: bool) -> Graph:
    """The table into one layer."""
    fields = {
        "features": {"type": f"float32[{COLUMNS}]", "columns": NAMES},
        "y": {"type": "float32[1]", "columns": ["y"]},
    }
    edits: list[Edit] = [
        ("add", "table", "data.Table", {"path": "table.parquet", "fields": fields}, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["features", "y"], "batch_size": 8192, "validation": 0.1}, (0, 0)),
        ("add", "head", "nn.Linear", {"out_features": 1}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
        ("connect", "table.features", "batches.features"),
        ("connect", "table.y", "batches.y"),
        ("connect", "batches.features", "head.input"),
        ("connect", "head.output", "loss.input"),
        ("connect", "batches.y", "loss.target"),
        ("connect", "loss.output", "sgd.loss"),
    ]
    if standardized:
        ends = ("table.features", "batches.features", "input", "output")
        edits.append(("insert", "centred", "transform.Standardize", {}, *ends))
    return applied(Graph(), edits)


def main() -> None:
    """Print the most memory that the program of a graph takes for one epoch, as it is exported."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = written(folder).stat().st_size
        for standardized in (False, True):
            file = folder / f"program_{standardized}.py"
            file.write_text(program_of(graph(standardized)).text, encoding="utf-8")
            begin = time.perf_counter()
            line = [sys.executable, str(file), "--epochs=1", "--threads=1", "--device=cpu"]
            child = subprocess.Popen(line, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            assert child.returncode == 0
            most = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            verdict = "" if most <= MOST else ": MISSED"
            what = "standardized" if standardized else "as they are"
            told = f"{most / 1e9:.2f} GB of memory, at most {MOST / 1e9:.1f}{verdict}"
            print(f"{ROWS:,} rows x {COLUMNS} of Parquet ({size / 1e6:.0f} MB) {what}: {told}")
            print(f"    {time.perf_counter() - begin:.0f} s from start to end of an epoch")


if __name__ == "__main__":
    main()
