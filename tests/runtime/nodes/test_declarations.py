"""Node types as declared: documented, with torch's own names and defaults; datasets tell the truth."""

import inspect
from typing import Any

import pytest
import torch
from torch import nn

from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from runtime.spec.tensor import Tensor
from runtime.train import pieces

TYPES = list(catalogue())
FROM_TORCH = [name for name in TYPES if name.startswith(("nn.", "optim."))]
# What torch takes and we leave out, with the reason.
LEFT_OUT = {
    "device": "the program moves the whole model",
    "dtype": "layers are float32; Tensor.to changes what flows",
    "inplace": "saves memory, changes no number",
    "size_average": "deprecated in torch",
    "reduce": "deprecated in torch",
    "foreach": "how torch computes, not what",
    "fused": "how torch computes, not what",
    "capturable": "how torch computes, not what",
    "differentiable": "for gradients of a step, which no program takes",
    "params": "the layers that an optimizer trains are drawn",
    "weight": "a tensor, which no parameter holds",
    "pos_weight": "a tensor, which no parameter holds",
    "return_indices": "a second output",
    "max_norm": "changes weights while it looks them up",
    "norm_type": "goes with max_norm",
    "scale_grad_by_freq": "hardly used",
    "sparse": "needs optimizers of its own",
    "_weight": "private",
    "_freeze": "private",
    "bias": "of batch norm: newer than the oldest torch that we take",
    "decoupled_weight_decay": "optim.AdamW is optim.Adam with it",
}


def original(name: str) -> Any:
    """The class of torch after which a node type is called."""
    found: Any = nn if name.startswith("nn.") else torch.optim
    return getattr(found, name.partition(".")[2])


@pytest.mark.parametrize("name", TYPES)
def test_that_a_type_says_in_a_sentence_what_it_and_its_parts_are(name: str) -> None:
    spec = catalogue()[name]
    parts: list[Any] = [*spec.inputs, *spec.outputs, *spec.parameters]
    docs = {"": spec.doc} | {part.name: part.doc for part in parts}
    assert [part for part, doc in docs.items() if not doc[:1].isupper() and not doc[:1].isdigit()] == []
    assert [part for part, doc in docs.items() if not doc.endswith(".") or len(doc) > 120] == []


@pytest.mark.parametrize("name", TYPES)
def test_that_defaults_and_starts_are_values_that_can_be(name: str) -> None:
    spec = catalogue()[name]
    values = [(p, value) for p in spec.parameters for value in (p.default, p.start) if value is not None]
    assert [(p.name, value) for p, value in values if p.problem(value) is not None] == []


@pytest.mark.parametrize("name", FROM_TORCH)
def test_that_parameters_have_the_names_and_defaults_of_torch(name: str) -> None:
    signature = inspect.signature(original(name)).parameters
    for parameter in catalogue()[name].parameters:
        if parameter.name == "layers":  # ours: which layers an optimizer trains
            continue
        default = signature[parameter.name].default
        if parameter.positional:
            assert default is inspect.Parameter.empty or default is None, parameter.name
        else:
            assert parameter.default == (list(default) if isinstance(default, tuple) else default), parameter.name


@pytest.mark.parametrize("name", FROM_TORCH)
def test_that_what_torch_takes_is_offered_or_left_out_for_a_reason(name: str) -> None:
    offered = set(catalogue()[name].parameter)
    assert set(inspect.signature(original(name)).parameters) - offered - set(LEFT_OUT) == set()


def test_that_nothing_is_left_out_that_torch_does_not_take() -> None:
    taken = {name for type_name in FROM_TORCH for name in inspect.signature(original(type_name)).parameters}
    assert set(LEFT_OUT) - taken == set()


@pytest.mark.parametrize("name", TYPES)
def test_that_a_summary_is_short_and_never_fails(name: str) -> None:
    spec = catalogue()[name]
    for parameters in ({}, spec.starts, *({p.name: "odd"} for p in spec.parameters)):
        assert len(spec.summary(parameters)) < 60


def fields_of(spec: Spec) -> dict[str, Tensor]:
    """What a dataset says that one sample is."""
    made: dict[str, Tensor] = spec.values({}).rule()
    return made


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("data.Digits", pieces.read_digits),
        ("data.Wine", pieces.read_wine),
        ("data.BreastCancer", pieces.read_breast_cancer),
    ],
)
def test_that_a_dataset_holds_what_it_says(name: str, read: Any) -> None:
    spec = catalogue()[name]
    columns = read()
    assert list(columns) == list(fields_of(spec)) == [port.name for port in spec.outputs]
    for field, type in fields_of(spec).items():
        values = columns[field]
        assert str(type) == f"{str(values.dtype).removeprefix('torch.')}{list(values.shape[1:])}"
        if type.classes is not None:
            assert values.unique().tolist() == list(range(type.classes))
    assert spec.summary({}) == f"{len(columns['label']):,} samples"


def test_that_noise_is_what_its_fields_say() -> None:
    spec = catalogue()["data.Noise"]
    fields = {
        "picture": "uint8[3, 4, 4]",
        "row": "float32[5]",
        "label": "int64[]",
        "yes": "bool[]",
        "half": "float16[2]",
    }
    columns = pieces.make_noise(fields, 20, 4, 0)
    types: dict[str, Tensor] = spec.values({"fields": fields, "classes": 4}).rule()
    for field, type in types.items():
        values = columns[field]
        assert str(type) == f"{str(values.dtype).removeprefix('torch.')}{list(values.shape[1:])}"
        assert type.classes is None or int(values.max()) < type.classes
