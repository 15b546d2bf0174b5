"""Graphs in scripts, pictures and weights: each gives it back, runs nothing, and a broken one is refused."""

import ast
import base64
import io
import json
import pickletools
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from PIL import Image
from safetensors.torch import save_file

from runtime.graph.carried import KEY, NOTEBOOK, carried, carries, contents, in_picture, in_script, in_svg
from runtime.graph.file import MOST_BYTES, Refused, dump, load
from runtime.graph.model import Graph, Node
from tests.runtime.graph.strategies import graphs

GRAPH = Graph({"layer": Node("layer", "nn.Linear", {"out_features": 5})}, extra={"note": 'naïve "text" \\ → ünd */'})
WEIGHTS = {"layer.weight": torch.zeros(5, 2)}


def png() -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(made, "PNG")
    return made.getvalue()


def script(folder: Path) -> Path:
    """A script that carries the graph."""
    (folder / "train.py").write_text(in_script('"""A program."""\n\nprint("ran")\n', GRAPH), encoding="utf-8")
    return folder / "train.py"


def picture(folder: Path) -> Path:
    """A picture that does."""
    (folder / "canvas.PNG").write_bytes(in_picture(png(), GRAPH))
    return folder / "canvas.PNG"


def drawing(folder: Path) -> Path:
    """A drawing that does."""
    (folder / "curves.svg").write_text(in_svg("<svg>\n<text>&lt;/svg></text>\n</svg>\n", GRAPH), encoding="utf-8")
    return folder / "curves.svg"


def weights(folder: Path) -> Path:
    """Weights that do."""
    save_file(WEIGHTS, folder / "weights.safetensors", metadata={KEY: dump(GRAPH)})
    return folder / "weights.safetensors"


def checkpoint(folder: Path) -> Path:
    """A checkpoint that does."""
    torch.save({KEY: dump(GRAPH), "model": WEIGHTS}, folder / "checkpoint.pt")
    return folder / "checkpoint.pt"


@pytest.mark.parametrize("make", [script, picture, drawing, weights, checkpoint])
def test_that_each_file_gives_back_the_graph_it_carries(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    file = make(tmp_path)
    assert carries(file)
    assert load(contents(file)) == GRAPH
    assert contents(file) == dump(GRAPH).encode()


def test_that_a_notebook_gives_back_the_graph_in_its_metadata_and_any_other_none(tmp_path: Path) -> None:
    file = tmp_path / "train.ipynb"
    file.write_text(json.dumps({"cells": [], "metadata": {NOTEBOOK: json.loads(dump(GRAPH))}}))
    assert carries(file) and load(contents(file)) == GRAPH
    for text in ('{"cells": [], "metadata": {}}', "[]", "cut", '{"metadata": {"torchweave": 3}}'):
        file.write_text(text)
        assert not carries(file)


@settings(max_examples=20)
@given(graphs())
def test_that_any_graph_survives_a_script_and_a_picture(tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name, data in (("any.py", in_script("pass\n", graph).encode()), ("any.png", in_picture(png(), graph))):
        (folder / name).write_bytes(data)
        assert load(contents(folder / name)) == graph


def test_that_a_script_is_the_same_program_and_its_graph_one_comment(tmp_path: Path) -> None:
    text = '"""A program."""\n\nprint("ran")\n'
    with_graph = script(tmp_path).read_text(encoding="utf-8")
    assert with_graph.startswith(text)
    assert ast.dump(ast.parse(with_graph)) == ast.dump(ast.parse(text))
    assert all(line.startswith("# ") for line in with_graph.removeprefix(text).split("\n") if line)


def test_that_a_picture_stays_one_that_others_read(tmp_path: Path) -> None:
    with Image.open(picture(tmp_path)) as shown:
        assert shown.getpixel((2, 1)) == (255, 0, 0)
        assert shown.text["torchweave"] == dump(GRAPH)  # type: ignore[attr-defined]  # of PNGs alone
    assert torch.load(checkpoint(tmp_path), weights_only=True)["model"].keys() == WEIGHTS.keys()


@pytest.mark.parametrize("name", ["plain.py", "plain.png", "plain.svg", "plain.safetensors", "plain.pt", "empty.pt"])
def test_that_a_file_that_carries_nothing_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    (tmp_path / "plain.py").write_text("print('a graph: eJwrSS0u')\n")
    (tmp_path / "plain.png").write_bytes(png())
    (tmp_path / "plain.svg").write_text("<svg></svg>")
    save_file(WEIGHTS, tmp_path / "plain.safetensors")
    torch.save(WEIGHTS, tmp_path / "plain.pt")
    (tmp_path / "empty.pt").touch()
    assert carried(file) is None
    assert not carries(file)
    with pytest.raises(Refused, match="carries no graph"):
        contents(file)


@pytest.mark.parametrize("make", [script, picture, drawing, weights, checkpoint])
def test_that_a_file_cut_off_anywhere_is_refused_or_gives_it(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    file = make(tmp_path)
    whole = file.read_bytes()
    for size in range(0, len(whole), 31):
        file.write_bytes(whole[:size])
        try:
            assert load(contents(file)) == GRAPH
        except Refused:
            continue


def test_that_a_graph_that_unpacks_to_more_than_a_graph_can_be_is_refused(tmp_path: Path) -> None:
    bomb = base64.b64encode(zlib.compress(b" " * (4 * MOST_BYTES), 9)).decode()
    text = in_script("", GRAPH)
    (tmp_path / "bomb.py").write_text(f"{text.rpartition('# ')[0]}# {bomb}\n")
    assert len(contents(tmp_path / "bomb.py")) == MOST_BYTES + 1
    with pytest.raises(Refused, match="larger than"):
        load(contents(tmp_path / "bomb.py"))
    (tmp_path / "long.safetensors").write_bytes(struct.pack("<Q", 2**62) + b"{}")
    assert carried(tmp_path / "long.safetensors") is None
    chunk = png()[:33] + struct.pack(">I", 2**31 - 1) + b"iTXttorchweave"
    (tmp_path / "long.png").write_bytes(chunk)
    assert carried(tmp_path / "long.png") is None


def test_that_opening_a_checkpoint_runs_nothing(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    evil = b"cos\nmkdir\n(V" + str(ran).encode() + b"\ntR."
    with zipfile.ZipFile(tmp_path / "evil.pt", "w") as packed:
        packed.writestr("evil/data.pkl", evil)
    assert [op.name for op, *_ in pickletools.genops(evil)][:1] == ["GLOBAL"]
    assert carried(tmp_path / "evil.pt") is None
    assert not ran.exists()
