"""Sizes that the wire tells: of one dimension, and of as many of the last ones as a parameter says."""

from typing import Any

import pytest

from runtime.check.infer import Typed, typed
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import BATCH, Size, Tensor

PICTURES = Tensor("float32", (BATCH, 3, 8, 6))


def layer_norm(input: Tensor, **parameters: Any) -> Typed:
    """A norm over the last dimensions of `input`."""
    spec = catalogue()["nn.LayerNorm"]
    return typed(Node("norm", spec.type, parameters), spec, spec.inputs, (("input", (input,)),))


@pytest.mark.parametrize(
    ("parameters", "sizes"),
    [
        ({}, 6),
        ({"dims": 1}, 6),
        ({"dims": 2}, [8, 6]),
        ({"dims": 3}, [3, 8, 6]),
        ({"normalized_shape": 6}, 6),
        ({"normalized_shape": [6]}, 6),
        ({"normalized_shape": [8, 6]}, [8, 6]),
        ({"normalized_shape": [8, 6], "dims": 2}, [8, 6]),
        ({"normalized_shape": None, "dims": 2}, [8, 6]),
    ],
)
def test_that_as_many_sizes_are_inferred_as_are_asked_for_or_pinned(parameters: dict[str, Any], sizes: Any) -> None:
    found = layer_norm(PICTURES, **parameters)
    assert (found.misfit, found.inferred["normalized_shape"]) == (None, sizes)


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"normalized_shape": [3, 6]}, "has normalized_shape pinned to [3, 6], the wire brings [8, 6]"),
        ({"normalized_shape": [8, 6], "dims": 1}, "has normalized_shape pinned to [8, 6], the wire brings 6"),
        ({"dims": 4}, "needs the last 4 sizes fixed for normalized_shape, got float32[B, 3, 8, 6]"),
        ({"dims": 9}, "needs the last 9 sizes fixed for normalized_shape, got float32[B, 3, 8, 6]"),
    ],
)
def test_that_sizes_which_the_wire_does_not_bring_are_refused(parameters: dict[str, Any], why: str) -> None:
    misfit = layer_norm(PICTURES, **parameters).misfit
    assert misfit is not None and misfit.message == why


def test_that_a_length_of_the_data_is_no_size_of_a_layer() -> None:
    words = Tensor("float32", (BATCH, Size("words.T"), 6))
    assert layer_norm(words).misfit is None
    misfit = layer_norm(words, dims=2).misfit
    assert misfit is not None and [label for label, _ in misfit.repairs][-1] == "Set dims to 1"


def test_that_a_size_pinned_to_nothing_is_that_of_the_wire() -> None:
    spec = catalogue()["nn.Linear"]
    found = typed(Node("it", spec.type, {"in_features": None}), spec, spec.inputs, (("input", (PICTURES,)),))
    assert found.inferred == {"in_features": 6}
