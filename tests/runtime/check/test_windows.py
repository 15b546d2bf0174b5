"""Windows over lengths that are not known yet, places that know how many there are, and what is told of them."""

import pytest

from runtime.check.infer import Typed, typed
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import BATCH, Size, Tensor

SERIES = Tensor("float32", (BATCH, 4, Size("words.T")))
PICTURES = Tensor("float32", (BATCH, 4, 8, 12))


def given_to(type_name: str, parameters: dict[str, object], *types: Tensor) -> Typed:
    """What is known of a node into whose inputs these types come."""
    spec = catalogue()[type_name]
    inputs, _ = spec.ports(parameters)
    wires = tuple((port.name, (type,)) for port, type in zip(inputs, types, strict=False))
    return typed(Node("node", type_name, parameters), spec, inputs, wires)


@pytest.mark.parametrize(
    ("type_name", "parameters", "length"),
    [
        ("nn.Conv1d", {"padding": "same", "kernel_size": 4}, "words.T"),
        ("nn.Conv1d", {"padding": "valid"}, "words.T-2"),
        ("nn.Conv1d", {"stride": 2}, "((words.T-3)//2)+1"),
        ("nn.ConvTranspose1d", {"stride": 2, "padding": 1, "output_padding": 1}, "2*words.T"),
        ("nn.AvgPool1d", {"kernel_size": 3, "stride": 1}, "words.T-2"),
        ("nn.AdaptiveMaxPool1d", {"output_size": 5}, "5"),
        ("nn.ZeroPad1d", {"padding": [3, -1]}, "words.T+2"),
        ("nn.Upsample", {"scale_factor": 2.0}, "2*words.T"),
        ("nn.Upsample", {"scale_factor": 0.5}, "int(words.T*0.5)"),
    ],
)
def test_that_a_length_is_followed_through_windows(type_name: str, parameters: dict[str, object], length: str) -> None:
    found = given_to(type_name, parameters, SERIES).outputs["output"]
    assert isinstance(found, Tensor)
    assert str(found.shape[-1]) == length


def test_that_unpooling_makes_a_length_what_it_was() -> None:
    pooled = SERIES.with_shape(BATCH, 4, Size("words.T", 1, 3))
    assert str(given_to("nn.MaxUnpool1d", {}, pooled, pooled.with_dtype("int64")).outputs["output"]) == (
        "float32[B, 4, 2*words.T+6]"
    )


@pytest.mark.parametrize(
    ("type_name", "parameters"),
    [
        ("nn.MaxPool2d", {"return_indices": True}),
        ("nn.AdaptiveMaxPool2d", {"return_indices": True, "output_size": 2}),
        ("nn.FractionalMaxPool2d", {"return_indices": True, "output_ratio": 0.5}),
    ],
)
def test_that_places_know_how_many_there_are(type_name: str, parameters: dict[str, object]) -> None:
    outputs = given_to(type_name, parameters, PICTURES).outputs
    assert list(outputs) == ["output", "indices"]
    indices = outputs["indices"]
    assert isinstance(indices, Tensor)
    assert (indices.dtype, indices.classes) == ("int64", 8 * 12)
    assert list(given_to(type_name, {**parameters, "return_indices": False}, PICTURES).outputs) == ["output"]


def test_that_places_of_a_plane_of_another_size_are_told() -> None:
    pooled, places = PICTURES.with_shape(BATCH, 4, 4, 6), Tensor("int64", (BATCH, 4, 4, 6), 96)
    assert given_to("nn.MaxUnpool2d", {}, pooled, places).doubts == ()
    (doubt,) = given_to("nn.MaxUnpool2d", {"stride": 3}, pooled, places).doubts
    assert doubt.message.endswith("of 96 numbers, and makes one of 187, so numbers would lie elsewhere")
    (doubt,) = given_to("nn.MaxUnpool2d", {"stride": 1}, pooled, places).doubts
    assert doubt.message.endswith("of 96 numbers, and makes one of 35, so training would stop at the first beyond them")


@pytest.mark.parametrize(
    ("type_name", "parameters", "type", "message"),
    [
        ("F.pad", {"pad": [0, 0, 1, 1]}, Tensor("float32", (BATCH, 3)),
         "adds to the batch itself, or cuts off from it"),
        ("F.pad", {"mode": "reflect", "value": 2.0}, PICTURES.with_shape(BATCH, 4, 8),
         "has a value of 2, which a mode of reflect does not use"),
        ("nn.AvgPool2d", {"kernel_size": 2}, PICTURES.with_dtype("int64"),
         "averages int64, and cuts off what stands behind the point"),
    ],
)  # fmt: skip
def test_that_what_is_hardly_meant_is_told(
    type_name: str, parameters: dict[str, object], type: Tensor, message: str
) -> None:
    assert [doubt.message for doubt in given_to(type_name, parameters, type).doubts] == [message]
    assert given_to(type_name, {}, type.with_dtype("float32")).doubts == ()


@pytest.mark.parametrize(
    ("type_name", "parameters", "type", "message"),
    [
        ("nn.Conv1d", {"kernel_size": 9}, PICTURES.with_shape(BATCH, 4, 8),
         "needs a kernel_size of at most 8: the series is 8 long"),
        ("nn.Conv3d", {"kernel_size": [1, 9, 9]}, PICTURES.with_shape(BATCH, 4, 2, 8, 12),
         "needs a kernel_size of at most 8: the volume is 8 high"),
        ("nn.AvgPool3d", {"kernel_size": 3, "padding": 1}, PICTURES.with_shape(BATCH, 4, 2, 8, 12),
         "needs a kernel_size of at most 2 for a depth of 2, padding aside, got 3"),
        ("nn.ConstantPad2d", {"padding": 1, "value": -1.0}, PICTURES.with_dtype("uint8"),
         "has a value of -1, which uint8 cannot hold"),
        ("nn.CircularPad1d", {"padding": [13, 0]}, PICTURES.with_shape(BATCH, 12),
         "can go round once, over 12 numbers of a length of 12, got a padding of 13 and 0"),
        ("nn.MaxPool2d", {}, PICTURES.with_shape(BATCH, 4, 0, 12),
         "needs at least one number in every dimension, got float32[B, 4, 0, 12]"),
    ],
)  # fmt: skip
def test_that_a_refusal_says_what_was_needed_and_what_came(
    type_name: str, parameters: dict[str, object], type: Tensor, message: str
) -> None:
    misfit = given_to(type_name, parameters, type).misfit
    assert misfit is not None
    assert misfit.message == message
