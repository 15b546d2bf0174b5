"""Models in a file are read by its text: what they take, give and are made with; the file is not run."""

import os
from pathlib import Path
from typing import Any

import pytest

from runtime.graph.file import dump, load
from runtime.graph.model import Graph, Node
from runtime.spec.models import look, models_in, signatures

TEXT = """
import torch
from torch import nn
WIDTH = 3

class Base(nn.Module):
    def __init__(self, width, *sizes, depth=2, norm=nn.LayerNorm, pair=(1, 2), name="a", **more):
        super().__init__()

    def forward(self, x, mask=None):
        return x

class Both(Base):
    def forward(self, text, image):
        joined = text + image
        return joined, image

class Inherits(Base):
    pass

class Plain:
    def other(self):
        pass

class _Hidden(Base):
    pass
"""


def test_that_classes_with_a_forward_are_found_in_their_order() -> None:
    assert list(models_in(TEXT)) == ["Base", "Both", "Inherits"]


def test_that_inputs_outputs_and_arguments_are_read_with_what_is_inherited() -> None:
    base, both, inherits = models_in(TEXT).values()
    assert base == inherits
    assert (base["takes"], base["optional"], base["gives"]) == (["x", "mask"], ["mask"], ["output"])
    assert base["arguments"] == {"width": None, "depth": 2, "pair": [1, 2], "name": "a"}
    assert base["needed"] == ["width"]
    assert (both["takes"], both["gives"]) == (["text", "image"], ["joined", "image"])
    assert both["arguments"] == base["arguments"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("class A(:\n    pass", "net.py is not Python, line 1: invalid syntax"),
        ("x = 1", "net.py has no model: no class in it has a forward"),
        ("(" * 500, "net.py is not Python"),
        ("class A(A):\n    pass", "net.py has no model: no class in it has a forward"),
        ("\0", "net.py is not Python"),
    ],
)
def test_that_a_file_that_cannot_be_read_is_told(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "net.py").write_text(text)
    assert look(tmp_path / "net.py")["problem"].startswith(problem)


def test_that_files_that_are_no_text_or_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_bytes(b"\xff\xfe\x00")
    assert look(tmp_path / "net.py")["problem"].startswith("net.py 'utf-8' codec can't decode")
    assert look(tmp_path / "none.py")["problem"] == "none.py cannot be read: No such file or directory"
    assert look(tmp_path)["problem"].endswith(" is not a file")


def test_that_what_never_ends_or_is_very_long_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "net.py")
    assert look(tmp_path / "net.py")["problem"] == "net.py is not a file"
    assert look(Path("/dev/zero"))["problem"] == "zero is not a file"
    with (tmp_path / "long.py").open("wb") as file:
        file.truncate(10**12)
    assert look(tmp_path / "long.py")["problem"] == "long.py has more than 2,000,000 bytes, too many to be read"


@pytest.mark.parametrize("default", ["1e999", "-1e999", "[1, 1e999]", f"0x{'f' * 5000}"])
def test_that_a_default_that_no_graph_file_can_hold_is_left_out(tmp_path: Path, default: str) -> None:
    text = f"class N:\n  def __init__(self, a={default}, b=2):\n    pass\n  def forward(self, x):\n    return x"
    (tmp_path / "net.py").write_text(text)
    parameters = look(tmp_path / "net.py")["parameters"]
    assert parameters["signature"]["arguments"] == {"b": 2}
    graph = Graph({"net": Node("net", "own.Model", parameters)})
    assert load(dump(graph).encode()) == graph


def test_that_a_module_of_a_package_is_named_from_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "vision" / "nets"
    folder.mkdir(parents=True)
    (folder / "net.py").write_text(TEXT)
    assert look(folder / "net.py")["parameters"]["signature"]["depth"] == 1
    for each in (folder, folder.parent):
        (each / "__init__.py").write_text("")
    assert look(folder / "net.py")["parameters"]["signature"]["depth"] == 3


def test_that_another_look_changes_only_nodes_of_the_file_whose_class_is_another(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(TEXT)
    told = look(tmp_path / "net.py")

    def node(id: str, called: str, path: str = "net.py", **about: Any) -> Node:
        return Node(id, "own.Model", {"path": path, "called": called, "signature": about})

    same = node("same", "Both", **told["choices"]["Both"]["signature"])
    nodes = [same, node("old", "Base", takes=["y"]), node("gone", "Gone"), node("other", "Base", "else.py")]
    graph = Graph({each.id: each for each in nodes})
    assert signatures(graph, {"net.py": told}) == [("set", "old", "signature", told["choices"]["Base"]["signature"])]
    assert signatures(graph, {"net.py": {"problem": "net.py is not Python"}}) == []
