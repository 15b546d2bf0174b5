"""An exported file says what its numbers mean, so that they can be read in any language, as its package reads them."""

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

from runtime.check.check import check
from runtime.export.formats import OUTPUTS
from runtime.export.order import Order
from runtime.export.worker import carry_out
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from tests.runtime.export.houses import IS_BONN, PRICED, ROW, by_hand, houses
from tests.runtime.export.orders import order_of

KINDS = ["Adelie", "Chinstrap", "Gentoo"]
ASKS = """import json, sys
sys.path.insert(0, sys.argv[1])
from {name} import predict
(told,) = predict([json.loads(sys.argv[2])])
print(json.dumps({{key: each if isinstance(each, str | float) else each.tolist() for key, each in told.items()}}))
"""


def told(file: Path) -> dict[str, Any]:
    """What an ONNX file says of its results."""
    found: dict[str, Any] = json.loads({each.key: each.value for each in onnx.load(file).metadata_props}[OUTPUTS])
    return found


def predicted(order: Order) -> dict[str, Any]:
    """What the package of an order predicts of one row."""
    carry_out(order)
    line = [sys.executable, "-c", ASKS.format(name=Path(order.output).name), order.output, json.dumps(ROW)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_that_the_names_of_classes_are_in_the_file_and_in_the_report(tmp_path: Path) -> None:
    report = carry_out(order_of("penguins", tmp_path / "birds.onnx"))["report"]
    wanted = {"final": {"type": "float32[batch, 3]", "classes": KINDS, "probabilities": "softmax"}}
    assert told(tmp_path / "birds.onnx") == wanted
    line = (
        "gives final: float32[batch, 3], a score for each class: 'Adelie' = 0, 'Chinstrap' = 1, 'Gentoo' = 2; "
        "softmax makes probabilities of them"
    )
    assert line in report.splitlines()


def test_that_a_file_of_torch_export_names_them_too(tmp_path: Path) -> None:
    carry_out(order_of("penguins", tmp_path / "birds.pt2"))
    extra = {OUTPUTS: ""}
    torch.export.load(tmp_path / "birds.pt2", extra_files=extra)
    assert json.loads(extra[OUTPUTS])["final"]["classes"] == KINDS


def test_that_a_dataset_that_comes_along_has_names_for_its_classes(tmp_path: Path) -> None:
    carry_out(order_of("model_after_model", tmp_path / "tumours.onnx"))
    assert told(tmp_path / "tumours.onnx")["second"]["classes"] == ["malignant", "benign"]


def test_that_classes_without_names_are_told_by_their_numbers(tmp_path: Path) -> None:
    report = carry_out(order_of("two_models", tmp_path / "digits.onnx"))["report"]
    assert told(tmp_path / "digits.onnx") == {"final": {"type": "float32[batch, 10]", "probabilities": "softmax"}}
    line = (
        "gives final: float32[batch, 10], a score for each class, counted from 0; softmax makes probabilities of them"
    )
    assert line in report.splitlines()


def test_that_a_standardized_number_becomes_one_of_the_data_as_the_file_says(tmp_path: Path) -> None:
    report = carry_out(houses(tmp_path, "houses.onnx", PRICED))["report"]
    units = told(tmp_path / "houses.onnx")["final"]["units"]
    assert (units["of"], units["does"]) == ("price", "price = final * std + mean")
    assert "  in standard deviations of price: price = final * std + mean, where mean = [" in report
    inputs = {"features": np.zeros((1, 3), np.float32), "place": np.array([1])}
    (number,) = onnxruntime.InferenceSession(tmp_path / "houses.onnx").run(None, inputs)
    found = predicted(houses(tmp_path, "housepkg", PRICED, package=True))
    assert found["price"] == pytest.approx(found["final"][0] * units["std"][0] + units["mean"][0], rel=1e-5)
    assert 100 < units["mean"][0] < 120 and number.shape == (1, 1)
    readme = (tmp_path / "housepkg" / "README.md").read_text(encoding="utf-8")
    assert "a dictionary with `final`, `price`." in readme


def test_that_one_number_for_two_classes_names_the_one_that_it_is_for(tmp_path: Path) -> None:
    report = carry_out(houses(tmp_path, "houses.onnx", IS_BONN))["report"]
    about = told(tmp_path / "houses.onnx")["final"]
    assert (about["classes"], about["probabilities"]) == (["Ulm", "Bonn"], "sigmoid")
    line = "gives final: float32[batch, 1], a score for 'Bonn', against 'Ulm'; sigmoid makes a probability of it"
    assert line in report.splitlines()
    found = predicted(houses(tmp_path, "housepkg", IS_BONN, package=True))
    share = torch.tensor(found["final"]).sigmoid().item()
    assert found["final_class"] == ("Bonn" if share > 0.5 else "Ulm")
    assert found["final_probability"] == pytest.approx(max(share, 1 - share), rel=1e-5)


def test_that_probabilities_that_the_model_makes_are_taken_as_they_are(tmp_path: Path) -> None:
    edits: list[Edit] = [("add", "shares", "nn.Softmax", {"dim": 1}), ("connect", "final.output", "shares.input")]
    edits += [("add", "out", "Output", {}), ("connect", "shares.output", "out.input")]
    edits += [("add", "right", "metric.Accuracy", {}), ("connect", "shares.output", "right.input")]
    birds = order_of("penguins", tmp_path / "birds.onnx")
    graph = applied(load(birds.graph.encode()), [*edits, ("connect", "batches.label", "right.target")])
    carry_out(Order(**{**vars(birds), "graph": dump(graph)}))
    about = told(tmp_path / "birds.onnx")
    assert about["out"]["probabilities"] == "itself" and about["final"]["probabilities"] == "softmax"


@pytest.mark.parametrize(
    ("edits", "way"),
    [
        (PRICED, by_hand("price", "torch.stack(samples).exp()", "float32[1]")),
        pytest.param(IS_BONN, by_hand("place", "1 - torch.stack(samples)", "float32[]"), marks=pytest.mark.soak),
    ],
)
def test_that_nothing_is_said_of_what_a_function_of_collate_makes(tmp_path: Path, edits: list[Edit], way: Edit) -> None:
    carry_out(houses(tmp_path, "houses.onnx", [*edits, way]))
    about = told(tmp_path / "houses.onnx")["final"]
    assert about == {"type": "float32[batch, 1]"}
    assert predicted(houses(tmp_path, "housepkg", [*edits, way], package=True)).keys() == {"final"}


@pytest.mark.parametrize("whole", [False, True])
def test_that_scores_keep_no_names_of_classes_that_a_function_of_collate_turns(tmp_path: Path, whole: bool) -> None:
    lines = ["import torch", "", "", "def own(samples):", "    return 2 - torch.stack(samples)"]
    each: Edit = ("set", "batches", "collate", {"label": {"function": lines, "output": "int64[]"}})
    lines = ["from torch.utils.data import default_collate", "", "", "def own(samples):"]
    lines += ["    batch = default_collate(samples)", '    return {**batch, "label": 2 - batch["label"]}']
    birds = order_of("penguins", tmp_path / "birds.onnx")
    graph = load(birds.graph.encode())
    types, feeds = check(graph).types, [edge for edge in graph.edges if edge.target.node == "batches"]
    outputs = {target.port: str(types[source]) for source, target in feeds}
    every: Edit = ("set", "batches", "collate_fn", {"function": lines, "outputs": outputs})
    carry_out(Order(**{**vars(birds), "graph": dump(applied(graph, [every if whole else each]))}))
    assert told(tmp_path / "birds.onnx") == {"final": {"type": "float32[batch, 3]", "probabilities": "softmax"}}


@pytest.mark.soak
def test_that_a_result_that_is_called_like_its_field_is_kept_beside_the_number_of_the_data(tmp_path: Path) -> None:
    # The field of the batch is called otherwise, so that the layer can have the name of the one in the file.
    edits: list[Edit] = [*PRICED, ("set", "batches", "fields", ["features", "place", "cost"])]
    edits += [("disconnect", "priced.output", "batches.price"), ("disconnect", "batches.price", "loss.target")]
    edits += [("connect", "priced.output", "batches.cost"), ("connect", "batches.cost", "loss.target")]
    edits += [("rename", "final", "price")]
    carry_out(houses(tmp_path, "houses.onnx", edits))
    units = told(tmp_path / "houses.onnx")["price"]["units"]
    assert (units["of"], units["does"]) == ("price", "price_in_units = price * std + mean")
    found = predicted(houses(tmp_path, "housepkg", edits, package=True))
    assert found["price_in_units"] == pytest.approx(found["price"][0] * units["std"][0] + units["mean"][0], rel=1e-5)
    readme = (tmp_path / "housepkg" / "README.md").read_text(encoding="utf-8")
    assert "a dictionary with `price`, `price_in_units`." in readme


def test_that_two_results_that_are_compared_with_one_field_have_a_number_of_the_data_each(tmp_path: Path) -> None:
    edits: list[Edit] = [*PRICED, ("add", "other", "nn.Linear", {"out_features": 1})]
    edits += [("add", "wide", "nn.L1Loss", {}), ("connect", "joined.output", "other.input")]
    edits += [("connect", "other.output", "wide.input"), ("connect", "batches.price", "wide.target")]
    found = predicted(houses(tmp_path, "housepkg", [*edits, ("connect", "wide.output", "adam.loss")], package=True))
    assert found.keys() == {"final", "price", "other", "other_in_units"}
    assert found["other"] != found["final"] and found["other_in_units"] != found["price"]
    readme = (tmp_path / "housepkg" / "README.md").read_text(encoding="utf-8")
    assert "a dictionary with `final`, `price`, `other`, `other_in_units`." in readme
