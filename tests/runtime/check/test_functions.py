"""Functions: numbers in the place of tensors, what is known of whole numbers, sizes, and where gradient ends."""

import math
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.check.finish import trained_layers
from runtime.check.infer import Typed, typed
from runtime.check.use import known
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import BATCH, Size, Tensor
from tests.runtime.generate.cases import graph_of

ROWS = Tensor("float32", (BATCH, 6))
SERIES = Tensor("float32", (BATCH, Size("words.T"), 6))
LABELS = Tensor("int64", (BATCH,), 5)


def given(type_name: str, parameters: dict[str, Any], *types: Tensor) -> Typed:
    """A node with one type at each of its ports, or all of them at a port that takes many."""
    spec = catalogue()[type_name]
    inputs, _ = spec.ports(parameters)
    wires = (
        ((inputs[0].name, types),)
        if inputs and inputs[0].many
        else zip((port.name for port in inputs), ((each,) for each in types), strict=False)
    )
    return typed(Node("node", type_name, parameters), spec, inputs, tuple(wires))


def output(type_name: str, parameters: dict[str, Any], *types: Tensor) -> Tensor:
    """The one type that comes out."""
    found = given(type_name, parameters, *types)
    assert found.misfit is None, found.misfit
    (made,) = found.outputs.values()
    assert isinstance(made, Tensor)
    return made


def message(type_name: str, parameters: dict[str, Any], *types: Tensor) -> str:
    """Why nothing comes out."""
    misfit = given(type_name, parameters, *types).misfit
    assert misfit is not None
    return misfit.message


@pytest.mark.parametrize(
    ("number", "dtype"), [(2, "int64"), (2.0, "float32"), (0.5, "float32"), ("inf", "float32"), (-1, "int64")]
)
def test_that_a_number_counts_by_its_kind(number: Any, dtype: str) -> None:
    assert output("torch.mul", {"other": number}, LABELS).dtype == dtype
    assert output("torch.mul", {"other": number}, ROWS).dtype == "float32"


@pytest.mark.parametrize(
    ("type_name", "parameters", "ports"),
    [
        ("torch.mul", {}, ["input", "other"]),
        ("torch.mul", {"other": 2}, ["input"]),
        ("torch.mul", {"other": None}, ["input", "other"]),
        ("torch.pow", {"exponent": 0}, ["input"]),
        ("torch.where", {"input": 1.0}, ["condition", "other"]),
        ("torch.where", {"input": 1.0, "other": 0.0}, ["condition"]),
    ],
)
def test_that_a_number_takes_the_port_away_for_which_it_stands(
    type_name: str, parameters: dict[str, Any], ports: list[str]
) -> None:
    assert [port.name for port in catalogue()[type_name].ports(parameters)[0]] == ports


@pytest.mark.parametrize(
    ("type_name", "parameters", "classes"),
    [
        ("torch.argmax", {"dim": 1}, 6),
        ("torch.argmin", {}, None),
        ("torch.sort", {}, 6),
        ("torch.topk", {"k": 2}, 6),
    ],
)
def test_that_positions_lie_below_the_size_of_their_dimension(
    type_name: str, parameters: dict[str, Any], classes: int | None
) -> None:
    *_, positions = given(type_name, parameters, ROWS).outputs.values()
    assert isinstance(positions, Tensor)
    assert (positions.dtype, positions.classes) == ("int64", classes)


@pytest.mark.parametrize(
    ("type_name", "parameters", "classes"),
    [
        ("torch.unsqueeze", {}, 5),
        ("torch.reshape", {"shape": [-1, 1]}, 5),
        ("torch.amax", {"dim": 0}, 5),
        ("torch.sign", {}, 2),
        ("torch.neg", {}, None),
        ("torch.square", {}, None),
        ("torch.full_like", {"fill_value": 7}, 8),
        ("torch.full_like", {"fill_value": -1}, None),
        ("Tensor.to", {"dtype": "int32"}, 5),
        ("Tensor.to", {"dtype": "bool"}, 2),
        ("Tensor.to", {"dtype": "float32"}, None),
    ],
)
def test_that_what_is_known_of_whole_numbers_holds_as_long_as_it_is_true(
    type_name: str, parameters: dict[str, Any], classes: int | None
) -> None:
    assert output(type_name, parameters, LABELS).classes == classes


BOUNDED = [
    spec.type for spec in catalogue().values() if spec.type.startswith("torch.") and spec.facts[0] and spec.inputs
]


@pytest.mark.parametrize("type_name", [name for name in BOUNDED if "rand" not in name])
def test_that_numbers_lie_between_their_bounds_and_come_close_to_them(type_name: str) -> None:
    numbers = torch.cat([torch.linspace(-40, 40, 8001), torch.linspace(-1, 1, 8001), torch.tensor([1e-30, 1e30])])
    dim = {"dim": -1} if "softmax" in type_name else {}
    found = getattr(torch, type_name.removeprefix("torch."))(numbers, **dim)
    low, high = output(type_name, {}, Tensor("float32", (BATCH, 16004))).bounds or (0.0, 0.0)
    known = found[~found.isnan()]
    assert low <= float(known.min()) and float(known.max()) <= high
    near = [(float(known.min()), low), (float(known.max()), high)]
    assert all(abs(one - other) < 0.01 or (math.isinf(other) and abs(one) > 30) for one, other in near)


@pytest.mark.parametrize(
    ("type_name", "parameters", "kept"),
    [
        ("torch.flip", {}, True),
        ("torch.chunk", {"dim": 1}, True),
        ("torch.select", {}, True),
        ("torch.detach", {}, True),
        ("torch.neg", {}, False),
        ("torch.mul", {"other": 2}, False),
        ("torch.sum", {}, False),
    ],
)
def test_that_what_only_moves_numbers_keeps_their_bounds(
    type_name: str, parameters: dict[str, Any], kept: bool
) -> None:
    shares = Tensor("float32", (BATCH, 6), None, (0.0, 1.0))
    first = next(iter(given(type_name, parameters, shares).outputs.values()))
    assert isinstance(first, Tensor)
    assert first.bounds == ((0.0, 1.0) if kept else None)


def test_that_limits_and_joins_say_between_what_numbers_lie() -> None:
    low, high = (Tensor("float32", (BATCH, 6), None, around) for around in ((0.0, 1.0), (-3.0, 0.5)))
    assert output("torch.clamp", {"min": -1, "max": 2.5}, ROWS).bounds == (-1, 2.5)
    assert output("torch.clamp", {"min": 0}, ROWS).bounds == (0, math.inf)
    assert output("torch.clamp", {"min": -1, "max": 0.2}, low).bounds == (0.0, 0.2)
    assert output("torch.cat", {"dim": 1}, low, high).bounds == (-3.0, 1.0)
    assert output("torch.cat", {"dim": 1}, low, ROWS).bounds is None


def test_that_joined_numbers_lie_below_the_largest_of_their_bounds() -> None:
    others = Tensor("int64", (BATCH,), 9)
    assert output("torch.stack", {"dim": 1}, LABELS, others).classes == 9
    assert output("torch.stack", {"dim": 1}, LABELS, Tensor("int64", (BATCH,))).classes is None


def test_that_the_number_of_classes_comes_along_the_wire_unless_it_is_pinned() -> None:
    told, pinned = given("F.one_hot", {}, LABELS), given("F.one_hot", {"num_classes": 12}, LABELS)
    assert (str(told.outputs["output"]), told.inferred) == ("int64[B, 5]", {"num_classes": 5})
    assert (str(pinned.outputs["output"]), pinned.inferred) == ("int64[B, 12]", {})
    assert message("F.one_hot", {}, Tensor("int64", (BATCH,))).startswith("needs num_classes")


@pytest.mark.parametrize(
    ("parameters", "type", "shape"),
    [
        ({"dim": 1, "step": 2}, ROWS, "float32[B, 3]"),
        ({"dim": 1, "start": -2}, SERIES, "float32[B, min(2, words.T), 6]"),
        ({"dim": 1, "start": 1}, SERIES, "float32[B, words.T-1, 6]"),
        ({"dim": 1, "end": 4}, SERIES, "float32[B, min(4, words.T), 6]"),
        ({"dim": 1, "end": -1}, SERIES, "float32[B, words.T-1, 6]"),
        ({"dim": 1, "start": 1, "end": 3}, SERIES, "float32[B, (-1*min(1, min(3, words.T)) + min(3, words.T)), 6]"),
        ({"dim": 1, "step": 2}, SERIES, "float32[B, ((words.T+1)//2), 6]"),
        ({"dim": 0, "start": 1}, ROWS, "float32[B-1, 6]"),
        ({"dim": 0, "end": 1}, ROWS, "float32[1, 6]"),
        ({"dim": 1, "start": 9}, ROWS, "float32[B, 0]"),
    ],
)
def test_that_a_slice_has_the_size_that_python_gives_it(parameters: dict[str, Any], type: Tensor, shape: str) -> None:
    assert str(output("torch.slice_copy", parameters, type)) == shape


def test_that_two_rows_at_most_are_stretched_to_two_and_three_at_most_to_nothing() -> None:
    two, three = (output("torch.slice_copy", {"dim": 0, "end": end}, ROWS) for end in (2, 3))
    assert str(output("torch.add", {}, two, Tensor("float32", (2, 6)))) == "float32[2, 6]"
    assert "cannot add" in message("torch.add", {}, three, Tensor("float32", (3, 6)))


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ([-1, 3, 2], "float32[B, 3, 2]"),
        ([-1, 3], "float32[2*B, 3]"),
        (-1, "float32[6*B]"),
        ([2, -1], "float32[2, 3*B]"),
    ],
)
def test_that_an_open_size_is_worked_out_with_the_batch(shape: Any, told: str) -> None:
    assert str(output("torch.reshape", {"shape": shape}, ROWS)) == told


def test_that_a_reshape_warns_where_samples_mix_and_not_where_series_are_folded() -> None:
    assert [d.message.partition(":")[0] for d in given("torch.reshape", {"shape": [-1, 3]}, ROWS).doubts] == [
        "makes 2*B rows of B samples"
    ]
    assert given("torch.reshape", {"shape": [-1, 6]}, SERIES).doubts == ()
    assert given("torch.reshape", {"shape": [-1, 2, 3]}, ROWS).doubts == ()


@pytest.mark.parametrize(
    ("equation", "sentence"),
    [
        ("bi->b->i", "has an equation with two arrows: bi->b->i"),
        ("bi->b,i", "has an equation with a comma behind the arrow: bi->b,i"),
        ("b1->b", "has an equation with 1, where only letters, commas, ... and -> can be: b1->b"),
        ("b.i->b", "has an equation with ., where only letters, commas, ... and -> can be: b.i->b"),
        ("...b...->b", "has an equation with more than one ... in ...b...: ...b...->b"),
        ("bi->bb", "has an equation that names b twice behind the arrow: bi->bb"),
        ("bi->bk", "has an equation that names k behind the arrow, but for no operand: bi->bk"),
        ("bi,bj->b", "has an equation for 2 operands, got 1"),
        ("b->b", "has an equation for 1 dimensions of operand 1, got float32[B, 6]"),
        ("...bij->b", "has an equation for at least 3 dimensions of operand 1, got float32[B, 6]"),
        ("ii->i", "has B and 6 for i in its equation, both in operand 1"),
    ],
)
def test_that_each_misuse_of_an_equation_is_told_in_a_sentence(equation: str, sentence: str) -> None:
    assert message("torch.einsum", {"equation": equation}, ROWS) == sentence


@pytest.mark.parametrize(
    ("equation", "shape"),
    [
        ("bi", "float32[B, 6]"),
        ("ib", "float32[6, B]"),
        ("...i->...", "float32[B]"),
        ("bi->", "float32[]"),
        (" b i -> i b ", "float32[6, B]"),
    ],
)
def test_that_an_equation_says_what_comes_out(equation: str, shape: str) -> None:
    assert str(output("torch.einsum", {"equation": equation}, ROWS)) == shape


def trained(graph: Graph, optimizer: str) -> list[str]:
    """The layers that an optimizer trains."""
    specs = {id: known(graph)[node.type] for id, node in graph.nodes.items()}
    return trained_layers(graph, specs, check(graph).types, optimizer)


def test_that_nothing_is_learned_through_detach_nor_from_a_tensor_that_only_lends_its_shape() -> None:
    graph = graph_of("by_chance")
    assert trained(graph, "sgd") == ["probe"]
    assert trained(graph, "adam") == ["encoder", "offset", "decoder"]
    drawn: list[Edit] = [("disconnect", "halves.output_0", "drawn.input"), ("connect", "noise.output", "drawn.input")]
    drawn += [("disconnect", "spread.output", "scaled.input"), ("connect", "noise.output", "scaled.input")]
    assert trained(applied(graph, drawn), "adam") == ["offset", "decoder"]  # the noise has the shape of what is learned


def test_that_a_token_learns_and_the_batch_it_is_stretched_for_does_not() -> None:
    graph = graph_of("attention_by_hand")
    layers = [*(f"{id}" for id in graph.nodes if graph.nodes[id].type in ("nn.Embedding", "nn.Linear", "nn.Parameter"))]
    assert trained(graph, "adam") == layers
    alone = applied(
        graph, [("disconnect", "added.output", "series.tensors"), ("connect", "added.output", "tokens.like")]
    )
    assert "embedded" not in trained(alone, "adam")


def test_that_a_wire_to_a_port_that_a_number_stands_for_is_told_and_can_be_taken_away() -> None:
    graph = graph_of("by_chance")
    broken = applied(graph, [("set", "scaled", "other", 0.5)])
    (problem,) = check(broken).of("error")
    assert problem.message == "scaled has no input called other."
    assert problem.edges == (Edge(End("noise", "output"), End("scaled", "other")),)
    assert check(applied(broken, problem.repairs[0].edits)).of("error") == ()


@pytest.mark.parametrize(
    ("type_name", "parameters", "other", "warned"),
    [
        ("torch.pow", {}, Tensor("int64", (BATCH,)), True),
        ("torch.pow", {}, LABELS, False),
        ("torch.pow", {}, Tensor("uint8", (BATCH,)), False),
        ("torch.pow", {}, Tensor("float32", (BATCH,)), False),
        ("torch.div", {"rounding_mode": "floor"}, LABELS, True),
        ("torch.div", {}, LABELS, False),
        ("torch.div", {"rounding_mode": "floor"}, Tensor("float32", (BATCH,)), False),
    ],
)
def test_that_whole_numbers_at_which_torch_stops_are_warned_of(
    type_name: str, parameters: dict[str, Any], other: Tensor, warned: bool
) -> None:
    doubts = given(type_name, parameters, LABELS, other).doubts
    assert ["training would stop" in doubt.message for doubt in doubts] == [True] * warned
