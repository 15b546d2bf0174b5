"""What lies beside a graph's file: data that is not there and a newer version are told by ``check`` and ``train``."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.check.beside import missing
from runtime.cli import main
from runtime.graph.edit import applied
from runtime.graph.file import load
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
