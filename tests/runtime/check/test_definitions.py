"""Definitions: what their uses take and give, what is wrong inside and around them, and weights that are shared."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from runtime.check.check import Checker, check
from runtime.check.problem import Problem, Report
from runtime.check.use import inside, known
from runtime.graph.edit import applied
from runtime.graph.model import Edge, End, Graph, Node, end
from runtime.spec.definition import PREFIX
from runtime.spec.tensor import BATCH, Tensor


def drawing(nodes: dict[str, tuple[str, dict[str, Any]]], *wires: str, **more: Any) -> Graph:
    """A graph or definition from types with parameters, and wires as ``"a.output b.input"``."""
    edges = tuple(Edge(*map(end, wire.split())) for wire in wires)
    return Graph({id: Node(id, *made) for id, made in nodes.items()}, edges, **more)


DENSE = drawing(
    {
        "x": ("Input", {}),
        "linear": ("nn.Linear", {"out_features": {"parameter": "size"}}),
        "relu": ("nn.ReLU", {}),
        "output": ("Output", {}),
    },
    "x.output linear.input",
    "linear.output relu.input",
    "relu.output output.input",
    parameters={"size": 16},
)


def using(definitions: dict[str, Graph], uses: dict[str, dict[str, Any]], *wires: str) -> Graph:
    """Noise of shape [13] into uses of the definition ``dense``, one behind the other, and a loss behind them."""
    names = list(uses)
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "noise": ("data.Noise", {"fields": {"value": "float32[13]", "label": "int64[]"}, "classes": 3}),
        "batches": ("Collate", {"fields": ["value", "label"]}),
        **{name: (f"{PREFIX}dense", parameters) for name, parameters in uses.items()},
        "loss": ("nn.CrossEntropyLoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    chain = ["batches.value", *(f"{name}.output" for name in names)]
    joined = [f"{out} {name}.x" for out, name in zip(chain, names, strict=False)]
    ends = [f"{chain[-1]} loss.input", "batches.label loss.target", "loss.output adam.loss"]
    data = ["noise.value batches.value", "noise.label batches.label"]
    return drawing(nodes, *data, *joined, *ends, *wires, definitions=definitions)


def errors(graph: Graph) -> list[Problem]:
    """The problems that are errors."""
    return list(check(graph).of("error"))


def test_that_a_use_has_the_types_that_its_definition_gives_with_its_own_parameters() -> None:
    report = check(using({"dense": DENSE}, {"first": {"size": 32}, "second": {}}))
    assert report.sound, report.problems
    assert str(report.types[End("first", "output")]) == "float32[B, 32]"
    assert str(report.types[End("second", "output")]) == "float32[B, 16]"


def test_that_definitions_may_use_others_and_hand_their_parameters_on() -> None:
    twice = drawing(
        {
            "x": ("Input", {}),
            "one": (f"{PREFIX}inner", {"size": {"parameter": "width"}}),
            "two": (f"{PREFIX}inner", {}),
            "output": ("Output", {}),
        },
        "x.output one.x",
        "one.output two.x",
        "two.output output.input",
        parameters={"width": 7},
    )
    report = check(using({"dense": twice, "inner": DENSE}, {"use": {"width": 9}}))
    assert report.sound, report.problems
    assert str(report.types[End("use", "output")]) == "float32[B, 16]"


def test_that_a_repeated_use_must_give_what_it_takes() -> None:
    [problem] = errors(using({"dense": DENSE}, {"use": {"repeat": 3}}))
    assert problem.message.startswith("use.x cannot follow itself: it takes float32[B, 13] and gives float32[B, 16].")
    assert check(using({"dense": DENSE}, {"use": {"repeat": 3, "size": 13}})).sound


LAYER = drawing(
    {
        "x": ("Input", {}),
        "memory": ("Input", {}),
        "looked": ("nn.MultiheadAttention", {"num_heads": 1, "batch_first": True, "need_weights": True}),
        "added": ("torch.add", {}),
        "output": ("Output", {}),
        "weights": ("Output", {}),
    },
    "x.output looked.query",
    "memory.output looked.key",
    "memory.output looked.value",
    "looked.attn_output added.input",
    "x.output added.other",
    "added.output output.input",
    "looked.attn_output_weights weights.input",
)


def decoding(layer: Graph, repeat: int) -> Graph:
    """Copies of a definition with a memory, which each of them is given."""
    fields = {"x": "float32[5, 8]", "memory": "float32[7, 8]", "label": "int64[]"}
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "noise": ("data.Noise", {"fields": fields, "classes": 3}),
        "batches": ("Collate", {"fields": [*fields]}),
        "decoder": (f"{PREFIX}layer", {"repeat": repeat}),
        "mean": ("torch.mean", {"dim": [1]}),
        "loss": ("nn.CrossEntropyLoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    wires = (
        *(f"noise.{field} batches.{field}" for field in fields),
        *("batches.x decoder.x", "batches.memory decoder.memory", "decoder.output mean.input"),
        *("mean.output loss.input", "batches.label loss.target", "loss.output adam.loss"),
    )
    return drawing(nodes, *wires, definitions={"layer": layer})


def test_that_copies_hand_on_the_first_output_and_are_all_given_the_other_inputs() -> None:
    report = check(decoding(LAYER, 3))
    assert report.sound, report.problems
    assert str(report.types[End("decoder", "output")]) == "float32[B, 5, 8]"
    assert str(report.types[End("decoder", "weights")]) == "float32[B, 5, 7]"


def test_that_copies_whose_first_output_does_not_fit_their_first_input_say_so_by_name() -> None:
    turned = LAYER.with_(nodes={id: LAYER.nodes[id] for id in ("memory", *LAYER.nodes)})
    [problem] = errors(decoding(turned, 3))
    assert "cannot follow itself: memory takes float32[B, 7, 8] and output gives float32[B, 5, 8]." in problem.message
    assert check(applied(decoding(turned, 3), problem.repairs[0].edits)).sound


def test_that_a_problem_inside_is_told_at_the_use_with_a_repair_of_the_definition() -> None:
    broken = drawing(
        {"x": ("Input", {}), "linear": ("nn.Linear", {"in_features": 5}), "output": ("Output", {})},
        "x.output linear.input",
        "linear.output output.input",
    )
    graph = using({"dense": broken}, {"use": {}})
    [problem] = errors(graph)
    assert (problem.node, problem.port) == ("use", "x")
    assert "does not work inside: linear.input has in_features pinned to 5, the wire brings 13" in problem.message
    assert problem.repairs[0].label == "Take in_features from the wire in dense"
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_a_problem_of_a_definition_in_another_is_repaired_where_it_is() -> None:
    def around(name: str) -> Graph:
        return drawing(
            {"x": ("Input", {}), "middle": (f"{PREFIX}{name}", {}), "output": ("Output", {})},
            "x.output middle.x",
            "middle.output output.input",
        )

    broken = drawing(
        {"x": ("Input", {}), "linear": ("nn.Linear", {"in_features": 5}), "output": ("Output", {})},
        "x.output linear.input",
        "linear.output output.input",
    )
    graph = using({"inner": broken, "between": around("inner"), "dense": around("between")}, {"use": {}})
    [problem] = errors(graph)
    assert problem.repairs[0].label == "Take in_features from the wire in inner"
    assert problem.repairs[0].edits[0][:2] == ("in", "inner")
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_an_unfinished_definition_is_unfinished_and_not_wrong() -> None:
    for open_ in (
        drawing({"x": ("Input", {})}),
        drawing({"x": ("Input", {}), "relu": ("nn.ReLU", {}), "output": ("Output", {})}, "relu.output output.input"),
    ):
        graph = using({"dense": open_}, {}).with_()
        graph = applied(graph, [("add", "use", f"{PREFIX}dense", {}), ("connect", "batches.value", "use.x")])
        assert not errors(graph)
        assert any(problem.node == "use" for problem in check(graph).of("open"))


def test_that_a_definition_that_uses_itself_is_one_error_and_no_hang() -> None:
    around = drawing(
        {"x": ("Input", {}), "again": (f"{PREFIX}dense", {}), "output": ("Output", {})},
        "x.output again.x",
        "again.output output.input",
    )
    problems = errors(using({"dense": around}, {"use": {}}))
    assert any("which uses itself" in problem.message for problem in problems)


@pytest.mark.parametrize("name", ["rule", "repeat", "class", "Size", "definition", "self"])
def test_that_a_parameter_with_a_name_that_cannot_be_is_one_error(name: str) -> None:
    odd = DENSE.with_(parameters={"size": 16, name: 1})
    problems = errors(using({"dense": odd}, {"use": {}}))
    assert [problem.node for problem in problems] == ["use"]
    assert f"cannot have a parameter called {name}" in problems[0].message


def test_that_an_input_outside_of_a_definition_is_an_error_with_a_way_out() -> None:
    graph = applied(using({"dense": DENSE}, {"use": {}}), [("add", "lost", "Input", {})])
    [problem] = errors(graph)
    assert problem.message.startswith("lost stands for what a definition takes")
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_an_unknown_definition_is_an_unknown_type() -> None:
    [problem] = errors(using({}, {"use": {}}))
    assert "has a type that this version does not know: definition.dense" in problem.message


def test_that_two_uses_may_share_their_weights_where_they_are_made_alike() -> None:
    graph = using({"dense": DENSE}, {"first": {"size": 13}, "second": {"size": 13}})
    assert check(applied(graph, [("share", "second", "first")])).sound


@pytest.mark.parametrize(
    ("sizes", "other", "why"),
    [
        ((13, 7), "first", "shares the weights of first, whose size is 13, not 7"),
        ((13, 13), "nobody", "is to share the weights of nobody, which is no other node"),
        ((13, 13), "second", "is to share the weights of second, which is no other node"),
        ((13, 13), "loss", "cannot share weights with loss: both must be layers of one type"),
        ((13, 13), 5, "is to share the weights of 5, which is no other node"),
    ],
)
def test_that_weights_that_cannot_be_shared_are_an_error_with_a_way_out(
    sizes: tuple[int, int], other: Any, why: str
) -> None:
    first, second = sizes
    graph = using({"dense": DENSE}, {"first": {"size": first}, "second": {"size": second}})
    graph = applied(graph, [("share", "second", other)])
    [problem] = errors(graph)
    assert why in problem.message
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_a_shared_layer_is_trained_once_and_renamed_everywhere() -> None:
    graph = using({"dense": DENSE}, {"first": {"size": 13}, "second": {"size": 13}})
    graph = applied(graph, [("share", "second", "first"), ("rename", "first", "trunk")])
    assert graph.nodes["second"].extra["shares"] == "trunk"
    assert check(graph).sound


def test_that_uses_whose_layers_have_other_sizes_inside_cannot_share_weights() -> None:
    around = drawing(
        {"x": ("Input", {}), "inner": (f"{PREFIX}inner", {}), "output": ("Output", {})},
        "x.output inner.x",
        "inner.output output.input",
    )
    graph = using({"dense": around, "inner": DENSE}, {"first": {}, "second": {}})
    [problem] = errors(applied(graph, [("share", "second", "first")]))
    assert "shares the weights of first, whose inner.linear.in_features is 13, not 16" in problem.message


@pytest.mark.parametrize("told", [{"outputs": {"output": "float32[16]"}}, {}])
def test_that_python_of_ones_own_cannot_stand_inside(told: dict[str, Any]) -> None:
    source = {"function": ["import os", "made = os.getcwd()", "def f(input):", "    return input"], **told}
    own: dict[str, tuple[str, dict[str, Any]]] = {"own": ("own.Function", {"source": source})}
    nodes = {"x": ("Input", {}), **own, "output": ("Output", {})}
    report = check(using({"dense": drawing(nodes, "x.output own.input", "own.output output.input")}, {"first": {}}))
    (problem,) = (each for each in report.problems if each.node == "first")
    assert not report.sound
    assert "own is Python of your own, which cannot stand in a definition" in problem.message


def test_that_a_use_is_the_same_inside_for_two_threads_that_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is written in a thread finds what a use is inside by its being the same."""
    spec, types = known(using({"dense": DENSE}, {"first": {}}))[f"{PREFIX}dense"], {"x": Tensor("float32", (BATCH, 13))}
    both, look = Barrier(2), Checker.check

    def slowly(self: Checker, *given: Any) -> Report:
        both.wait(60)
        return look(self, *given)

    monkeypatch.setattr(Checker, "check", slowly)
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(lambda _: inside(spec, spec.values({"size": 77}), types), range(2))
    assert one is other and one.report.sound
