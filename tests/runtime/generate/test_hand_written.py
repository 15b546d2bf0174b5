"""The examples drawn with definitions, held against scripts that a person wrote for the same: no longer, and equal."""

import ast
from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.file import load
from runtime.graph.model import Graph
from tests.runtime.commands import EXAMPLES
from tests.runtime.generate.cases import FOLDER, imported

WRITTEN = FOLDER.parent / "hand_written"
NAMES = sorted(file.stem for file in WRITTEN.glob("*.py"))
TEXT = torch.tensor([[3, 5, 0, 0, 0, 0, 0, 0, 0, 0], [7] * 10, [*range(10)]])
BYTES = torch.randint(256, (3, 3, 48, 48), dtype=torch.uint8)
GIVEN = {"gan": torch.rand(4, 1, 8, 8), "resnet18": BYTES, "transformer": TEXT, "unet": BYTES / 255}


def graph_of(name: str) -> Graph:
    """The graph of an example."""
    return load((EXAMPLES / f"{name}.json").read_bytes())


def text_of(name: str) -> str:
    """The program of an example."""
    graph = graph_of(name)
    return generate(graph, check(graph), f"{name}.json").text


def written(name: str) -> str:
    """The script that a person wrote."""
    return (WRITTEN / f"{name}.py").read_text(encoding="utf-8")


def lines_of(text: str) -> set[int]:
    """The numbers of the lines that hold code: no blank ones, no comments, no docstrings."""
    found = {n for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.strip().startswith("#")}
    for step in ast.walk(ast.parse(text)):
        if isinstance(step, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(step):
            found -= set(range(step.body[0].lineno, (step.body[0].end_lineno or 0) + 1))
    return found


def classes_of(text: str) -> dict[str, int]:
    """The modules of a script, each with its lines of code."""
    code = lines_of(text)
    return {
        step.name: len(code & {*range(step.lineno, (step.end_lineno or 0) + 1)})
        for step in ast.parse(text).body
        if isinstance(step, ast.ClassDef) and step.bases and ast.unparse(step.bases[0]) == "nn.Module"
    }


def test_that_every_example_with_definitions_has_a_script_beside_it() -> None:
    assert [file.stem for file in sorted(EXAMPLES.glob("*.json")) if graph_of(file.stem).definitions] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_that_each_definition_is_a_class_no_longer_than_one_that_a_person_wrote(name: str) -> None:
    ours, theirs = classes_of(text_of(name)), classes_of(written(name))
    named = {"".join(map(str.capitalize, each.split("_"))) for each in graph_of(name).definitions}
    assert ours.keys() == theirs.keys() == {*named, "Model"}
    assert {each: lines for each, lines in ours.items() if lines > theirs[each]} == {}


@pytest.mark.parametrize("name", NAMES)
def test_that_both_give_the_same_with_the_same_weights(name: str, tmp_path: Path) -> None:
    models = [imported(text_of(name), tmp_path / "ours.py", EXAMPLES).Model()]
    models.append(imported(written(name), tmp_path / "theirs.py", EXAMPLES).Model())
    models[1].load_state_dict(models[0].state_dict())
    ours, theirs = [results(model, GIVEN[name]) for model in models]
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    assert all(torch.equal(*pair) for pair in zip(*(each.state_dict().values() for each in models), strict=True))


def results(model: Any, given: torch.Tensor) -> dict[str, torch.Tensor]:
    """What a model gives, and the gradients of the sum of it all."""
    torch.manual_seed(4)
    found = model(given)
    found = found if isinstance(found, dict) else {"": found}
    torch.stack([each.sum() for each in found.values()]).sum().backward()  # type: ignore[no-untyped-call]
    return found | {name: each.grad for name, each in model.named_parameters()}
