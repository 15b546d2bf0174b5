"""Sizes that are not numbers yet: what is worked out with them, against the same with numbers."""

from collections.abc import Sequence
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from runtime.check.infer import typed
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import BATCH, Dim, Size, Tensor, product
from tests.runtime.check.torch_says import number

SYMBOLS = ("B", "words.T", "audio.T")
NUMBERS = {"B": 7, "words.T": 41, "audio.T": 13}
SIZES = st.builds(Size, st.sampled_from(SYMBOLS), st.integers(1, 5), st.integers(-6, 6))
DIMS = st.one_of(st.integers(0, 12), SIZES)


def value(dim: Dim) -> int:
    """A dimension with numbers for its symbols."""
    return number(dim, NUMBERS)


@given(DIMS, DIMS)
def test_that_sums_and_products_are_those_of_the_numbers(one: Dim, other: Dim) -> None:
    assert value(one + other) == value(one) + value(other)
    assert value(one * other) == value(one) * value(other)


@given(DIMS, DIMS)
def test_that_the_order_of_two_does_not_matter(one: Dim, other: Dim) -> None:
    assert one + other == other + one
    assert one * other == other * one


@given(SIZES, st.integers(1, 9), st.integers(-20, 20))
def test_that_division_rounds_down_like_that_of_numbers(size: Size, divisor: int, more: int) -> None:
    assert value((size + more) // divisor) == (value(size) + more) // divisor


@given(st.lists(DIMS, max_size=5))
def test_that_a_product_of_many_is_that_of_the_numbers(dims: Sequence[Dim]) -> None:
    assert value(product(dims)) == prod(map(value, dims))


@given(st.permutations([BATCH, Size("words.T"), Size("audio.T", 2), 3]))
def test_that_the_order_of_many_does_not_matter(dims: Sequence[Dim]) -> None:
    assert product(dims) == product([BATCH, Size("words.T"), Size("audio.T", 2), 3])


@given(DIMS, DIMS, st.integers(1, 4))
def test_that_what_is_worked_out_can_be_read_again(one: Dim, other: Dim, divisor: int) -> None:
    made = ((one + other) * 2 + 1) // divisor * one + other
    assert value(made) == ((value(one) + value(other)) * 2 + 1) // divisor * value(one) + value(other)


def given_to(type_name: str, parameters: dict[str, object], *types: Tensor) -> str:
    """The output type of a node, as text."""
    spec = catalogue()[type_name]
    made = typed(Node("node", type_name, parameters), spec, spec.inputs, ((spec.inputs[0].name, types),))
    return str(made.outputs.get("output", made.misfit))


def test_that_a_batch_joined_along_itself_is_counted() -> None:
    rows = Tensor("float32", (BATCH, 3))
    assert given_to("torch.cat", {"dim": 0}, rows, rows) == "float32[2*B, 3]"
    assert given_to("torch.cat", {"dim": 0}, rows, rows, Tensor("float32", (4, 3))) == "float32[2*B+4, 3]"
    assert (
        given_to("torch.cat", {"dim": 0}, rows, Tensor("float32", (Size("words.T"), 3))) == "float32[(B + words.T), 3]"
    )


def test_that_a_flattened_batch_is_a_multiple_of_it() -> None:
    assert given_to("nn.Flatten", {"start_dim": 0}, Tensor("float32", (BATCH, 3, 4))) == "float32[12*B]"
    assert (
        given_to("nn.Flatten", {"start_dim": 0}, Tensor("float32", (BATCH, Size("words.T"), 4)))
        == "float32[4*B*words.T]"
    )
    assert given_to("nn.Flatten", {}, Tensor("float32", (BATCH, Size("words.T"), 4))) == "float32[B, 4*words.T]"


def test_that_a_padded_field_has_a_length_of_its_own() -> None:
    spec = catalogue()["Collate"]
    parameters = {"fields": ["words", "tags"], "collate": {"words": "pad", "tags": "pad"}}
    inputs, _ = spec.ports(parameters)
    field = (Tensor("int64", (9,)),)
    made = typed(Node("batches", "Collate", parameters), spec, inputs, (("words", field), ("tags", field)))
    assert {name: str(type) for name, type in made.outputs.items()} == {
        "words": "int64[B, words.T]",
        "words_length": "int64[B]",
        "words_mask": "bool[B, words.T]",
        "tags": "int64[B, tags.T]",
        "tags_length": "int64[B]",
        "tags_mask": "bool[B, tags.T]",
    }
    fields = [_tensor(made.outputs[name]) for name in parameters["fields"]]
    assert given_to("torch.cat", {"dim": 1}, *fields) == "int64[B, (tags.T + words.T)]"


def _tensor(type: object) -> Tensor:
    assert isinstance(type, Tensor)
    return type


def test_that_a_convolution_over_a_length_says_how_long_its_result_is() -> None:
    series = Tensor("float32", (BATCH, 3, Size("words.T"), 8))
    assert given_to("nn.Conv2d", {"padding": 1}, series) == "float32[B, 16, words.T, 8]"
    assert given_to("nn.Conv2d", {}, series) == "float32[B, 16, words.T-2, 6]"
    assert given_to("nn.MaxPool2d", {}, series) == "float32[B, 3, ((words.T-2)//2)+1, 4]"
