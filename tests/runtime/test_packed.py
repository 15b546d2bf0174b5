"""An exported folder runs elsewhere: the program, and copies of its data, weights and own modules beside it."""

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runtime.check.check import check
from runtime.cli import main
from runtime.graph.edit import applied
from runtime.graph.file import dump
from runtime.packed import Copy, NotPacked, carry_out, order
from tests.runtime.generate.cases import FOLDER, graph_of
from tests.workers import Workers

NET = """from torch import nn
from parts.layers import doubled


class Net(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(13, width)

    def forward(self, x):
        return doubled(self.linear(x))
"""


def runs(workers: Workers, script: Path) -> str:
    """What a script prints that is run alone, in its folder, for one epoch."""
    line = [*workers.command(script.name), "--epochs", "1", "--device", "cpu", "--threads", "1"]
    done = subprocess.run(line, cwd=script.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_of(folder: Path) -> set[str]:
    """All files below a folder."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_that_a_folder_holds_what_its_program_reads_and_runs_elsewhere(workers: Workers, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    assert main(["export", str(FOLDER / "idx.json"), "-o", str(made / "script.py"), "--copy"]) == 0
    kinds = {f"data/digits/digits-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")}
    assert files_of(made) == {"script.py", *kinds}
    moved = made.rename(tmp_path / "elsewhere")
    assert runs(workers, moved / "script.py").startswith("epoch 1 | train loss")


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("table", {"data/flowers/flowers.csv": "data/flowers.csv"}),
        ("weights", {"weights/model.safetensors": "data/trunk.safetensors", "weights/scored.pt": "data/scorer.pt"}),
    ],
)
def test_that_copies_are_whole_and_named_in_the_program(tmp_path: Path, name: str, beside: dict[str, str]) -> None:
    assert main(["export", str(FOLDER / f"{name}.json"), "-o", str(tmp_path / "script.py"), "--copy"]) == 0
    assert files_of(tmp_path) == {"script.py", *beside}
    text = (tmp_path / "script.py").read_text()
    for copy, source in beside.items():
        assert (tmp_path / copy).read_bytes() == (FOLDER / source).read_bytes()
        assert f'"{copy}"' in text


def test_that_pictures_that_a_table_names_come_along(tmp_path: Path) -> None:
    assert main(["export", str(FOLDER / "table_of_pictures.json"), "-o", str(tmp_path / "script.py"), "--copy"]) == 0
    node = next(each for each in graph_of("table_of_pictures").nodes.values() if each.type == "data.Table")
    table = FOLDER / node.parameters["path"]
    named = {f"animals/{file.name}" for file in (table.parent / "animals").iterdir()}
    assert len(named) > 1
    beside = {f"data/{node.id}/{each}" for each in (table.name, *named)}
    assert files_of(tmp_path) == {"script.py", *beside}


@pytest.mark.parametrize("skips", [True, False])
def test_that_pictures_come_with_a_folder_of_parquet_too_but_those_that_are_not_there(
    tmp_path: Path, skips: bool
) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "one.png").write_bytes(b"of any content")
    for name in ("one", "gone"):
        pq.write_table(pa.table({"picture": [f"pictures/{name}.png"]}), tmp_path / "rows" / f"{name}.parquet")
    copy = Copy(str(tmp_path / "rows"), "data/table/rows", ["picture"], "read_parquet", {}, skips)
    asked = {"output": str(tmp_path / "made" / "script.py"), "text": "", "copies": [asdict(copy)]}
    if skips:
        carry_out(asked)
        beside = {"rows/one.parquet", "rows/gone.parquet", "pictures/one.png"}
        assert files_of(tmp_path / "made") == {"script.py", *(f"data/table/{each}" for each in beside)}
    else:
        with pytest.raises(NotPacked, match=r"row 1 of gone\.parquet: 'pictures/gone\.png' in"):
            carry_out(asked)


def test_that_own_modules_and_what_they_import_come_along_from_anywhere(workers: Workers, tmp_path: Path) -> None:
    nets = tmp_path / "nets"
    (nets / "parts").mkdir(parents=True)
    (nets / "net.py").write_text(NET)
    (nets / "parts" / "layers.py").write_text("def doubled(x):\n    return 2 * x\n")
    (nets / "unused.py").write_text("")
    model = {"path": "../nets/net.py", "called": "Net", "arguments": {"width": 6}}
    graph = applied(
        graph_of("own_nodes"),
        [
            *[("remove", id) for id in ("logged", "gate")],
            ("add", "net", "own.Model", model),
            ("connect", "batches.features", "net.x"),
            ("connect", "net.output", "head.input"),
        ],
    )
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs" / "graph.json").write_text(dump(graph))
    (tmp_path / "out").mkdir()
    told = main(
        ["export", str(tmp_path / "graphs" / "graph.json"), "-o", str(tmp_path / "out" / "a.py"), "--copy", "--trust"]
    )
    assert told == 0
    assert files_of(tmp_path / "out") == {"a.py", "net.py", "parts/layers.py"}
    assert runs(workers, tmp_path / "out" / "a.py").startswith("epoch 1 | train loss")


def asked(graph: Any, origin: Path, output: Path) -> dict[str, Any]:
    """What is to be done for a graph."""
    found: dict[str, Any] = json.loads(order(graph, check(graph), origin, output, "graph.json"))
    return found


def test_that_files_that_cannot_be_copied_are_told_and_the_script_is_not_written(tmp_path: Path) -> None:
    graph = applied(graph_of("table"), [("set", "flowers", "path", "gone.csv")])
    with pytest.raises(OSError, match="gone"):
        carry_out(asked(graph, tmp_path, tmp_path / "script.py"))
    assert files_of(tmp_path) == set()


def test_that_a_script_beside_its_data_leaves_it_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data" / "flowers").mkdir(parents=True)
    table = tmp_path / "data" / "flowers" / "flowers.csv"
    table.write_bytes((FOLDER / "data" / "flowers.csv").read_bytes())
    before = os.stat(table).st_mtime_ns
    graph = applied(graph_of("table"), [("set", "flowers", "path", "data/flowers/flowers.csv")])
    carry_out(asked(graph, tmp_path, tmp_path / "script.py"))
    assert os.stat(table).st_mtime_ns == before
