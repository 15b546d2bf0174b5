"""Sequences and attention: what cannot be judged by chance, and what nn.Transformer is made of."""

from pathlib import Path

import pytest
import torch
from torch import nn

from runtime.check.infer import Typed, typed
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue
from runtime.spec.emission import made
from runtime.spec.tensor import BATCH, Dim, Tensor
from tests.runtime.check.torch_says import imported


def given_to(type_name: str, parameters: dict[str, object], **shapes: tuple[Dim, ...]) -> Typed:
    """What is known of a node into whose inputs float32 of these shapes comes."""
    spec = catalogue()[type_name]
    wires = tuple((port, (Tensor("float32", shape),)) for port, shape in shapes.items())
    return typed(Node("node", type_name, parameters), spec, spec.ports(parameters)[0], wires)


@pytest.mark.parametrize("type_name", ["nn.RNN", "nn.GRU", "nn.LSTM"])
def test_that_a_sequence_without_steps_is_refused_as_torch_does(type_name: str) -> None:
    found = given_to(type_name, {"batch_first": True}, input=(BATCH, 0, 3)).misfit
    assert found is not None and found.message == "needs at least one step, got float32[B, 0, 3]"
    with pytest.raises(RuntimeError, match="sequence length"):
        getattr(nn, type_name.removeprefix("nn."))(3, 4, batch_first=True)(torch.rand(2, 0, 3))


@pytest.mark.parametrize(("first", "shape"), [(False, (BATCH, 5, 8)), (True, (5, BATCH, 8))])
def test_that_samples_that_stand_where_steps_should_are_told(first: bool, shape: tuple[Dim, ...]) -> None:
    settings: dict[str, object] = {"batch_first": first}
    wires = {"nn.GRU": ["input"], "nn.MultiheadAttention": ["query", "key", "value"], "nn.Transformer": ["src", "tgt"]}
    for type_name, ports in wires.items():
        wrong = given_to(type_name, settings, **dict.fromkeys(ports, shape))
        right = given_to(type_name, {"batch_first": not first}, **dict.fromkeys(ports, shape))
        assert wrong.misfit is None and ["batch_first" in doubt.message for doubt in wrong.doubts] == [True]
        assert right.doubts == ()


def test_that_a_huge_number_of_heads_is_answered_at_once_with_the_most_that_divide() -> None:
    wires = dict.fromkeys(("query", "key", "value"), (BATCH, 5, 12))
    found = given_to("nn.MultiheadAttention", {"num_heads": 2**31 - 1}, **wires).misfit
    assert found is not None and found.repairs[0][0] == "Set num_heads to 12"
    found = given_to("nn.MultiheadAttention", {"num_heads": 5}, **wires).misfit
    assert found is not None and found.repairs[0][0] == "Set num_heads to 4"


def test_that_two_wires_that_tell_a_size_differently_are_refused() -> None:
    found = given_to("nn.TransformerDecoder", {"nhead": 1, "batch_first": True}, tgt=(2, 3, 4), memory=(2, 3, 8))
    assert found.misfit is not None and found.misfit.port == "memory"


@pytest.mark.parametrize("settings", [{}, {"norm_first": True, "bias": False, "layer_norm_eps": 0.1, "nhead": 1}])
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_that_a_transformer_has_the_weights_and_numbers_of_torchs_own(
    settings: dict[str, object], tmp_path: Path
) -> None:
    given = {"nhead": 2, "num_encoder_layers": 2, "num_decoder_layers": 1, "dim_feedforward": 6, **settings}
    spec = catalogue()["nn.Transformer"]
    text = made(spec, spec.values({"d_model": 4, "batch_first": True, **given}))
    torch.manual_seed(0)
    ours = imported(f"from torch import nn\n\nmodule = {text}\n", tmp_path, "transformer").module.eval()
    torch.manual_seed(0)
    theirs = nn.Transformer(4, batch_first=True, **given).eval()  # type: ignore[arg-type]  # settings of several kinds
    src, tgt = torch.rand(3, 5, 4), torch.rand(3, 2, 4)
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    assert torch.allclose(ours(src, tgt), theirs(src, tgt))
    assert not ours.encoder.use_nested_tensor
