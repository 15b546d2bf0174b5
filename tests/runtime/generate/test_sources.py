"""Tensors that are made beside the data: on the device of the model, learned, frozen, shared, and drawn by chance."""

from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.runtime.check.test_definitions import drawing
from tests.runtime.check.torch_says import imported
from tests.runtime.generate.cases import graph_of, program_of

BIASED = drawing(
    {
        "x": ("Input", {}),
        "bias": ("nn.Parameter", {"shape": {"parameter": "size"}}),
        "ones": ("torch.ones", {"size": 1}),
        "raised": ("torch.add", {}),
        "added": ("torch.add", {}),
        "output": ("Output", {}),
    },
    "bias.output raised.input",
    "ones.output raised.other",
    "x.output added.input",
    "raised.output added.other",
    "added.output output.input",
    parameters={"size": 6},
)
COUNTED = drawing(
    {
        "positions": ("torch.arange", {"end": 6}),
        "placed": ("nn.Embedding", {"num_embeddings": 6, "embedding_dim": 1}),
        "flat": ("nn.Flatten", {"start_dim": 0}),
        "output": ("Output", {}),
    },
    "positions.output placed.input",
    "placed.output flat.input",
    "flat.output output.input",
)


def using(*wires: str, **types: tuple[str, dict[str, Any]]) -> Graph:
    """Noise of shape [6] through some nodes into a layer and a loss."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "noise": ("data.Noise", {"fields": {"value": "float32[6]", "label": "int64[]"}, "classes": 3}),
        "batches": ("Collate", {"fields": ["value", "label"]}),
        **types,
        "head": ("nn.Linear", {"out_features": 3}),
        "loss": ("nn.CrossEntropyLoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    data = ["noise.value batches.value", "noise.label batches.label"]
    ends = ["head.output loss.input", "batches.label loss.target", "loss.output adam.loss"]
    definitions = {"biased": BIASED, "counted": COUNTED}
    return drawing(nodes, *data, *wires, *ends, definitions=definitions)


def module(graph: Graph, folder: Path) -> Any:
    """The program of a sound graph, imported."""
    assert check(graph).sound, check(graph).problems
    return imported(program_of(graph).text, folder, "program")


TWICE = using(
    "batches.value first.x",
    "first.output second.x",
    "counted.output added.other",
    "second.output added.input",
    "added.output head.input",
    first=("definition.biased", {}),
    second=("definition.biased", {"size": 1}),
    counted=("definition.counted", {}),
    added=("torch.add", {}),
)


def test_that_a_definition_says_how_large_what_it_learns_and_makes_is(tmp_path: Path) -> None:
    text = program_of(TWICE).text
    assert "self.bias = nn.Parameter(torch.zeros(size))" in text
    assert "torch.ones((1,), device=x.device)" in text
    assert "torch.arange(6, device=next(self.parameters()).device)" in text
    shapes = {name: tuple(each.shape) for name, each in module(TWICE, tmp_path).Model().named_parameters()}
    assert (shapes["first.bias"], shapes["second.bias"]) == ((6,), (1,))


@pytest.mark.parametrize("graph", [TWICE, graph_of("attention_by_hand"), graph_of("by_chance")])
def test_that_what_is_made_is_made_where_the_model_is(graph: Graph, tmp_path: Path) -> None:
    program = module(graph, tmp_path)
    inputs = {"value": (2, 6), "features": (2, 13), "words": (2, 6)}
    batch = {name: torch.zeros(inputs[name], device="meta") for name in Drawn(graph, check(graph)).inputs}
    given = [each.long() if name == "words" else each for name, each in batch.items()]
    found = program.Model().to("meta")(*given)
    results = [found] if isinstance(found, torch.Tensor) else list(found.values())
    assert {each.device.type for each in results} == {"meta"}


def test_that_a_frozen_tensor_stays_as_it_is_and_is_never_switched_to_evaluation(tmp_path: Path) -> None:
    wires = ["batches.value added.input", "bias.output added.other", "added.output head.input"]
    graph = using(*wires, bias=("nn.Parameter", {"shape": 6}), added=("torch.add", {}))
    frozen = applied(graph, [("freeze", "bias", True)])
    text = program_of(frozen).text
    assert "self.bias.requires_grad_(False)" in text and ".bias.eval()" not in text and "def train(" not in text
    assert "torch.optim.AdamW(self.model.head.parameters())" in text
    assert "[*self.model.head.parameters(), model.bias]" not in text
    model = module(frozen, tmp_path).Model()
    assert [name for name, each in model.named_parameters() if each.requires_grad] == ["head.weight", "head.bias"]


def test_that_an_optimizer_of_one_tensor_is_given_a_list(tmp_path: Path) -> None:
    wires = ["batches.value added.input", "bias.output added.other", "added.output head.input"]
    graph = using(*wires, bias=("nn.Parameter", {"shape": 6}), added=("torch.add", {}))
    named = applied(graph, [("set", "adam", "layers", ["bias"])])
    assert "torch.optim.AdamW([model.bias])" in program_of(named).text
    program = module(named, tmp_path)
    run = program.prepare(program.options_from(["--epochs=1", "--threads=1", "--device=cpu"]))
    before = {name: each.clone() for name, each in run.model.state_dict().items()}
    assert list(run)[-1]["event"] == "finished"
    changed = [name for name, each in run.model.state_dict().items() if not each.equal(before[name])]
    assert changed == ["bias"]


def test_that_two_nodes_can_share_a_tensor_that_is_learned() -> None:
    wires = [
        "batches.value added.input",
        "bias.output added.other",
        "added.output more.input",
        "again.output more.other",
    ]
    types: dict[str, tuple[str, dict[str, Any]]] = {
        "bias": ("nn.Parameter", {"shape": 6}),
        "again": ("nn.Parameter", {"shape": 6}),
        "added": ("torch.add", {}),
        "more": ("torch.add", {}),
    }
    graph = applied(using(*wires, "more.output head.input", **types), [("share", "again", "bias")])
    text = program_of(graph).text
    assert "again = self.bias" in text and "self.again" not in text


def test_that_what_is_drawn_by_chance_is_drawn_once_for_loss_and_metric() -> None:
    wires = ["batches.value head.input", "batches.value noisy.like", "noisy.output distance.target"]
    graph = using(*wires, noisy=("torch.rand", {"size": 3}), distance=("nn.MSELoss", {}))
    more = applied(
        graph,
        [
            ("connect", "head.output", "distance.input"),
            ("connect", "distance.output", "adam.loss"),
        ],
    )
    text = program_of(more).text
    before, _, after = text.partition("def losses")
    assert before.count("torch.rand(") == 1 and "torch.rand(" not in after
    assert "torch.rand((value.shape[0], 3), device=value.device)" in before


@pytest.fixture(autouse=True)
def _threads_as_before() -> Any:
    """A program sets the threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
