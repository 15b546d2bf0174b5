"""What lies beside a graph's file: data that is not there and a newer version are told by ``check`` and ``train``."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.check.beside import missing, not_beside
from runtime.cli import main
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from tests.runtime.generate.cases import FOLDER


def copied(folder: Path, case: str, **changes: Any) -> Path:
    """A case without its data, with some keys changed."""
    found = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8")) | changes
    (folder / "g.json").write_text(json.dumps(found), encoding="utf-8")
    return folder / "g.json"


def test_that_data_that_is_not_there_is_an_error_of_its_node(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copied(tmp_path, "table")
    sentence = f"flowers has no file: {tmp_path / 'data' / 'flowers.csv'} is not there."
    assert main(["check", str(file), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    expected: dict[str, Any] = {
        "node": "flowers",
        "port": None,
        "severity": "error",
        "message": sentence,
        "repairs": [],
    }
    assert (found["ok"], found["problems"]) == (False, [expected])
    assert main(["check", str(file)]) == 1
    assert f"error: {sentence}\n" in capsys.readouterr().out
    assert main(["train", str(file)]) == 1
    assert capsys.readouterr().err == f"torchweave: {file}: {sentence}\n"


def test_that_data_is_looked_for_beside_the_graph(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(FOLDER / "table.json")]) == 0


def test_that_a_file_of_rows_that_are_held_out_is_looked_for_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copied(tmp_path, "given_files")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "flowers.csv").write_text("")
    wanted = tmp_path / "data" / "flowers_held_out.csv"
    assert main(["check", str(file)]) == 1
    assert f"flowers has no file for its validation_path: {wanted} is not there.\n" in capsys.readouterr().out
    (tmp_path / "script").mkdir()
    wanted.write_text("")
    (tmp_path / "script" / "data").mkdir()
    (tmp_path / "script" / "data" / "flowers.csv").write_text("")
    advice = not_beside(load(file.read_bytes()), tmp_path, tmp_path / "script" / "g.py")
    assert advice is not None and f"say --flowers-validation-path {wanted}." in advice


def test_that_a_folder_is_no_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data" / "flowers.csv").mkdir(parents=True)
    assert main(["check", str(copied(tmp_path, "table"))]) == 1
    assert "flowers.csv is a folder.\n" in capsys.readouterr().out


def test_that_a_newer_version_is_one_warning_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(copied(tmp_path, "two_models", version=7))]) == 0
    warnings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 1 and "made by a newer version" in warnings[0]


def test_that_advice_does_not_read_like_a_button(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = json.loads((FOLDER / "two_models.json").read_text(encoding="utf-8"))["nodes"]
    nodes["dense"]["parameters"]["out_features"] = "many"
    assert main(["check", str(copied(tmp_path, "two_models", nodes=nodes))]) == 1
    assert " To mend it: Use the default.\n" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["x" * 5000, "a/" * 3000, "a\0b", "\n", "~", "//"])
def test_that_a_path_that_no_file_can_have_is_a_file_that_is_not_there(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copied(tmp_path, "table", weights={"path": path})
    assert main(["check", str(file)]) == 1
    assert "error: The model has no file of weights: " in capsys.readouterr().out
    graph = applied(load(file.read_bytes()), [("set", "flowers", "path", path)])
    assert [problem.node for problem in missing(graph, tmp_path)] == ["", "flowers"]


def test_that_a_table_may_be_a_folder_of_parquet_and_of_nothing_else(tmp_path: Path) -> None:
    graph = Graph()
    for name in ("parts", "spark.parquet", "table.csv"):
        (tmp_path / name).mkdir()
        graph = applied(graph, [("add", name[:5], "data.Table", {"path": name, "test_path": name}, (0, 0))])
    assert [(each.node, each.message) for each in missing(graph, tmp_path)] == [
        ("table", f"table has no file: {tmp_path / 'table.csv'} is a folder."),
        ("table", f"table has no file for its test_path: {tmp_path / 'table.csv'} is a folder."),
    ]


MODELS = """from torch import nn

from helpers import twice


class Encoder(nn.Module):
    def forward(self, image):
        return twice(image)
"""


def own_model(folder: Path, **parameters: Any) -> Path:
    """A graph written by hand that names a class of a file beside it, and nothing of what that takes."""
    (folder / "encoders.py").write_text(MODELS, encoding="utf-8")
    (folder / "helpers.py").write_text("def twice(image):\n    return 2 * image\n", encoding="utf-8")
    nodes = {
        "noise": {"type": "data.Noise", "parameters": {"fields": {"image": "float32[3]"}}},
        "batches": {"type": "Collate", "parameters": {"fields": ["image"]}},
        "encoder": {"type": "own.Model", "parameters": {"path": "encoders.py", "called": "Encoder", **parameters}},
        "linear": {"type": "nn.Linear"},
        "loss": {"type": "nn.L1Loss"},
        "adam": {"type": "optim.AdamW"},
    }
    wires = [("noise.image", "batches.image"), ("batches.image", "encoder.image"), ("batches.image", "linear.input")]
    wires += [("linear.output", "loss.input"), ("encoder.output", "loss.target"), ("loss.output", "adam.loss")]
    (folder / "g.json").write_text(json.dumps({"format": "torchweave", "version": 1, "nodes": nodes, "edges": wires}))
    return folder / "g.json"


def errors_of(capsys: pytest.CaptureFixture[str], file: Path) -> list[str]:
    """The sentences of what is wrong or open."""
    main(["check", str(file), "--json"])
    found = json.loads(capsys.readouterr().out)["problems"]
    return [problem["message"] for problem in found if problem["severity"] != "warning"]


def test_that_a_model_of_a_file_needs_no_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = errors_of(capsys, own_model(tmp_path))
    assert found == ["encoder gives what nobody knows yet: it is tried once you trust it."]


def test_that_a_class_that_a_file_does_not_have_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = errors_of(capsys, own_model(tmp_path, called="Encodr"))
    assert found == ["encoder names Encodr, which encoders.py does not have; it has Encoder. Use Encoder."]


def test_that_a_file_that_is_no_python_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = own_model(tmp_path)
    (tmp_path / "encoders.py").write_text("class Encoder(:\n", encoding="utf-8")
    [found] = errors_of(capsys, file)
    assert found.startswith("encoder names a file that cannot be used: encoders.py is not Python, line 1")


def test_that_a_script_elsewhere_says_which_modules_it_lacks(tmp_path: Path) -> None:
    graph = load(own_model(tmp_path).read_bytes())
    (tmp_path / "out").mkdir()
    told = not_beside(graph, tmp_path, tmp_path / "out" / "script.py")
    assert told == f"It imports encoders.py and helpers.py: copy them from {tmp_path} beside it."
    assert not_beside(graph, tmp_path, tmp_path / "script.py") is None
