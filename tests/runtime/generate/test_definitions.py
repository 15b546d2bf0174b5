"""Classes of definitions: their copies in a loop, their arguments, and what is left out where it tells nothing."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.check.use import forget
from runtime.generate import blueprint
from runtime.generate.body import Body, inner
from runtime.generate.drawn import Drawn
from runtime.generate.program import generate
from runtime.generate.varied import named, varied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.spec.code import Code, call
from runtime.spec.definition import PREFIX, filled
from tests.runtime.check.test_definitions import LAYER, decoding, drawing
from tests.runtime.generate.cases import imported, program_of


def test_that_copies_with_several_inputs_are_a_loop_that_hands_on_what_each_gives(tmp_path: Path) -> None:
    text = program_of(decoding(LAYER, 3)).text
    model = imported(text, tmp_path / "decoder.py").Model().eval()
    assert "self.decoder = nn.ModuleList(Layer() for _ in range(3))" in text
    x, memory = torch.randn(2, 5, 8), torch.randn(2, 7, 8)
    found = x
    for layer in model.decoder:
        found, _ = layer(found, memory)
    assert torch.equal(model(x, memory), found.mean(dim=1))


def told(name: str) -> dict[str, str]:
    """What stands for a parameter of the definition."""
    return {"parameter": name}


# Parameters of all kinds in nodes whose code is made of the values themselves.
BLOCK = drawing(
    {
        "x": ("Input", {}),
        "padded": ("nn.ReflectionPad1d", {"padding": told("pad")}),
        "conv": ("nn.Conv1d", {"out_channels": told("width"), "kernel_size": 3}),
        "looked": ("nn.MultiheadAttention", {"num_heads": 1, "batch_first": True, "bias": told("bias")}),
        "hidden": ("F.scaled_dot_product_attention", {"is_causal": told("causal")}),
        "token": ("nn.Parameter", {"shape": [1], "init": told("init"), "scale": told("scale")}),
        "shifted": ("torch.add", {}),
        "counted": ("torch.arange", {"start": told("start"), "end": 9, "dim": told("axis")}),
        "nulls": ("torch.zeros", {"size": told("size")}),
        "cast": ("Tensor.to", {"dtype": "float32"}),
        "mean": ("torch.mean", {}),
        "total": ("torch.sum", {}),
        "longer": ("torch.mul", {}),
        "whole": ("torch.add", {}),
        "output": ("Output", {}),
    },
    "x.output padded.input",
    "padded.output conv.input",
    *(f"conv.output looked.{port}" for port in ("query", "key", "value")),
    *(f"looked.attn_output hidden.{port}" for port in ("query", "key", "value")),
    "hidden.output shifted.input",
    "token.output shifted.other",
    "counted.output cast.input",
    "cast.output mean.input",
    "shifted.output longer.input",
    "mean.output longer.other",
    "nulls.output total.input",
    "longer.output whole.input",
    "total.output whole.other",
    "whole.output output.input",
    parameters={
        "pad": 1,
        "width": 4,
        "bias": True,
        "causal": False,
        "init": "zeros",
        "scale": 1.0,
        "start": 0,
        "axis": 1,
        "size": [2, 2],
    },
)
USES: dict[str, dict[str, Any]] = {
    "one": {},
    "two": {"pad": 2, "width": 5, "bias": False, "causal": True, "init": "randn", "scale": 0.5, "start": 3, "axis": 0},
    "three": {"pad": 2, "width": 5, "bias": False, "init": "ones", "scale": 0.5, "start": 3, "size": [4, 5, 6]},
}


def stacked(definitions: dict[str, Graph], uses: dict[str, tuple[str, dict[str, Any]]]) -> Graph:
    """Uses of definitions one behind the other."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "noise": ("data.Noise", {"fields": {"x": "float32[3, 8]", "label": "int64[]"}, "classes": 3}),
        "batches": ("Collate", {"fields": ["x", "label"]}),
        **uses,
        "flat": ("nn.Flatten", {}),
        "head": ("nn.Linear", {"out_features": 3}),
        "loss": ("nn.CrossEntropyLoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    chain = ["batches.x", *(f"{use}.output" for use in uses)]
    into = [*(f"{use}.x" for use in uses), "flat.input"]
    wires = (
        *("noise.x batches.x", "noise.label batches.label", "flat.output head.input"),
        *("head.output loss.input", "batches.label loss.target", "loss.output adam.loss"),
    )
    return drawing(nodes, *wires, *map(" ".join, zip(chain, into, strict=True)), definitions=definitions)


def test_that_a_class_that_is_told_its_values_gives_what_one_gives_that_holds_them(tmp_path: Path) -> None:
    graph = stacked({"block": BLOCK}, {id: (f"{PREFIX}block", given) for id, given in USES.items()})
    apart = {f"block_{id}": filled(BLOCK, given).with_(parameters={}) for id, given in USES.items()}
    held = stacked(apart, {id: (f"{PREFIX}block_{id}", {}) for id in USES})
    assert check(graph).sound, check(graph).problems
    programs = [imported(program_of(each).text, tmp_path / f"{at}.py") for at, each in enumerate((graph, held))]
    models = [each.Model() for each in programs]
    models[1].load_state_dict(models[0].state_dict())
    x = torch.randn(4, 3, 8)
    assert torch.equal(*(model(x) for model in models))
    said = inspect.signature(programs[0].Block).parameters
    assert "axis" not in said, "an argument that stands nowhere in the class"
    assert {"pad", "width", "bias", "causal", "init", "scale", "start", "size"} < said.keys()


def test_that_an_argument_and_a_layer_of_one_name_do_not_meet(tmp_path: Path) -> None:
    block = drawing(
        {
            "x": ("Input", {}),
            "pad": ("nn.Conv1d", {"out_channels": 3, "kernel_size": 1}),
            "wider": ("nn.ReflectionPad1d", {"padding": told("pad")}),
            "output": ("Output", {}),
        },
        *("x.output pad.input", "pad.output wider.input", "wider.output output.input"),
        parameters={"pad": 1},
    )
    graph = stacked({"block": block}, {"one": (f"{PREFIX}block", {}), "two": (f"{PREFIX}block", {"pad": 2})})
    model = imported(program_of(graph).text, tmp_path / "pads.py").Model()
    assert model.one(torch.zeros(2, 3, 8)).shape == (2, 3, 10)
    assert model.two(torch.zeros(2, 3, 8)).shape == (2, 3, 12)


def test_that_a_class_without_layers_and_arguments_is_its_forward_alone(tmp_path: Path) -> None:
    doubled = drawing(
        {"x": ("Input", {}), "twice": ("torch.mul", {"other": 2.0}), "output": ("Output", {})},
        *("x.output twice.input", "twice.output output.input"),
    )
    text = program_of(stacked({"doubled": doubled}, {"one": (f"{PREFIX}doubled", {})})).text
    head = 'class Doubled(nn.Module):\n    """A part of the model."""\n\n    def forward(self, x: Tensor)'
    assert head in text
    x = torch.randn(2, 3, 8)
    assert torch.equal(imported(text, tmp_path / "doubled.py").Model().one(x), 2 * x)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 4], "f(n)"),
        ([0, 4], "f() if n == 0 else f(n)"),
        ([0.5, 2.5], "f(n)"),
        ([True, False], "f(True) if n else f(False)"),
        ([None, 3], "f() if n is None else f(n)"),
        (["a", "b"], 'f("a") if n == "a" else f("b")'),
        ([[1], [2]], "f([1]) if n == (1,) else f([2])"),
        ([0, 3, 4], "f() if n == 0 else f(n)"),
    ],
    ids=str,
)
def test_that_code_of_its_own_holds_names_for_numbers_and_asks_for_the_rest(values: list[Any], expected: str) -> None:
    def write(at: int) -> Code:
        value = named(values[at], Code("n"))
        return call("f", *([] if value is None or (not isinstance(value, bool) and value == 0) else [value]))

    assert varied({"n": Code("n")}, [{"n": value} for value in values], write) == expected


def test_that_what_is_forgotten_of_definitions_while_a_program_is_written_changes_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = load((EXAMPLES / "resnet18.json").read_bytes())
    report = check(graph)
    whole = generate(graph, report, "x").text

    def forgetful(drawn: Drawn, use: str) -> Body:
        """As another graph, checked in the window meanwhile, may make it."""
        forget()
        return inner(drawn, use)

    monkeypatch.setattr(blueprint, "inner", forgetful)
    assert generate(graph, report, "x").text == whole
