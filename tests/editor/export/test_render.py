"""Pictures without a window: of the example of every node type, and of a whole folder of graphs."""

import argparse
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from editor.export.picture import picture
from editor.export.render import SIZE, render, render_folder
from editor.looks import theme
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.reference.example import example
from runtime.spec.catalogue import catalogue
from tests.editor.training.conftest import told
from tests.runtime.spec.tenth import tenth
from tests.runtime.train.past import run_in


@pytest.mark.parametrize("name", tenth())
def test_that_the_example_of_a_type_can_be_drawn(name: str, qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    found = example(catalogue()[name])
    drawn = picture(found.graph, QSize(900, 0))
    empty = picture(Graph(), QSize(900, drawn.height()))
    assert drawn.width() == 900
    assert drawn.height() > 100
    assert drawn != empty


def test_that_a_folder_of_graphs_gets_a_picture_for_each(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("nn.Linear", "torch.cat"):
        (tmp_path / f"{name}.json").write_text(dump(example(catalogue()[name]).graph))
    assert render_folder(argparse.Namespace(pictures=tmp_path, theme="dark", size=SIZE)) == 0
    assert capsys.readouterr().out == "nn.Linear.png\ntorch.cat.png\n"
    assert (tmp_path / "nn.Linear.png").read_bytes() != (tmp_path / "torch.cat.png").read_bytes()


def test_that_a_graph_of_a_folder_that_cannot_be_read_is_told(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.json").write_text("{")
    assert render_folder(argparse.Namespace(pictures=tmp_path, theme="dark", size=SIZE)) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'broken.json'}: ")


def test_that_the_curve_of_a_run_that_went_on_begins_with_what_it_went_on_from(
    qapp: QApplication, tmp_path: Path
) -> None:
    events, source = list(told(epochs=3)), tmp_path / "nn.Linear.json"
    half = next(at for at, event in enumerate(events) if event.get("epoch") == 2)
    source.write_text(dump(example(catalogue()["nn.Linear"]).graph))
    run_in(tmp_path, "first", None, events[:half])
    further = run_in(tmp_path, "second", None, [*events[:3], *events[half:]])
    (further / "arguments.json").write_text(json.dumps(["--resume", str(tmp_path / "first")]))
    unbroken = run_in(tmp_path, "unbroken", None, events)
    pictures = [tmp_path / "further.png", tmp_path / "unbroken.png"]
    for run, picture_of_it in zip((further, unbroken), pictures, strict=True):
        asked = argparse.Namespace(render=(source, picture_of_it), theme="dark", size="900x600", run=run)
        assert render(asked) == 0
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
