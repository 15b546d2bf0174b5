"""ONNX and torch.export give what torch gives, for a batch of any size, and say so in a report."""

import json
import zipfile
from pathlib import Path

import onnx
import pytest
import torch

from runtime.check.check import check
from runtime.export import formats
from runtime.export.formats import CARRIED, written
from runtime.export.parity import SIZES, compared
from runtime.export.taken import NotExported, made, samples_of
from runtime.export.worker import carry_out
from runtime.graph.edit import applied
from runtime.graph.file import dump
from tests.runtime.commands import EXAMPLES
from tests.runtime.export.orders import NAMES, case_order, example, order_of, untrained, with_function
from tests.runtime.generate.cases import FOLDER, graph_of

QUICK = {".onnx": ["gan"], ".pt2": ["picture_text_table"]}


@pytest.fixture(autouse=True)
def _one_thread() -> object:
    """Sums come out the same wherever this runs."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        pytest.param(name, suffix, marks=() if name in quick else pytest.mark.soak)
        for suffix, quick in QUICK.items()
        for name in NAMES
    ],
)
def test_that_an_example_gives_what_torch_gives_for_a_batch_of_any_size(name: str, suffix: str) -> None:
    found, report = untrained(name)
    samples = samples_of(found, EXAMPLES)
    _, call = written(found, samples.batch(SIZES[-1]), suffix)
    parity = compared(found, report, samples, call, suffix, EXAMPLES)
    assert list(parity.sizes) == [1, 2, 7]
    assert parity.told.startswith("samples of ")
    assert parity.worst < 1e-4, parity.sizes
    assert parity.still == (("noise",) if name in ("gan", "unet") else ())


def test_that_the_report_lies_beside_the_file_which_carries_its_graph(tmp_path: Path) -> None:
    told: list[str] = []
    answer = carry_out(order_of("penguins", tmp_path / "birds.onnx"), told.append)
    report = (tmp_path / "birds.onnx.txt").read_text(encoding="utf-8")
    short = answer.pop("report")
    assert report.startswith(f"{short}\n")
    assert answer == {"written": str(tmp_path / "birds.onnx"), "close": True}
    assert report.startswith("birds.onnx: the model of penguins.json, untrained.\n")
    assert "takes island: int64[batch]" in report
    assert "gives final: float32[batch, 3]" in report
    assert [line.partition(":")[0] for line in report.splitlines() if line.startswith("batch of")] == [
        "batch of 1",
        "batch of 2",
        "batch of 7",
    ]
    assert told[0] == "starting torch"
    assert "reading penguins.csv" in told
    assert told[-2:] == ["writing the model", "comparing it with torch"]
    model = onnx.load(tmp_path / "birds.onnx")
    first = model.graph.input[0].type.tensor_type.shape.dim
    assert [each.dim_param or each.dim_value for each in first] == ["batch", 4]
    assert {each.key: each.value for each in model.metadata_props}[CARRIED] == dump(example("penguins")[0])


def test_that_a_file_of_torch_export_carries_its_graph(tmp_path: Path) -> None:
    carry_out(order_of("model_after_model", tmp_path / "a.pt2"))
    extra = {CARRIED: ""}
    module = torch.export.load(tmp_path / "a.pt2", extra_files=extra).module()
    assert json.loads(extra[CARRIED])["format"] == "torchweave"
    assert module(torch.zeros(3, 30)).shape == (3, 2)
    assert zipfile.is_zipfile(tmp_path / "a.pt2")


@pytest.mark.parametrize("suffix", [".onnx", ".pt2"])
def test_that_a_node_that_cannot_be_expressed_is_named(suffix: str, tmp_path: Path) -> None:
    graph = with_function("def either(values):", "    return values if values.sum() > 0 else -values")
    with pytest.raises(NotExported) as raised:
        carry_out(case_order(graph, tmp_path / f"a{suffix}", untrained=True))
    what = {".onnx": "ONNX", ".pt2": "torch.export"}[suffix]
    why = "what it does depends on the numbers that come in, not on their shape alone."
    assert str(raised.value) == f"{what} cannot express logged: {why}"
    assert list(tmp_path.iterdir()) == []


def test_that_data_that_is_not_there_is_no_obstacle(tmp_path: Path) -> None:
    graph = applied(graph_of("table"), [("set", "flowers", "path", "gone.csv")])
    found = made(graph, check(graph), "table.json", FOLDER)
    samples = samples_of(found, FOLDER)
    assert samples.told.startswith("random samples, since the data cannot be read (There is no file ")
    assert [value.shape[0] for value in samples.batch(7)] == [7] * len(found.types)


def test_that_a_result_that_differs_is_told(tmp_path: Path) -> None:
    found, report = untrained("model_after_model")
    samples = samples_of(found, EXAMPLES)

    def other(features: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"second": found.model(features) + (0.5 if len(features) == 2 else 0.0)}

    parity = compared(found, report, samples, other, ".onnx", EXAMPLES)
    assert parity.sizes[1] == {"second": 0.0}
    assert parity.worst == pytest.approx(0.5, abs=1e-6)


def test_that_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(NotExported, match=r"pip install 'torchweave\[onnx\]'"):
        carry_out(order_of("model_after_model", tmp_path / "a.onnx"))
    assert formats.ONNX_PACKAGES.endswith(".")
