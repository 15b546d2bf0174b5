"""Bends of wires: kept apart from the logic, they go where their wires go."""

import json

import pytest

from runtime.check.problem import Report
from runtime.define.excerpt import excerpt, joined
from runtime.define.group import grouped
from runtime.graph.bends import bends
from runtime.graph.difference import difference
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.graph.frames import frames
from runtime.graph.model import Edge, Graph, end

DRAWN: list[Edit] = [
    ("add", "a", "nn.ReLU", {}, (100, 100)),
    ("add", "b", "nn.ReLU", {}, (300, 100)),
    ("add", "c", "torch.cat", {}, (500, 100)),
    ("connect", "a.output", "b.input"),
    ("connect", "b.output", "c.tensors"),
    ("bend", "a.output", "b.input", [(200, 50.126), (250, 60)]),
    ("bend", "b.output", "c.tensors", [(400, 150)]),
]


def drawn(*more: Edit) -> Graph:
    """a into b into c, each wire bent."""
    return applied(Graph(), [*DRAWN, *more])


def of(graph: Graph, source: str, target: str) -> object:
    """The dots of a wire."""
    return bends(graph).get(Edge(end(source), end(target)))


def test_that_bends_stand_in_the_file_a_wire_a_line_between_logic_and_positions() -> None:
    text = dump(drawn())
    assert list(json.loads(text))[-3:] == ["run", "bends", "layout"]
    assert '    ["a.output", "b.input", [[200, 50.13], [250, 60]]],\n' in text
    assert load(text.encode()) == drawn()
    assert difference(Graph(), drawn()).applied(Graph()) == drawn()


def test_that_a_bend_without_dots_is_none() -> None:
    after = drawn(("bend", "a.output", "b.input", []), ("bend", "b.output", "c.tensors", ()))
    assert "bends" not in after.extra


@pytest.mark.parametrize(
    ("edit", "left"),
    [
        (("disconnect", "a.output", "b.input"), ["b.output c.tensors"]),
        (("remove", "b"), []),
        (("replace", "c.output", "b.input"), ["b.output c.tensors"]),
        (("rename", "b", "middle"), ["a.output middle.input", "middle.output c.tensors"]),
        (("port", "b", "output", "out"), ["a.output b.input", "b.out c.tensors"]),
        (("move", "b", (0, 0)), ["a.output b.input", "b.output c.tensors"]),
    ],
)
def test_that_bends_go_and_stay_with_their_wires(edit: Edit, left: list[str]) -> None:
    after = drawn(edit)
    assert [f"{edge.source} {edge.target}" for edge in bends(after)] == left
    assert difference(drawn(), after).inverted().applied(after) == drawn()


def test_that_a_wire_in_another_place_among_those_of_its_port_keeps_its_bends() -> None:
    after = drawn(("disconnect", "b.output", "c.tensors"), ("connect", "b.output", "c.tensors"))
    assert after == drawn()


def test_that_the_bends_of_a_definition_follow_its_port() -> None:
    inside = applied(
        Graph(), [("add", "x", "Input", {}), ("add", "y", "Output", {}), ("connect", "x.output", "y.input")]
    )
    graph = drawn(("define", "d", inside), ("add", "use", "definition.d", {}), ("connect", "a.output", "use.x"))
    graph = applied(graph, [("bend", "a.output", "use.x", [(1, 1)]), ("in", "d", ("rename", "x", "z"))])
    assert of(graph, "a.output", "use.z") == ((1, 1),)


def test_that_what_is_no_bend_is_passed_over_and_kept() -> None:
    wrong = [5, ["a.output"], ["a.output", "b.input", [[1]]], ["a", "b", [[1, 2]]], ["gone.x", "b.input", [[1, 2]]]]
    graph = load(json.dumps({"format": "torchweave", "version": 1, "bends": wrong}).encode())
    assert [str(edge.source) for edge in bends(graph)] == ["gone.x"]
    assert json.loads(dump(graph))["bends"] == wrong
    after = applied(graph, [("bend", "a.output", "c.input", [(1, 2)]), ("connect", "a.output", "c.input")])
    assert after.extra["bends"] == [*wrong, ["a.output", "c.input", [[1, 2]]]]


def test_that_a_copy_and_a_definition_take_the_bends_between_their_nodes() -> None:
    graph = drawn()
    found = joined(graph, excerpt(graph, "ab", graph.layout))
    assert of(found.level, "a_2.output", "b_2.input") == ((100, -49.87), (150, -40))
    graph = applied(graph, [("frame", "f", {"rect": (80, 60, 400, 100)}), ("frame", "g", {"rect": (0, 0, 90, 90)})])
    group = grouped(graph, Report(), "ab", graph.layout, framed=["f"])
    inside = group.level.definitions[group.definition]
    assert of(inside, "a.output", "b.input") == ((100, -49.87), (150, -40))
    assert bends(group.level) == {}
    assert (frames(inside)["f"].rect, list(frames(group.level))) == ((-20, -40, 400, 100), ["g"])


def test_that_the_dots_of_a_wire_go_to_the_half_of_it_on_which_they_lie() -> None:
    before = drawn(("bend", "a.output", "b.input", [(130, 60), (160, 60), (260, 60)]))
    after = applied(before, [("insert", "new", "nn.ReLU", {}, "a.output", "b.input", "input", "output")])
    assert of(after, "a.output", "new.input") == ((130, 60), (160, 60))
    assert of(after, "new.output", "b.input") == ((260, 60),)
    assert of(after, "b.output", "c.tensors") == ((400, 150),)
    assert difference(before, after).inverted().applied(after) == before
