"""A bypassed node is in the file and on no way: check and program are those of the graph without it."""

import pytest

from runtime.check.check import Checker, check
from runtime.generate.program import generate
from runtime.graph.bypass import joined, origin, passed
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.graph.model import Edge, Graph, Node, end
from tests.editor.canvas.hand import two_models

RELU: Edit = ("insert", "relu", "nn.ReLU", {}, "model_a.output", "joined.tensors", "input", "output")
GELU: Edit = ("insert", "gelu", "nn.GELU", {}, "relu.output", "joined.tensors", "input", "output")
OFF: list[Edit] = [("bypass", "relu", "input"), ("bypass", "gelu", "input")]
BYPASSED = applied(two_models(), [RELU, GELU, *OFF])


def test_that_the_neighbours_of_bypassed_nodes_are_joined_and_wires_keep_their_order() -> None:
    assert passed(BYPASSED).edges == two_models().edges
    assert passed(BYPASSED).nodes == two_models().nodes


def test_that_a_graph_without_bypassed_nodes_is_itself() -> None:
    graph = two_models()
    assert passed(graph) is graph


def test_that_the_program_is_that_of_the_graph_without_them() -> None:
    plain = two_models()
    assert generate(BYPASSED, check(BYPASSED), "x").text == generate(plain, check(plain), "x").text


def test_that_a_file_keeps_them_and_taking_them_in_again_leaves_nothing_behind() -> None:
    assert load(dump(BYPASSED).encode()) == BYPASSED
    back = applied(BYPASSED, [("bypass", "relu", None), ("bypass", "gelu", None)])
    assert back == applied(two_models(), [RELU, GELU])


def test_that_an_incremental_check_finds_what_a_fresh_one_finds() -> None:
    checker, on = Checker(), applied(two_models(), [RELU, GELU])
    for graph in (on, BYPASSED, on, applied(on, OFF[:1]), BYPASSED):
        found, fresh = checker.check(graph), check(graph)
        assert found.problems == fresh.problems
        assert dict(found.types) == dict(fresh.types)


def test_that_a_problem_behind_a_bypassed_node_is_told_of_the_wire_that_is_drawn_and_its_repairs_mend_it() -> None:
    edits: list[Edit] = [
        ("insert", "relu", "nn.ReLU", {}, "batches.image", "flat.input", "input", "output"),
        ("insert", "scaled", "transform.Scale", {"maximum": 16.0}, "digits.image", "batches.image", "input", "output"),
        ("bypass", "relu", "input"),
        ("bypass", "flat", "input"),
    ]
    graph = applied(two_models(), edits)
    (problem,) = check(graph).problems
    assert all(edge in graph.edges for edge in problem.edges)
    for repair in problem.repairs:
        assert not check(applied(graph, repair.edits)).problems


def test_that_what_a_repair_adds_has_another_name_than_a_bypassed_node() -> None:
    edits: list[Edit] = [
        ("add", "noise", "data.Noise", {"fields": {"image": "uint8[8, 8]", "label": "int64[]"}, "classes": 10}),
        ("replace", "noise.image", "batches.image"),
        ("replace", "noise.label", "batches.label"),
        ("remove", "digits"),
        ("insert", "scale", "transform.Scale", {}, "batches.image", "flat.input", "input", "output"),
        ("remove", "model_b"),
        ("rename", "flat", "flatten"),
        ("bypass", "scale", "input"),
        ("bypass", "flatten", "input"),
    ]
    graph = applied(two_models(), edits)
    repair = next(repair for problem in check(graph).problems for repair in problem.repairs if "Scale" in repair.label)
    mended = applied(graph, repair.edits)
    assert [id for id in mended.nodes if id not in graph.nodes] == ["scale_2", "flatten_2"]
    assert not check(mended).of("error")


def test_that_nothing_comes_out_of_a_circle_of_bypassed_nodes() -> None:
    wires = ("a.output", "b.input"), ("b.output", "a.input"), ("b.output", "c.input")
    nodes = {id: Node(id, "t", {}, {"bypass": "input"}) for id in "ab"} | {"c": Node("c", "t")}
    graph = Graph(nodes, tuple(Edge(end(source), end(target)) for source, target in wires))
    assert origin(graph, end("b.output")) is None
    assert not joined(graph)
    assert list(passed(graph).nodes) == ["c"]


def test_that_a_long_chain_of_bypassed_nodes_is_followed_once() -> None:
    count = 20_000
    nodes = {f"n{at}": Node(f"n{at}", "t", {}, {"bypass": "input"} if at else {}) for at in range(count)}
    edges = tuple(Edge(end(f"n{at}.output"), end(f"n{at + 1}.input")) for at in range(count - 1))
    last = Edge(end(f"n{count - 1}.output"), end("z.input"))
    graph = Graph({**nodes, "z": Node("z", "t")}, (*edges, last))
    assert passed(graph).edges == (Edge(end("n0.output"), end("z.input")),)


@pytest.mark.parametrize("value", [True, 3, None, ["input"], {"a": 1}, "no wire leads here"])
def test_that_another_value_in_a_file_bypasses_nothing(value: object) -> None:
    graph = two_models()
    odd = graph.with_(nodes={**graph.nodes, "flat": Node("flat", "nn.Flatten", {}, {"bypass": value})})
    assert passed(odd) is odd


def test_that_who_names_a_bypassed_node_does_so_no_longer() -> None:
    edits: list[Edit] = [
        ("share", "model_b", "model_a"),
        ("set", "adam", "layers", ["model_a", "final"]),
        ("bypass", "model_a", "input"),
    ]
    left = passed(applied(two_models(), edits))
    assert left.nodes["adam"].parameters["layers"] == ["final"]
    assert "shares" not in left.nodes["model_b"].extra


def test_that_nodes_inside_of_definitions_are_bypassed_as_well() -> None:
    inner = Graph(
        {"input": Node("input", "Input"), "relu": Node("relu", "nn.ReLU", {}, {"bypass": "input"}),
         "output": Node("output", "Output")},
        (Edge(end("input.output"), end("relu.input")), Edge(end("relu.output"), end("output.input"))),
    )  # fmt: skip
    graph = Graph(definitions={"block": inner})
    found = passed(graph).definitions
    assert found["block"].edges == (Edge(end("input.output"), end("output.input")),)
    assert passed(graph).definitions is found
