"""Metrics that compare rows: of a single one there is no figure, which is told before a run and not printed as nan."""

from pathlib import Path
from typing import Any

import pytest

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.runtime.check.test_definitions import drawing
from tests.runtime.generate.cases import imported

NEED_TWO = ["R2Score", "PearsonCorrCoef", "ConcordanceCorrCoef", "SpearmanCorrCoef"]


def measured(metric: str, **batches: Any) -> Graph:
    """Six rows, a fifth of which is held out: one."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "noise": ("data.Noise", {"fields": {"x": "float32[4]", "y": "float32[1]"}, "length": 6}),
        "batches": ("Collate", {"fields": ["x", "y"], **batches}),
        "layer": ("nn.Linear", {"out_features": 1}),
        "loss": ("nn.MSELoss", {}),
        "figure": (f"metric.{metric}", {}),
        "adam": ("optim.Adam", {}),
    }
    into = [f"{out} {id}.{port}" for id in ("loss", "figure") for out, port in (("layer.output", "input"),)]
    targets = ["batches.y loss.target", "batches.y figure.target"]
    wires = ["noise.x batches.x", "noise.y batches.y", "batches.x layer.input", "loss.output adam.loss"]
    return drawing(nodes, *wires, *into, *targets)


@pytest.mark.parametrize("metric", NEED_TWO)
def test_that_one_row_held_out_is_too_few_and_the_repair_holds_out_more(metric: str) -> None:
    graph = measured(metric)
    [problem] = check(graph).of("error")
    assert problem.message == "figure needs at least 2 rows, and there is only 1 to hold out. Hold out 25% of the rows."
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_one_row_to_train_on_is_too_few_and_no_share_mends_it() -> None:
    graph = applied(measured("R2Score", validation=0.0), [("set", "noise", "length", 1)])
    [problem] = check(graph).of("error")
    assert problem.message == "figure needs at least 2 rows, and there is only 1 to train on."
    assert problem.repairs == ()


def test_that_nothing_is_said_of_the_rows_of_groups_which_data_alone_tells() -> None:
    graph = applied(measured("R2Score", split="group"), [("connect", "noise.x", "batches.split_by")])
    graph = applied(graph, [("set", "noise", "fields", {"x": "float32[4]", "y": "float32[1]", "kin": "int64[]"})])
    graph = applied(graph, [("replace", "noise.kin", "batches.split_by")])
    assert check(graph).sound


def test_that_metrics_of_single_rows_and_enough_rows_are_left_alone() -> None:
    assert check(measured("MeanAbsoluteError")).sound
    assert check(measured("R2Score", validation=0.4)).sound
    assert check(measured("R2Score", validation=0.0)).sound


def test_that_a_program_with_too_few_rows_says_so_before_its_first_step(tmp_path: Path) -> None:
    graph = measured("PearsonCorrCoef", validation=0.4)
    report = check(graph)
    program: Any = imported(generate(graph, report, "few.json").text, tmp_path / "few.py")
    whole = program.make_samples

    def with_one_row(options: Any) -> Any:
        samples, rows = whole(options)
        return samples, rows | {"validation": rows["validation"][:1]}

    program.make_samples = with_one_row
    with pytest.raises(ValueError, match="figure needs 2 rows for validation, not 1: change the split"):
        program.prepare(program.options_from(["--device", "cpu", "--threads", "1"]))


def sliced(batch_size: int, length: int, **slice: int) -> Graph:
    """R2Score of a slice of each batch."""
    graph = measured("R2Score", batch_size=batch_size, validation=0.0)
    edits: list[Any] = [("set", "noise", "length", length), ("set", "noise", "fields", FIELDS)]
    edits += [("add", f"some_{port}", "torch.slice_copy", {"dim": 0, **slice}) for port in ("input", "target")]
    edits += [("connect", "layer.output", "some_input.input"), ("connect", "batches.y", "some_target.input")]
    edits += [("replace", f"some_{port}.output", f"figure.{port}") for port in ("input", "target")]
    return applied(graph, edits)


FIELDS = {"x": "float32[4]", "y": "float32[1]"}


@pytest.mark.parametrize(("batch_size", "length", "slice"), [(5, 40, {"start": 3, "end": -2}), (4, 13, {"start": 1})])
def test_that_slices_of_batches_that_leave_a_batch_without_rows_are_too_few(
    batch_size: int, length: int, slice: dict[str, int]
) -> None:
    [problem] = check(sliced(batch_size, length, **slice)).of("error")
    assert problem.node == "figure"
    assert "needs at least 2 rows an epoch" in problem.message


def test_that_slices_of_one_row_are_enough_where_batches_are_many() -> None:
    assert check(sliced(5, 40, start=3, end=-1)).sound


def test_that_a_function_behind_a_slice_is_asked_for_the_rows_that_the_last_batch_leaves() -> None:
    graph = applied(sliced(5, 40, end=-2), [("add", "best", "torch.topk", {"k": 2, "dim": 0})])
    graph = applied(graph, [("connect", "some_input.output", "best.input")])
    assert not check(graph).of("error")
    [problem] = check(applied(graph, [("set", "noise", "length", 43)])).of("error")
    assert "makes a last batch of 3 rows, for which best has too few rows" in problem.message
    assert check(applied(graph, [("set", "noise", "length", 43), *problem.repairs[0].edits])).sound
