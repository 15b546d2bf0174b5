"""The reference page of every node type: all that is declared stands on it, and what it points to is there."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.reference.example import example
from runtime.reference.files import files, write_reference
from runtime.reference.mistakes import mistakes
from runtime.reference.page import INDEX, index, page
from runtime.spec.catalogue import catalogue
from runtime.spec.parameter import Float, Int, Sizes
from runtime.spec.pattern import Pattern
from runtime.spec.schedule import SCHEDULES
from runtime.spec.words import LIMITS, accepted, default, limits
from tests.runtime.spec.tenth import tenth

TYPES = list(catalogue())
LINK = re.compile(r"\]\(([^)]+)\)")


def page_of(name: str) -> str:
    """The page of a node type."""
    spec = catalogue()[name]
    return page(spec, example(spec))


@pytest.mark.parametrize("name", tenth())
def test_that_a_page_holds_all_that_is_declared(name: str) -> None:
    spec, text = catalogue()[name], page_of(name)
    inputs, outputs = spec.ports(spec.starts)
    parts: list[Any] = [*inputs, *outputs, *spec.parameters]
    assert text.startswith(f"# {name}\n\n{spec.doc}\n")
    assert [part.name for part in parts if f"`{part.name}`" not in text] == []
    assert [part.doc for part in parts if part.doc not in text] == []
    assert "```python\n" in text


def test_that_no_two_pages_have_one_name_where_capitals_do_not_count() -> None:
    assert len({name.lower() for name in TYPES}) == len(TYPES)


def test_that_a_page_says_in_words_what_comes_in_and_what_a_parameter_may_be() -> None:
    text, spec = page_of("nn.Conv2d"), catalogue()["nn.Conv2d"]
    asked = text.partition("## Parameters")[2].partition("## What the wire tells")[0]
    told = text.partition("## What the wire tells")[2]
    assert f"| `input` | float32 with four dimensions: B, in_channels, H, W | {spec.inputs[0].doc} |" in text
    assert f"`3` | a whole number from 1, or 2 of them | {spec.parameter['kernel_size'].doc} |" in asked
    assert f"`in_channels`: {spec.parameter['in_channels'].doc}" in told
    assert "`in_channels`" not in asked


def test_that_a_page_shows_the_line_of_code_with_its_type() -> None:
    code = page_of("nn.Conv2d").partition("```python\n")[2].partition("```")[0]
    assert code == "self.conv2d = nn.Conv2d(3, 16, 3)\nconv2d = self.conv2d(x)  # float32[B, 16, 14, 14]\n"


def test_that_a_page_tells_mistakes_with_repairs_that_were_tried() -> None:
    text = page_of("nn.Linear").partition("## What does not fit")[2]
    assert "- input needs float32[..., in_features], got float64[B, 8]. **Insert Tensor.to float32.**" in text


def test_that_mistakes_are_told_once_each_and_never_with_nothing_to_do() -> None:
    spec = catalogue()["nn.MaxPool2d"]
    found = mistakes(spec, example(spec))
    assert len({each.said for each in found}) == len(found) > 3
    assert all(each.repairs for each in found)


def test_that_what_a_page_says_of_a_mistake_is_what_the_checker_says() -> None:
    spec = catalogue()["nn.Conv2d"]
    found = example(spec)
    wrong = check(applied(found.graph, [("set", found.node, "groups", 2)])).problems[0]
    said = [each for each in mistakes(spec, found) if "groups" in each.said]
    assert [(each.said, each.repairs[0]) for each in said] == [
        (wrong.finding.removeprefix("conv2d."), wrong.repairs[0].label)
    ]


def test_that_text_of_a_page_is_no_markup() -> None:
    spec = catalogue()["torch.cat"]
    text = page(replace(spec, doc="Twice *this* and <b>that</b>."), example(spec))
    assert "Twice \\*this\\* and \\<b>that\\</b>." in text


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("any", "anything"),
        ("text", "text, one a sample"),
        ("loss", "a loss"),
        ("float32[]", "float32, a single number"),
        ("tensor[...]", "any dtype of any shape"),
        ("float[..., in_features]", "float32 or another float of any shape that ends with in_features"),
        ("index[B, L]", "int64 or int32 with two dimensions: B, L"),
        ("float32[B, C, ...]", "float32 of any shape that begins with B, C"),
        ("float32[C, H] | uint8[C, H]", "float32 or uint8 with two dimensions: C, H"),
        (
            "float32[B, N] | float32[B, N, L]",
            "float32 with two dimensions: B, N; or float32 with three dimensions: B, N, L",
        ),
    ],
)
def test_that_a_pattern_can_be_said_in_words(pattern: str, words: str) -> None:
    assert accepted(Pattern(pattern)) == words


@pytest.mark.parametrize(
    ("parameter", "may_be", "by_default"),
    [
        (Int("", 3, least=1), "a whole number from 1", "`3`"),
        (Int("", None, least=0, most=64), "a whole number from 0 to 64, or none", "`None`"),
        (Int("", 0, least=-64, start=1), "a whole number", "`0`; a node from the palette begins with `1`"),
        (Float("", 0.5, least=0.0, most=1.0), "a number from 0 to 1", "`0.5`"),
        (Sizes("", [224, 224], least=1, length=2), "a whole number from 1, or 2 of them", "`[224, 224]`"),
        (Sizes("", 1, least=1), "a whole number from 1, or a list of them", "`1`"),
    ],
)  # fmt: skip
def test_that_the_limits_of_a_parameter_can_be_said_in_words(parameter: object, may_be: str, by_default: str) -> None:
    assert (limits(parameter), default(parameter)) == (may_be, by_default)  # type: ignore[arg-type]


def test_that_a_page_shows_the_schedules_as_a_graph_has_them() -> None:
    text, parameter = page_of("optim.SGD"), catalogue()["optim.SGD"].parameter["schedule"]
    assert "schedule, or none" not in text.replace("schedule: see below, or none", "")
    shown = text.partition("## What schedule may be")[2]
    value = json.loads("{" + shown.partition("```json\n")[2].partition("\n```")[0] + "}")
    assert value == {"schedule": {"type": "StepLR", "step_size": 10}}
    assert parameter.problem(value["schedule"]) is None
    for name, each in SCHEDULES.items():
        (line,) = [line for line in shown.splitlines() if line.startswith(f"| `{name}` |")]
        assert all(f"`{setting}`" in line for setting in each.parameter)
        assert each.doc in line


def test_that_a_page_says_what_each_parameter_of_a_model_holds() -> None:
    text = page_of("own.Model")
    for name, shown in (("called", "timm.create_model"), ("arguments", '{"width": 20'), ("signature", '"takes": [')):
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
        assert shown in line


def test_that_every_kind_of_parameter_has_words() -> None:
    kinds = {each.kind for spec in catalogue().values() for each in spec.parameters}
    kinds |= {each.kind for schedule in SCHEDULES.values() for each in schedule.parameters}
    assert kinds <= set(LIMITS)


def test_that_a_page_tells_the_default_of_torch_from_that_of_the_palette() -> None:
    (line,) = [line for line in page_of("nn.LSTM").splitlines() if line.startswith("| `batch_first` |")]
    assert "`False` in torch; a node from the palette begins with `True`" in line


@pytest.mark.parametrize("name", ["Collate", "Output", "Input"])
def test_that_no_line_of_a_page_says_the_name_alone(name: str) -> None:
    assert f"{name}." not in [line.split(" ")[0] for line in page_of(name).splitlines()]


def test_that_the_index_leads_to_every_page_once() -> None:
    assert sorted(LINK.findall(index(catalogue().values()))) == sorted(f"{name}.md" for name in TYPES)


def test_that_the_reference_is_written_whole_and_the_same_again(tmp_path: Path) -> None:
    names = [*TYPES[::40], "data.Table", "data.Arrays"]
    specs = [catalogue()[name] for name in names]
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        assert list(write_reference(folder, specs)) == names
    one, two = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in folders)
    assert one == two
    assert {INDEX, "flowers.csv", "pictures.npz"} | {f"{n}{end}" for n in names for end in (".md", ".json")} == set(one)
    wanted = {link for name, data in one.items() if name.endswith(".md") for link in LINK.findall(data.decode())}
    pages = {f"{name}.md" for name in TYPES}
    assert {link for link in wanted if "://" not in link and not link.endswith(".png")} - pages <= set(one)


@pytest.mark.parametrize(("name", "folder"), [("data.Pictures", "photos"), ("transform.Decode", "pictures")])
def test_that_an_example_with_pictures_has_some_of_each_class_beside_it(name: str, folder: str) -> None:
    spec = catalogue()[name]
    found = example(spec)
    (dataset,) = [node for node in found.graph.nodes.values() if node.type == "data.Pictures"]
    written = {file.rpartition("/")[0] for file in files(spec, found)}
    assert written == {"", *(f"{folder}/{name}" for name in dataset.parameters["fields"]["label"]["classes"])}
