"""Code that was typed: which nodes it makes, and the one sentence where it makes none."""

import sys
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.check.told import differences
from runtime.spec.catalogue import catalogue
from runtime.spec.code import Code
from runtime.spec.emission import computed, made
from runtime.spec.from_code import Call, Chain, Unread, is_code, read
from runtime.spec.node import Spec
from runtime.spec.parameter import listed
from runtime.spec.signature import signature
from runtime.spec.tensor import BATCH, Tensor
from tests.runtime.check.cases import setting

# Those whose code is torch's call of that name with their parameters as they are.
WRITTEN = [
    spec.type
    for spec in catalogue().values()
    if (spec.type.startswith(("nn.", "optim.")) and signature(spec.type))
    or (spec.type.startswith(("torch.", "F.")) and not hasattr(spec.declared, "forward"))
]


def calls(text: str) -> tuple[Call, ...]:
    """The nodes of code that can be read."""
    found = read(text)
    assert isinstance(found, Chain), found
    return found.calls


def refused(text: str) -> str:
    """The sentence about code that cannot be read."""
    found = read(text)
    assert isinstance(found, Unread), found
    return found.said


@pytest.mark.parametrize(
    ("text", "type", "parameters", "told"),
    [
        ("Conv2d(16, 3, padding=1)", "nn.Conv2d", {"padding": 1}, {}),
        ("Conv2d(8, 5)", "nn.Conv2d", {"out_channels": 8, "kernel_size": 5}, {}),
        ("nn.Conv2d(3, 8, 5)", "nn.Conv2d", {"out_channels": 8, "kernel_size": 5}, {"in_channels": 3}),
        ("torch.nn.Conv2d(3, 8, (3, 5))", "nn.Conv2d", {"out_channels": 8, "kernel_size": [3, 5]}, {"in_channels": 3}),
        ("nn.Linear(in_features=3, out_features=4)", "nn.Linear", {"out_features": 4}, {"in_features": 3}),
        ("nn.Linear(64 * 7 * 7, 10)", "nn.Linear", {"out_features": 10}, {"in_features": 3136}),
        ("linear(4)", "nn.Linear", {"out_features": 4}, {}),
        ("nn.LayerNorm([64])", "nn.LayerNorm", {}, {"normalized_shape": 64}),
        ("nn.Flatten(0)", "nn.Flatten", {"start_dim": 0}, {}),
        ("torch.flatten(x, 1)", "nn.Flatten", {}, {}),
        ("torch.flatten(x)", "nn.Flatten", {"start_dim": 0}, {}),
        ("F.relu(x)", "nn.ReLU", {}, {}),
        ("torch.nn.functional.dropout(x, 0.3)", "nn.Dropout", {"p": 0.3}, {}),
        ("nn.Dropout(0.2)(x)", "nn.Dropout", {"p": 0.2}, {}),
        ("torch.cat([a, b], 1)", "torch.cat", {"dim": 1}, {}),
        ("torch.cat([a, b])", "torch.cat", {}, {}),
        ("optim.AdamW(model.parameters(), 1e-2)", "optim.AdamW", {"lr": 0.01}, {}),
        ("torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)", "optim.SGD", {"lr": 0.1, "momentum": 0.9}, {}),
        ("AdamW(0.01)", "optim.AdamW", {"lr": 0.01}, {}),
        ("nn.CrossEntropyLoss(weight=torch.tensor([0.2, 0.8]))", "nn.CrossEntropyLoss", {"weight": [0.2, 0.8]}, {}),
        ("nn.GELU(approximate='tanh')", "nn.GELU", {"approximate": "tanh"}, {}),
        ("Tensor.to(torch.float64)", "Tensor.to", {"dtype": "float64"}, {}),
        ("torch.add(x, y)", "torch.add", {}, {}),
        ("torch.add(x, 2)", "torch.add", {"other": 2}, {}),
        ("(x - y)", "torch.sub", {}, {}),
        ("(x @ y)", "torch.matmul", {}, {}),
        ("y = (x / 8)", "torch.div", {"other": 8}, {}),
        ("torch.masked_fill(x, mask, float('-inf'))", "torch.masked_fill", {}, {}),
        ("torch.masked_fill(x, mask, torch.inf)", "torch.masked_fill", {"value": "inf"}, {}),
        ("torch.clamp(x, -math.inf, 3)", "torch.clamp", {"min": "-inf", "max": 3}, {}),
        ("transform.Resize((64, 32))", "transform.Resize", {"size": [64, 32]}, {}),
        ("  nn.ReLU() , ", "nn.ReLU", {}, {}),
    ],
)
def test_that_a_call_makes_a_node(text: str, type: str, parameters: dict[str, Any], told: dict[str, Any]) -> None:
    (call,) = calls(text)
    assert (call.type, call.parameters, dict(call.told)) == (type, parameters, told)


def test_that_a_stack_takes_the_parameters_of_the_layer_it_is_made_of() -> None:
    (call,) = calls("nn.TransformerEncoder(nn.TransformerEncoderLayer(512, 8, batch_first=True), num_layers=3)")
    assert (call.type, call.parameters) == ("nn.TransformerEncoder", {"nhead": 8, "batch_first": True, "num_layers": 3})
    assert (dict(call.told), call.left) == ({"d_model": 512}, ())


def test_that_an_operator_joins_what_stands_on_its_left() -> None:
    assert [call.type for call in calls("nn.ReLU()(x) + shortcut")] == ["nn.ReLU", "torch.add"]


def test_that_sizes_of_several_dimensions_say_how_many_they_are() -> None:
    (call,) = calls("nn.LayerNorm((3, 8, 8))")
    assert (call.told["normalized_shape"], call.parameters) == ([3, 8, 8], {"dims": 3})


def test_that_what_is_typed_means_what_torch_means_and_not_what_a_fresh_node_has() -> None:
    assert catalogue()["torch.cat"].starts == {"dim": 1}
    assert calls("torch.cat([a, b])")[0].parameters == {}


def test_that_a_name_in_the_code_is_kept() -> None:
    assert [call.name for call in calls("self.fc1 = nn.Linear(3, 4)")] == ["fc1"]
    assert [call.name for call in calls("head = nn.Linear(3, 4)")] == ["head"]


def test_that_arguments_which_are_not_offered_are_left_out_and_told() -> None:
    (call,) = calls("nn.ReLU(inplace=True)")
    assert call.left == ("inplace",)
    assert "Left out: inplace." in Chain((call,)).said
    assert calls("nn.ReLU(inplace=False)")[0].left == ()


def test_that_a_call_is_said_with_its_values_and_what_the_wire_tells() -> None:
    found = read("nn.Conv2d(3, 16, 3, padding='same')")
    assert isinstance(found, Chain)
    assert found.title == 'Conv2d(out_channels=16, kernel_size=3, padding="same")'
    assert found.said == 'nn.Conv2d, out_channels 16, kernel_size 3, padding "same". The wire tells in_channels 3.'


def test_that_a_sequential_makes_a_row_of_nodes() -> None:
    found = read("nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Sequential(nn.Dropout(0.1), nn.Linear(32, 10)))")
    assert isinstance(found, Chain)
    assert [call.type for call in found.calls] == ["nn.Linear", "nn.ReLU", "nn.Dropout", "nn.Linear"]
    assert found.title == "Linear → ReLU → Dropout → Linear"
    assert found.said == "4 nodes, wired in a row. The wire tells in_features 64, in_features 32."


@pytest.mark.parametrize(
    "pairs", ["[('one', nn.Linear(3, 4)), ('act', nn.ReLU())]", "{'one': nn.Linear(3, 4), 'act': nn.ReLU()}"]
)
def test_that_names_of_an_ordered_sequential_are_kept(pairs: str) -> None:
    found = calls(f"nn.Sequential(OrderedDict({pairs}))")
    assert [(call.type, call.name) for call in found] == [("nn.Linear", "one"), ("nn.ReLU", "act")]


def test_that_calls_inside_of_calls_make_a_row_from_the_inside_out() -> None:
    found = calls("F.max_pool2d(F.relu(nn.Conv2d(3, 8, 3)(x)), 2)")
    assert [call.type for call in found] == ["nn.Conv2d", "nn.ReLU", "nn.MaxPool2d"]


def test_that_lines_and_comments_do_not_matter() -> None:
    text = "nn.Sequential(\n    nn.Linear(64, 32),  # wide\n    nn.ReLU(),\n)\n"
    assert [call.type for call in calls(text)] == ["nn.Linear", "nn.ReLU"]


@pytest.mark.parametrize(
    ("lines", "made"),
    [
        (["self.enc = nn.Sequential(nn.Linear(4, 8), nn.ReLU())", "x = self.enc(x)"], ["nn.Linear", "nn.ReLU"]),
        (["self.b = nn.ReLU()", "self.a = nn.Linear(4, 8)", "x = self.a(x)", "return self.b(x)"],
         ["nn.Linear a", "nn.ReLU b"]),
        (["import torch.nn as nn", "super().__init__()", "self.a = nn.Linear(4, 8)", "self.c = nn.Tanh()"],
         ["nn.Linear a", "nn.Tanh c"]),
        (["x = F.relu(x)", "y = torch.flatten(x, 1)", "return y"], ["nn.ReLU", "nn.Flatten"]),
    ],
)  # fmt: skip
def test_that_several_lines_make_a_row_in_the_order_of_the_calls(lines: list[str], made: list[str]) -> None:
    for text in ("\n".join(f"    {line}" for line in lines), "; ".join(lines)):
        assert [f"{call.type} {call.name}".strip() for call in calls(text)] == made


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("y = F.relu(x)\nz = torch.tanh(x)",
         "torch.tanh(x) does not take what the line before it gives: such lines are added one by one."),
        ("h = nn.Linear(3, 4)(x)\ny = torch.cat([h, x])",
         "torch.cat([h, x]) takes more than what the line before it gives: such lines are added one by one."),
        ("self.a = nn.ReLU()\nx = self.a(x)\nx = self.a(x)",
         "self.a is called 2 times, which makes no row; add it alone, then share it."),
        ("class Net(nn.Module):\n    def forward(self, x):\n        return F.relu(x)",
         "Layers, or an nn.Sequential, are taken in lines of their own; a class or a function is not taken apart: "
         "own.Model draws a class as one node."),
        ("Conv2d(16, 3", "A bracket is not closed yet."),
        ("Conv2d(16 3)", "This is not Python: invalid syntax. Perhaps you forgot a comma?."),
        ("Lnear(3)", "There is no node type Lnear; nn.Linear is near."),
        ("xqzzk(3)", "There is no node type xqzzk."),
        ("StepLR(optimizer, 10)",
         "StepLR is no node: a schedule is a parameter of the optimizer, schedule of optim.SGD for example."),
        ("torch.optim.lr_scheduler.OneCycleLR(opt, 0.1)",
         "OneCycleLR is no node: a schedule is a parameter of the optimizer, schedule of optim.SGD for example."),
        ("nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
         "clip_grad_norm_ is no node: it is a parameter of the optimizer, clip_grad_norm of optim.SGD for example."),
        ("timm.create_model(name)", "timm.create_model needs a plain value for model_name, got name."),
        ("torchvision.models.resnet18(True)",
         "Write the arguments of torchvision.models.resnet18 with their names, as in weights=None."),
        ("nn.Sequential(timm.create_model('a'), nn.ReLU())",
         "What timm.create_model takes is known once you trust it; add it alone, then draw its wires."),
        ("self.conv1(x)", "There is no node type self.conv1; nn.Conv1d is near."),
        ("nn.Linear(3, 4, biass=False)", "nn.Linear takes no biass; it takes bias."),
        ("nn.Linear(width, 4)", "nn.Linear needs a plain value for in_features, got width."),
        ("nn.Linear(3, -4)", "nn.Linear needs at least 1 for out_features, got -4."),
        ("nn.Linear(3, 4, out_features=5)", "nn.Linear gets out_features twice."),
        ("nn.Linear(9 ** 9 ** 9, 3)", "nn.Linear needs a plain value for in_features, got 9 ** 9 ** 9."),
        ("nn.Linear(1, 2, 3, 4, 5, 6, 7)", "nn.Linear takes 5 arguments by position at most, got 7."),
        ("nn.Linear(*sizes)", "nn.Linear is called with a star; write its arguments out."),
        ("nn.Linear(**sizes)", "nn.Linear is called with a star; write its arguments out."),
        ("nn.Dropout(p=nn)", "nn.Dropout needs a plain value for p, got nn."),
        ("nn.Sequential()", "nn.Sequential takes layers, one after the other."),
        ("nn.Sequential(*layers)", "*layers is not the call of a node type, such as Conv2d(16, 3)."),
        ("nn.Sequential(OrderedDict([nn.ReLU()]))", "OrderedDict takes pairs of a name and a layer."),
        ("nn.Sequential(nn.ReLU(), data.Digits())", "data.Digits takes nothing, so it cannot stand behind nn.ReLU."),
        ("nn.Sequential(Output(), nn.ReLU())", "Output gives nothing, so nn.ReLU cannot stand behind it."),
        ("a = (1); b = 2", "Type one call, such as Conv2d(16, 3), or one nn.Sequential."),
        ("lambda: (1)", "lambda: 1 is not the call of a node type, such as Conv2d(16, 3)."),
        ("(" + "9" * 30_000 + ")", "This is longer than anybody types."),
    ],
)  # fmt: skip
def test_that_code_which_makes_no_node_is_told_in_one_sentence(text: str, sentence: str) -> None:
    assert refused(text) == sentence


@pytest.mark.parametrize(
    ("text", "name", "called", "arguments"),
    [
        ("torchvision.models.resnet18()", "resnet18", "torchvision.models.resnet18", {}),
        ("models.vgg11(weights='DEFAULT')", "vgg11", "torchvision.models.vgg11", {"weights": "DEFAULT"}),
        (
            "net = torchvision.models.resnet18(weights=models.ResNet18_Weights.IMAGENET1K_V1, progress=False)",
            "net",
            "torchvision.models.resnet18",
            {"weights": "IMAGENET1K_V1", "progress": False},
        ),
        ("timm.create_model('resnet18')", "resnet18", "timm.create_model", {"model_name": "resnet18"}),
        (
            "timm.create_model('vit/b', True, num_classes=5)",
            "create_model",
            "timm.create_model",
            {"model_name": "vit/b", "pretrained": True, "num_classes": 5},
        ),
    ],
)
def test_that_a_model_of_another_package_is_named_with_its_arguments(
    text: str, name: str, called: str, arguments: dict[str, Any]
) -> None:
    (call,) = calls(text)
    assert (call.type, call.name) == ("own.Model", name)
    assert call.parameters == {"called": called} | ({"arguments": arguments} if arguments else {})
    assert sorted({"torchvision", "timm"} & set(sys.modules)) == []


def test_that_nothing_that_is_typed_runs(tmp_path: Any) -> None:
    file = tmp_path / "made"
    refused(f"nn.Linear(open({str(file)!r}, 'w'), 3)")
    refused(f"__import__('pathlib').Path({str(file)!r}).touch()")
    assert not file.exists()


@pytest.mark.parametrize("text", [f"f({'-' * 500}x)", f"f(x{'.a' * 400})", f"f(x{'+x' * 1500})"])
def test_that_code_of_any_depth_is_refused(text: str) -> None:
    assert isinstance(read(text), Unread)


@given(st.text(max_size=60) | st.text("()[]{}nn.Linear(34, =*'\"\\\n:", max_size=40))
def test_that_any_text_is_read_or_refused(text: str) -> None:
    found = read(text)
    assert isinstance(found, Chain) or found.said.endswith(".")


def test_that_brackets_make_a_text_code() -> None:
    assert (is_code("Conv2d("), is_code("conv"), is_code("nn.Conv2d")) == (True, False, False)


def code_of(spec: Spec, values: dict[str, Any]) -> str:
    """The code of a node as a program holds it, or as the layer it could be."""
    inputs = [port for port in spec.ports(values)[0] if not port.optional]
    given = {port.name: [Code("a"), Code("b")] if port.many else Code(port.name) for port in inputs}
    if spec.type.startswith(("nn.", "optim.")):
        return str(made(spec, spec.values(values), "", *([Code("params")] if spec.family == "optimizer" else [])))
    return str(computed(spec, spec.values(values), given))


def whole(spec: Spec, values: dict[str, Any]) -> dict[str, Any]:
    """All parameters but those that the wire tells; one number for several where torch takes lists alone."""
    given = {**spec.defaults, **values}
    return {p.name: listed(p, given[p.name]) for p in spec.parameters if not p.inferred}


@pytest.mark.parametrize("name", WRITTEN)
def test_that_the_code_that_a_program_holds_is_read_as_the_node_it_was_written_for(name: str) -> None:
    spec, random = catalogue()[name], Random(name)
    asked = [p for p in spec.parameters if not p.ours and not p.inferred]
    for _ in range(30):
        drawn = {p.name: setting(p, random) for p in asked if random.random() < 0.4}
        wanted = {key: value for key, value in drawn.items() if spec.parameter[key].problem(value) is None}
        sizes = {p.name: random.choice([2, 3, 4]) for p in spec.inferred}
        text = code_of(spec, {**sizes, **wanted})
        (call,) = calls(text)
        assert call.type == name and call.told.items() <= sizes.items(), text
        assert whole(spec, call.parameters) == whole(spec, wanted), text


def test_that_sizes_that_were_typed_are_compared_with_what_the_wire_brings() -> None:
    chain = read("nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(16, 4, 3), nn.Flatten(), nn.Linear(999, 10))")
    assert isinstance(chain, Chain)
    ids = ["one", "two", "flat", "last"]
    came = Tensor("float32", (BATCH, 1, 28, 28))
    found = list(differences(chain, ids, came))
    assert found == [
        "two was typed with in_channels 16, the wire brings 8.",
        "last was typed with in_features 999, the wire brings 2304.",
    ]
    assert list(differences(chain, ids, None)) == found[:1]  # without a wire nobody knows how large pictures are


def test_that_sizes_that_agree_are_not_told() -> None:
    chain = read("nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))")
    assert isinstance(chain, Chain)
    assert list(differences(chain, "abc", None)) == []
