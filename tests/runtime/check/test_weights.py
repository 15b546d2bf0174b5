"""Weights from files, held against the layers that are to have them: what is told, and what mends it."""

from collections.abc import Mapping
from typing import Any

import pytest

from runtime.check.card import Card
from runtime.check.check import Checker, check
from runtime.check.fitted import fitted
from runtime.check.matches import Loading
from runtime.check.problem import Report
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End
from runtime.graph.weights import Source
from runtime.spec.catalogue import catalogue
from tests.runtime.generate.cases import graph_of

PLAIN = applied(graph_of("weights"), [("weights", None, None), ("weights", "scored", None), ("weights", "head", None)])
SCORED = {"weight": (4, 8), "bias": (4,)}
TRUNK = {
    "wide.weight": (8, 6),
    "wide.bias": (8,),
    **dict.fromkeys(("norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"), (8,)),
    "norm.num_batches_tracked": (),
}
HEAD = {"weight": (3, 4), "bias": (3,)}


def under(prefix: str, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Names that stand under a prefix."""
    return {f"{prefix}.{name}": shape for name, shape in shapes.items()}


def report(shapes: Mapping[str, tuple[int, ...]], *edits: Edit) -> Report:
    """The report on the graph after edits, with a file net.pt that holds tensors of these shapes."""
    return check(applied(PLAIN, edits), {"net.pt": Card(shapes)})


def told(found: Report) -> list[tuple[str, str, list[str]]]:
    """Severity, sentence and repairs of each problem."""
    return [(p.severity, p.finding, [each.label for each in p.repairs]) for p in found.problems]


def of(node: str | None, **more: Any) -> Edit:
    """A node, or the whole model, has its weights from net.pt."""
    return ("weights", node, {"path": "net.pt", **more})


def test_that_a_layer_that_fits_is_matched_by_name() -> None:
    found = report(under("fc", SCORED), of("scored", prefix="fc"))
    assert found.sound and not found.problems
    assert found.matches["scored"].told == "2 of 2 matched"
    assert found.matches["scored"].matched == {"weight": "fc.weight", "bias": "fc.bias"}


def test_that_nothing_is_said_of_a_file_that_nobody_has_looked_at() -> None:
    assert not check(applied(PLAIN, [of("scored")])).problems


def test_that_another_size_of_the_output_is_told_with_both_shapes_and_can_be_set() -> None:
    found = report({"weight": (5, 8), "bias": (5,)}, of("scored"))
    why = "scored cannot have its weights from net.pt: weight is [5, 8] there, [4, 8] here, and 1 more."
    assert told(found) == [("error", why, ["Set out_features to 5", "Begin without net.pt"])]
    edits = found.problems[0].repairs[0].edits
    assert edits == (("set", "scored", "out_features", 5),)
    assert report({"weight": (5, 8), "bias": (5,)}, of("scored"), *edits).sound
    assert found.types[End("scored", "output")], "what follows is typed all the same"


def test_that_loading_pins_the_size_that_a_wire_tells() -> None:
    found = report({"weight": (4, 9), "bias": (4,)}, of("scored"))
    (problem,) = found.problems
    assert (problem.node, problem.port, len(problem.edges)) == ("scored", "input", 1)
    assert problem.finding == "scored.input has weights from net.pt for in_features 9, the wire brings 8."
    assert [each.label for each in problem.repairs][:2] == [
        "Insert nn.Linear to 9 before input",
        "Begin without net.pt",
    ]


def test_that_without_a_wire_the_file_tells_the_size() -> None:
    cut: Edit = ("disconnect", "trunk.output", "scored.input")
    found = report({"weight": (4, 9), "bias": (4,)}, of("scored"), cut)
    assert (found.inferred["scored"], found.matches["scored"].told) == ({"in_features": 9}, "2 of 2 matched")
    assert "scored" not in report(SCORED, cut).inferred


def test_that_a_name_that_is_not_there_is_told() -> None:
    found = report({"fc.weight": (4, 8)}, of("scored", prefix="fc"))
    why = "scored cannot have its weights from net.pt: it holds no fc.bias."
    assert told(found) == [("error", why, ["Set bias to False", "Begin without net.pt"])]


def test_that_what_a_file_has_beside_is_told_where_a_node_names_its_place() -> None:
    found = report(under("fc", SCORED), of("scored", prefix="fc"), ("set", "scored", "bias", False))
    assert told(found) == [("warning", "scored leaves out fc.bias of net.pt.", ["Set bias to True"])]


def test_that_tensors_in_a_definition_have_the_names_of_its_nodes_within() -> None:
    found = report(under("enc", TRUNK), of("trunk", prefix="enc"))
    assert found.sound and found.matches["trunk"].told == "7 of 7 matched"
    wrong = report(under("enc", {**TRUNK, "wide.weight": (8, 5)}), of("trunk", prefix="enc"))
    assert told(wrong)[0][1].endswith("wide.weight is [8, 5] there, [8, 6] here.")


def test_that_a_definition_that_is_repeated_holds_each_copy() -> None:
    again: list[Edit] = [
        ("insert", "more", "nn.Linear", {"out_features": 6}, "trunk.output", "scored.input", "input", "output")
    ]
    square: list[Edit] = [("in", "block", ("set", "wide", "out_features", 6)), ("set", "trunk", "repeat", 2)]
    found = report({}, *again, *square, of("trunk")).matches["trunk"]
    assert {"0.wide.weight", "1.norm.running_var"} < set(found.missing)


def test_that_files_of_old_versions_need_not_count_batches() -> None:
    old = {name: shape for name, shape in TRUNK.items() if "tracked" not in name}
    assert report(under("enc", old), of("trunk", prefix="enc")).sound


WHOLE = {**under("trunk", TRUNK), **under("scored", SCORED), **under("head", HEAD)}


def test_that_a_whole_model_is_matched_by_the_names_of_its_nodes() -> None:
    found = report(WHOLE | {"old.weight": (1,)}, of(None))
    assert found.sound and not found.problems
    assert {id: each.told for id, each in found.matches.items()} == {
        "": "0 of 0 matched, 1 not asked for",
        "trunk": "7 of 7 matched",
        "scored": "2 of 2 matched",
        "head": "2 of 2 matched",
    }


def test_that_a_node_renamed_since_keeps_its_weights() -> None:
    graph = applied(PLAIN, [of(None), ("rename", "head", "final")])
    found = check(graph, {"net.pt": Card(WHOLE)})
    assert found.sound
    assert found.matches["final"].lines() == [
        "weight: matched as head.weight",
        "bias: matched as head.bias",
    ]


def test_that_a_node_of_which_a_whole_model_knows_nothing_can_begin_afresh() -> None:
    shapes = {**under("trunk", TRUNK), **under("scored", SCORED)}
    (problem,) = report(shapes, of(None)).problems
    assert problem.finding == "head cannot have its weights from net.pt: it holds no head.weight, and 1 more."
    assert problem.repairs[-1].edits == (("weights", "head", False),)
    assert report(shapes, of(None), *problem.repairs[-1].edits).sound


TWINS: list[Edit] = [
    ("insert", "twin", "nn.Linear", {"out_features": 8}, "trunk.output", "scored.input", "input", "output"),
    ("insert", "twin_2", "nn.Linear", {"out_features": 8}, "twin.output", "scored.input", "input", "output"),
    ("share", "twin_2", "twin"),
]


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([("weights", "scored", 7)], "scored is to have weights from what names no file"),
        ([("weights", None, {"path": 3})], "The model is to have weights from what names no file"),
        ([*TWINS, of("twin_2")], "twin_2 has weights from a file, and those of twin"),
        ([("in", "block", of("wide"))], "trunk.x does not work inside: wide has weights from a file, but stands in a"),
    ],
)
def test_that_what_cannot_be_a_source_is_told_and_can_be_taken_off(edits: list[Edit], why: str) -> None:
    problem = next(p for p in report({}, *edits).problems if p.message.startswith(why))
    assert problem.severity == "error"
    assert problem.repairs and problem.repairs[0].label.startswith("Begin without")


def test_that_a_file_that_cannot_be_read_is_told_at_what_names_it() -> None:
    cards = {"net.pt": Card(problem="net.pt is empty")}
    found = check(applied(PLAIN, [of("scored"), of(None)]), cards)
    assert [p.finding for p in found.problems] == [
        "The model cannot have its weights: net.pt is empty.",
        "scored cannot have its weights: net.pt is empty.",
    ]


def test_that_a_card_that_comes_later_changes_what_is_told() -> None:
    checker, graph = Checker(), applied(PLAIN, [of("scored")])
    assert checker.check(graph).sound
    checker.cards = {"net.pt": Card({"weight": (5, 8), "bias": (5,)})}
    assert not checker.check(graph).sound
    graph = applied(graph, [("set", "scored", "out_features", 5)])
    assert checker.check(graph).sound
    graph = applied(graph, [("weights", "scored", None), of(None)])
    assert [p.node for p in checker.check(graph).problems] == [""]
    assert told(checker.check(graph)) == told(check(graph, checker.cards))


FITTED = [
    ("nn.Conv2d", {}, {"weight": (7, 6, 5, 5), "bias": (7,)}, {"out_channels": 7, "kernel_size": 5}),
    (
        "nn.LSTM",
        {"hidden_size": 3},
        {"weight_ih_l0": (32, 6), "weight_hh_l0": (32, 8), "bias_ih_l0": (32,), "bias_hh_l0": (32,)},
        {"hidden_size": 8},
    ),
    ("nn.Embedding", {}, {"weight": (30, 5)}, {"num_embeddings": 30, "embedding_dim": 5}),
]


@pytest.mark.parametrize(("type", "given", "shapes", "changes"), FITTED)
def test_that_the_parameters_that_a_file_speaks_for_are_found(type: str, given: Any, shapes: Any, changes: Any) -> None:
    spec = catalogue()[type]
    held = Loading(Source("x"), Card(shapes))
    found = fitted(spec, given, [each.name for each in spec.parameters], held)
    assert found is not None
    assert {name: value for name, value in found.items() if not spec.parameter[name].inferred} == changes


def test_that_other_places_of_a_file_that_fit_are_offered() -> None:
    shapes = {**under("a.fc", SCORED), **under("b", SCORED), **under("c", HEAD)}
    (problem,) = report(shapes, of("scored", prefix="gone")).problems
    assert [each.label for each in problem.repairs] == ["Take a.fc", "Take b", "Begin without net.pt"]
    assert problem.repairs[1].edits == (("weights", "scored", {"path": "net.pt", "prefix": "b"}),)


def test_that_a_whole_model_offers_places_that_no_other_node_has() -> None:
    shapes = {**under("trunk", TRUNK), **under("scored", SCORED), **under("last", HEAD)}
    (problem,) = report(shapes, of(None)).problems
    assert [each.label for each in problem.repairs] == ["Take last", "Begin without net.pt"]
    assert problem.repairs[0].edits == (("weights", None, {"path": "net.pt", "names": {"head": "last"}}),)


def test_that_a_file_of_something_else_is_told_once() -> None:
    found = report({"features.0.weight": (1,)}, of(None, prefix="module"))
    why = "The model cannot have its weights from net.pt: it knows none of its nodes under module."
    assert told(found) == [("error", why, ["Begin without it"])]


def test_that_a_first_node_that_a_file_knows_makes_all_others_misfits() -> None:
    checker, graph = Checker(), applied(PLAIN, [of(None)])
    checker.cards = {"net.pt": Card(under("last", HEAD))}
    assert [p.node for p in checker.check(graph).problems] == [""]
    graph = applied(graph, [("weights", None, None), ("rename", "head", "last"), of(None)])
    assert {p.node for p in checker.check(graph).problems} == {"trunk", "scored"}
    assert told(checker.check(graph)) == told(check(graph, checker.cards))


def test_that_the_prefix_of_a_wrapper_is_offered() -> None:
    found = report(under("module", WHOLE), of(None))
    assert [each.label for each in found.problems[0].repairs] == ["Take what stands under module", "Begin without it"]
    assert report(under("module", WHOLE), of(None), *found.problems[0].repairs[0].edits).sound
