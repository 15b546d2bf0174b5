"""Numbers that may be missing: they go on until something fills them, and are warned of where they reach a layer."""

import pytest

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from runtime.spec.tensor import Tensor
from tests.runtime.generate.cases import graph_of

BETWEEN = "table_parquet"


def unfilled(*edits: Edit) -> Graph:
    """A table with gaps that nothing fills."""
    around: list[Edit] = [("remove", "filled"), ("connect", "table.rain", "batches.rain")]
    return applied(graph_of(BETWEEN), [*around, *edits])


def test_that_gaps_are_warned_of_where_they_reach_a_layer_and_filled_behind_the_dataset() -> None:
    graph = unfilled()
    [problem] = check(graph).problems
    assert (problem.node, problem.port, problem.severity) == ("final", "input", "warning")
    assert "gets numbers that may be missing (NaN)" in problem.message
    [repair] = problem.repairs
    mended = applied(graph, repair.edits)
    assert check(mended).problems == ()
    assert [str(edge.source) for edge in mended.edges if str(edge.target) != "batches.rain"].count("table.rain") == 1


@pytest.mark.parametrize("type", ["torch.tanh", "torch.squeeze", "nn.Flatten"])
def test_that_gaps_go_on_through_what_computes_with_them(type: str) -> None:
    graph = unfilled(("insert", "between", type, {}, "joined.output", "final.input", "input", "output"))
    found = check(graph).types[End("between", "output")]
    assert isinstance(found, Tensor)
    assert found.missing


def test_that_whole_numbers_and_truths_have_no_gaps() -> None:
    graph = unfilled(("add", "gaps", "torch.isnan", {}, (0, 0)), ("connect", "batches.rain", "gaps.input"))
    found = check(graph).types[End("gaps", "output")]
    assert isinstance(found, Tensor)
    assert not found.missing
