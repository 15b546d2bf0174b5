"""The page of a problem: what it means, what came along which way, and every repair by its name."""

import pytest

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.reference.problem import about

GRAPH = load((EXAMPLES / "two_models.json").read_bytes())
WRONG: list[Edit] = [("replace", "batches.label", "final.input")]
OPEN: list[Edit] = [("disconnect", "final.output", "loss.input")]


def page(edits: list[Edit], node: str) -> str:
    """What is said of the first problem of a node after some edits."""
    graph = applied(GRAPH, edits)
    report = check(graph)
    return about(graph, report, next(problem for problem in report.problems if problem.node == node))


def test_that_the_page_of_an_error_tells_what_came_and_each_repair() -> None:
    text = page(WRONG, "final")
    assert "PyTorch would stop here" in text
    assert "| input | `float32[..., in_features]` | `int64[B]` from batches.label |" in text
    assert "- digits.label: `int64[]`" in text
    assert "1. **Take joined.output**" in text
    assert "2. **Take batches.image and insert nn.Flatten**" in text
    assert "[nn.Linear](nn.Linear.md)" in text


def test_that_a_problem_of_the_whole_graph_names_no_node() -> None:
    report = check(Graph())
    text = about(Graph(), report, report.problems[0])
    assert text.startswith("# The graph\n")
    assert "about the graph as a whole" in text


@pytest.mark.parametrize(("edits", "node", "words"), [(OPEN, "loss", "press L"), (WRONG, "joined", "A **warning**")])
def test_that_each_severity_is_told_for_what_it_is(edits: list[Edit], node: str, words: str) -> None:
    assert words in page(edits, node)
