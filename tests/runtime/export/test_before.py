"""What an exported file says is done before its model, done by hand, gives what the package predicts."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]  # it comes without types
import pytest
import torch

from runtime.export.formats import INPUTS
from runtime.export.order import Order
from runtime.export.worker import carry_out
from runtime.graph.edit import applied
from tests.runtime.export.houses import ROW, houses
from tests.runtime.export.orders import case_order, order_of
from tests.runtime.generate.cases import graph_of

ASKS = """import json, sys
sys.path.insert(0, sys.argv[1])
from {name} import predict
print(json.dumps([each["final"].tolist() for each in predict(json.loads(sys.argv[2]))]))
"""


def packaged(order: Order, samples: list[Any]) -> torch.Tensor:
    """What the package of an order predicts."""
    carry_out(order)
    code = ASKS.format(name=Path(order.output).name)
    line = [sys.executable, "-c", code, order.output, json.dumps(samples)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return torch.tensor(json.loads(done.stdout))


def told(file: Path) -> dict[str, Any]:
    """What an ONNX file says is done before its model."""
    found: dict[str, Any] = json.loads({each.key: each.value for each in onnx.load(file).metadata_props}[INPUTS])
    return found


def test_that_a_raw_row_by_hand_is_predicted_as_the_package_does(tmp_path: Path) -> None:
    carry_out(houses(tmp_path, "houses.onnx"))
    inputs = told(tmp_path / "houses.onnx")["inputs"]
    (features,) = inputs["features"]["made_of"].values()
    assert features == {
        "type": "float32[3]",
        "dataset": "houses",
        "columns": ["area", "rooms", "age"],
        "file": "houses.csv",
    }
    (step,) = inputs["features"]["steps"]
    assert (step["node"], step["type"]) == ("standard", "transform.Standardize")
    assert step["does"] == "standard = (features - mean) / std"
    raw = np.array([ROW[column] for column in features["columns"]])
    mean, std = (np.array(step["learnt"][each]) for each in ("mean", "std"))
    (place,) = inputs["place"]["made_of"].values()
    assert inputs["place"]["steps"] == []
    given = {
        "features": ((raw - mean) / std)[None].astype(np.float32),
        "place": np.array([place["index"][ROW[place["columns"][0]]]]),
    }
    (by_hand,) = onnxruntime.InferenceSession(tmp_path / "houses.onnx").run(None, given)
    wanted = packaged(houses(tmp_path, "housepkg", package=True), [ROW])
    assert torch.allclose(torch.from_numpy(by_hand), wanted, atol=1e-5)


def test_that_the_report_names_columns_nodes_and_numbers(tmp_path: Path) -> None:
    short = carry_out(houses(tmp_path, "houses.onnx"))["report"]
    assert (
        "\nIt takes no raw values: standard (transform.Standardize) comes first, and houses.onnx.txt says how to do "
        "the same by hand.\n" in short
    )
    lines = (tmp_path / "houses.onnx.txt").read_text(encoding="utf-8").splitlines()
    at = lines.index("features: float32[3] of the columns area, rooms, age of houses.csv, in this order")
    assert lines[at + 1] == "  standard (transform.Standardize): standard = (features - mean) / std"
    learnt = told(tmp_path / "houses.onnx")["inputs"]["features"]["steps"][0]["learnt"]
    assert lines[at + 2] == f"    mean = [{', '.join(f'{each:.9g}' for each in learnt['mean'])}]"
    at = lines.index("place: int64[] of the column town of houses.csv; 'Ulm' = 0, 'Bonn' = 1")
    assert lines[at + 1] == "  nothing is done to it: the number of its class is taken"


def test_that_the_carried_python_makes_of_raw_texts_what_the_package_does(tmp_path: Path) -> None:
    carry_out(order_of("titles", tmp_path / "titles.onnx"))
    about = told(tmp_path / "titles.onnx")
    (step,) = about["inputs"]["words"]["steps"]
    assert step["learnt"]["index"] == about["fitted"]["tokens"]["vocabulary"]
    file = tmp_path / "carried.py"
    file.write_text(about["python"], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("carried", file)
    assert spec is not None
    assert spec.loader is not None
    carried = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(carried)
    texts = [{"title": "A map of the clipart"}, {"title": "Ice cream cone, by somebody else"}]
    fitted = {"tokens": about["fitted"]["tokens"]["vocabulary"]}
    batch = carried.collate_samples([carried.prepare(each, fitted) for each in texts])
    given = {each: batch[each].numpy() for each in carried.INPUTS}
    (by_hand,) = onnxruntime.InferenceSession(tmp_path / "titles.onnx").run(None, given)
    wanted = packaged(order_of("titles", tmp_path / "titles", package=True), texts)
    assert torch.allclose(torch.from_numpy(by_hand), wanted, atol=1e-5)


def test_that_raw_values_are_told_as_such_in_a_file_of_torch_export(tmp_path: Path) -> None:
    short = carry_out(order_of("model_after_model", tmp_path / "a.pt2"))["report"]
    assert "\nIt takes raw values, as they are read: a.pt2.txt says of which columns or fields.\n" in short
    assert "nothing is done to it: raw values are taken" in (tmp_path / "a.pt2.txt").read_text(encoding="utf-8")
    extra = {INPUTS: ""}
    torch.export.load(tmp_path / "a.pt2", extra_files=extra)
    assert [each["steps"] for each in json.loads(extra[INPUTS])["inputs"].values()] == [[]]


def test_that_what_was_learnt_from_data_that_is_gone_is_told_as_unknown(tmp_path: Path) -> None:
    order = houses(tmp_path, "houses.onnx")
    (tmp_path / "houses.csv").unlink()
    carry_out(order)
    assert "what it learnt is not known here: What standard learnt" in (tmp_path / "houses.onnx.txt").read_text("utf-8")
    assert "What standard learnt" in told(tmp_path / "houses.onnx")["not_known"]


def test_that_the_readme_names_the_columns_and_an_example_by_them(tmp_path: Path) -> None:
    carry_out(houses(tmp_path, "housepkg", package=True))
    readme = (tmp_path / "housepkg" / "README.md").read_text(encoding="utf-8")
    assert "- `features`: `area`, `rooms`, `age`, in this order\n- `place`: `town`\n" in readme
    assert '`predict(samples, load("cuda"))` predicts on another device.' in readme
    assert 'predict([{"area": 0.0, "rooms": 0.0, "age": 0.0, "town": "Ulm"}])' in readme


@pytest.mark.parametrize("case", ["table", "own_nodes"])
def test_that_graphs_of_other_kinds_are_told_too(case: str, tmp_path: Path) -> None:
    order = case_order(applied(graph_of(case), []), tmp_path / "a.pt2", untrained=True)
    carry_out(order)
    assert "What each input is made of" in (tmp_path / "a.pt2.txt").read_text(encoding="utf-8")
