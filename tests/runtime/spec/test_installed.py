"""Packages that add node types, as real distributions on the path: they are drawn, checked, trained; or left out."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.spec.catalogue import catalogue
from runtime.spec.installed import read_packages
from runtime.spec.node import CATALOGUE
from tests.runtime.commands import ROOT, TWO_MODELS, Said, finished

LAYERS = """
import torch
from torch import Tensor, nn


class Scaled(nn.Module):
    def __init__(self, features: int, start: float = 1.0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((features,), start))

    def forward(self, input: Tensor) -> Tensor:
        return input * self.scale


def halved(input: Tensor, by: float = 2.0) -> Tensor:
    return input / by
"""
NODES = '''
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Float, Inferred
from runtime.spec.tensor import Tensor


@node("my_layers.Scaled", "layer", weights=True)
class Scaled:
    """Multiply every feature by a learned number."""

    input = Input("float32[B, features]")
    output = Output("The same shape.")
    features = Inferred("How many features come in.")
    start = Float("What each number is at first.", 1.0)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return Misfit("needs a start that is not 0", "input") if self.start == 0 else input


@node("my_layers.halved", "transform")
class Halved:
    """Divide every number."""

    input = Input("float[B, ...]")
    output = Output("The same shape.")
    by = Float("By which number.", 2.0)

    def rule(self, input: Tensor) -> Tensor:
        return input
'''


def package(folder: Path, nodes: str = NODES, name: str = "my-layers") -> Path:
    """A distribution as an installer leaves it: modules, and what they are the entry points of."""
    module = name.replace("-", "_")
    (folder / f"{module}.py").write_text(LAYERS, encoding="utf-8")
    (folder / f"{module}_nodes.py").write_text(nodes, encoding="utf-8")
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[torchweave.nodes]\n{name} = {module}_nodes\n", encoding="utf-8")
    return folder


def said(folder: Path, *arguments: object, **environment: str) -> Said:
    """A command for which the packages in a folder are installed."""
    return finished(*arguments, env={"PYTHONPATH": f"{ROOT}:{folder}", **environment})


def graph(folder: Path, **changed: Any) -> Path:
    """The first case with the two types between a layer and what follows it."""
    drawn = json.loads(TWO_MODELS.read_text(encoding="utf-8"))
    drawn["nodes"] |= {
        "tuned": {"type": "my_layers.Scaled", "parameters": {"start": 0.5}},
        "halves": {"type": "my_layers.halved", "parameters": {"by": 4.0}},
    } | changed
    old = next(edge for edge in drawn["edges"] if edge[1].startswith("final."))
    drawn["edges"].remove(old)
    drawn["edges"] += [[old[0], "tuned.input"], ["tuned.output", "halves.input"], ["halves.output", old[1]]]
    file = folder / "graph.json"
    file.write_text(json.dumps(drawn), encoding="utf-8")
    return file


def test_that_the_types_of_a_package_are_in_the_catalogue(tmp_path: Path) -> None:
    code, output, _ = said(package(tmp_path), "nodes", "--json")
    found = {each["type"]: each for each in json.loads(output)}
    assert code == 0
    assert [each["name"] for each in found["my_layers.Scaled"]["parameters"]] == ["features", "start"]
    assert found["my_layers.halved"]["doc"] == "Divide every number."


def test_that_a_graph_with_types_of_a_package_trains_as_the_program_that_is_exported(tmp_path: Path) -> None:
    file, program = graph(package(tmp_path)), tmp_path / "program.py"
    assert said(tmp_path, "check", file)[1].endswith("sound\n")
    assert said(tmp_path, "export", file, "-o", program)[0] == 0
    text = program.read_text(encoding="utf-8")
    assert "\nimport my_layers\n" in text
    assert "self.tuned = my_layers.Scaled(features=160, start=0.5)" in text
    assert "halves = my_layers.halved(tuned, by=4.0)" in text
    code, output, errors = said(tmp_path, "train", file, "--epochs", 1, "--run-dir", tmp_path / "run")
    assert code == 0 and "epoch 1" in output, errors


def test_that_a_rule_of_a_package_refuses_and_one_that_raises_is_a_problem_of_its_node(tmp_path: Path) -> None:
    file = graph(package(tmp_path), tuned={"type": "my_layers.Scaled", "parameters": {"start": 0}})
    assert "error: tuned.input needs a start that is not 0." in said(tmp_path, "check", file)[1]
    other = tmp_path / "other"
    other.mkdir()
    package(other, NODES.replace('Misfit("needs a start that is not 0", "input")', "1 / 0"))
    code, output, errors = said(other, "check", file)
    assert (code, errors) == (1, "")
    assert "tuned cannot be checked: its rule in my-layers fails with ZeroDivisionError" in output


def test_that_no_method_of_a_package_ends_a_check(tmp_path: Path) -> None:
    names = ("tensors", "mixes", "ports", "matrices", "learns", "doubts", "below", "infers", "summary")
    raising = [f"    def {name}(self, **types):\n        raise RuntimeError('{name}')\n" for name in names]
    rule = "    def rule(self, input: Tensor) -> Tensor | Misfit:"
    package(tmp_path, NODES.replace(rule, "\n".join([*raising, rule])))
    code, output, errors = said(tmp_path, "check", graph(tmp_path))
    assert (code, errors) == (0, "") and output.endswith("sound\n")


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ("raise RuntimeError('no licence\\nfound')", "RuntimeError: no licence found"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import torch", "import of torch halted"),
        (NODES + "\n1 / 0", "ZeroDivisionError"),
        (NODES.replace("my_layers.halved", "nn.Linear"), "nn.Linear is there already"),
        (NODES.replace("my_layers.halved", "nn.Halved"), "nn.Halved must be where its class or function is found"),
        (NODES.replace("my_layers.halved", "halved"), "halved must be where its class or function is found"),
        (NODES.replace("my_layers.halved", "my_layers.a;b"), "my_layers.a;b must be where"),
        (NODES.replace('"transform"', '"collate"'), "my_layers.halved is of the family collate"),
        (NODES.replace(', 2.0)', ")"), "ValueError: by has no default"),
    ],
)  # fmt: skip
def test_that_a_package_that_cannot_be_used_is_left_out_whole_and_named(
    nodes: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue()
    before = dict(CATALOGUE)
    monkeypatch.syspath_prepend(str(package(tmp_path, nodes)))
    monkeypatch.delitem(sys.modules, "my_layers_nodes", raising=False)
    found = read_packages()
    assert [
        told.startswith("The node types of my-layers are left out. ") and why in told for told in found.left_out
    ] == [True]
    assert not found.specs and before == CATALOGUE


def test_that_a_graph_opens_without_a_package_that_is_left_out_and_says_why(tmp_path: Path) -> None:
    code, output, errors = said(package(tmp_path, "1 / 0"), "check", graph(tmp_path))
    assert code == 1
    assert errors == "torchweave: The node types of my-layers are left out. ZeroDivisionError: division by zero.\n"
    assert "tuned has a type that this version does not know: my_layers.Scaled" in output
    assert said(tmp_path, "check", tmp_path / "graph.json", TORCHWEAVE_NODES="own")[1:] == (output, "")


def test_that_one_package_does_not_take_another_with_it(tmp_path: Path) -> None:
    package(package(tmp_path), "raise RuntimeError('broken')", "a-broken-one")
    assert said(tmp_path, "check", graph(tmp_path))[1].endswith("sound\n")


def test_that_a_node_called_like_the_package_is_renamed_by_the_repair(tmp_path: Path) -> None:
    file = graph(package(tmp_path))
    file.write_text(file.read_text(encoding="utf-8").replace('"dense', '"my_layers'), encoding="utf-8")
    code, output, _ = said(tmp_path, "check", file)
    assert code == 1
    why = "my_layers is called like the package my-layers, which the program imports"
    assert f"error: {why}. To mend it: Rename it to my_layers_2.\n" in output
