"""Batches larger than all rows to train on, which somebody typed."""

from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.graph.file import load
from tests.runtime.commands import EXAMPLES


def test_that_a_batch_of_more_than_all_rows_is_doubted_and_the_repair_is_a_usual_one() -> None:
    graph = load((EXAMPLES / "two_models.json").read_bytes())
    assert not check(graph).of("warning")
    for size, told in ((1438, False), (1439, True), (1_000_000, True)):
        found = check(applied(graph, [("set", "batches", "batch_size", size)])).of("warning")
        assert [problem.node for problem in found] == ["batches"] * told
    (problem,) = found
    said = "batches has a batch_size of more than the 1,438 rows to train on, so that an epoch is a single step. "
    assert problem.message.startswith(said)
    mended = applied(applied(graph, [("set", "batches", "batch_size", size)]), problem.repairs[0].edits)
    assert mended.nodes["batches"].parameters["batch_size"] == 32 and not check(mended).of("warning")
