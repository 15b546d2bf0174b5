"""Python of the user's in the window: inert until it is trusted, then known while drawing, and looked at when saved."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from editor.inspector.form import Form
from editor.inspector.functions import SourceEntry
from editor.inspector.model import ArgumentsEntry, CalledEntry, TypesEntry
from editor.inspector.row import Row
from editor.looks.pieces import Elided
from runtime.graph.model import End
from runtime.spec.observed import Answer, learn, what_it_takes
from runtime.spec.python import Python
from runtime.train.trust import trust
from tests.runtime.generate.cases import graph_of

if TYPE_CHECKING:
    from editor.window.window import Window

LONG = 30_000  # ms: a process starts and imports torch
ENCODER = """import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, width: int, depth: int = 1) -> None:
        super().__init__()
        self.layers = nn.Linear(13, width)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        return self.layers(x)
"""


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """A file with one model, which leaves a mark when it runs."""
    file = tmp_path / "encoders.py"
    file.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n{ENCODER}")
    return file


@pytest.fixture
def drawn(window: "Window", tmp_path: Path) -> "Window":
    """A window with a pipeline whose middle is missing, in a folder."""
    graph = tmp_path / "graph.json"
    window.document.open(graph_of("own_nodes"), None)
    window.document.do([("remove", "logged"), ("remove", "gate")], "Make room")
    window.frame.show_canvas()
    window.files.write(graph)
    assert window.document.folder == tmp_path
    return window


def row(window: "Window", name: str) -> Row:
    """The row of a parameter in the inspector."""
    assert isinstance(window.inspector.page, Form)
    return window.inspector.page.rows[name]


def click(window: "Window", part: QWidget) -> None:
    """A click with the left button, where the user sees the part."""
    window.inspector.area.ensureWidgetVisible(part)
    QTest.mouseClick(part, Qt.MouseButton.LeftButton)


def ports(window: "Window") -> list[str]:
    """What the inspector says of the types of the ports."""
    assert isinstance(window.inspector.page, Form)
    return [each.whole for each in window.inspector.page.ports.findChildren(Elided) if not each.isHidden()]


def drop(window: "Window", qtbot: QtBot, file: Path, name: str = "encoder") -> None:
    """Drop a file and wait for its node."""
    window.drops.take([file], QPointF(40, 50))
    qtbot.waitUntil(lambda: name in window.document.graph.nodes, timeout=LONG)


def type_of(window: "Window", end: str) -> str:
    """The type at an output, as text."""
    return str(window.session.report.types.get(End(*end.split("."))))


def test_that_a_text_is_tried_once_it_is_trusted(drawn: "Window", qtbot: QtBot) -> None:
    text = "def halved(values):\n    return values[:, :5]"
    drawn.document.do([("add", "half", "own.Function", {"source": {"function": text.split("\n")}})], "Add half")
    drawn.document.do([("connect", "batches.features", "half.values")], "Wire it")
    drawn.canvas.select(["half"])
    qtbot.waitUntil(lambda: any(p.node == "half" for p in drawn.session.report.problems))
    assert type_of(drawn, "half.output") == "None"
    entry = row(drawn, "source").entry
    assert isinstance(entry, SourceEntry)
    qtbot.waitUntil(entry.box.shield.isVisible)
    assert "known once you trust it" in ports(drawn)
    click(drawn, entry.box.shield.trust)
    qtbot.waitUntil(lambda: "being tried" in ports(drawn))
    qtbot.waitUntil(lambda: type_of(drawn, "half.output") == "float32[B, 5]", timeout=LONG)
    qtbot.waitUntil(lambda: not entry.box.shield.isVisible())


def test_that_a_dropped_file_is_read_and_runs_only_when_its_folder_is_trusted(
    drawn: "Window", qtbot: QtBot, encoder: Path
) -> None:
    drop(drawn, qtbot, encoder)
    node = drawn.document.graph.nodes["encoder"]
    assert (node.type, node.parameters["path"], node.parameters["called"]) == ("own.Model", "encoders.py", "Encoder")
    wires: list[tuple[str, ...]] = [("connect", "batches.features", "encoder.x")]
    drawn.document.do([*wires, ("connect", "encoder.output", "head.input")], "Wire it")
    arguments = row(drawn, "arguments").entry
    assert isinstance(arguments, ArgumentsEntry)
    assert list(arguments.lines) == ["width", "depth"]
    click(drawn, arguments.lines["width"])
    QTest.keyClicks(arguments.lines["width"], "20")
    QTest.keyClick(arguments.lines["width"], Qt.Key.Key_Return)
    assert drawn.document.graph.nodes["encoder"].parameters["arguments"] == {"width": 20}
    called = row(drawn, "called").entry
    assert isinstance(called, CalledEntry)
    qtbot.waitUntil(called.shield.isVisible)
    assert str(encoder.parent) in called.shield.toolTip()
    assert not (encoder.parent / "ran").exists()
    click(drawn, called.shield.trust)
    qtbot.waitUntil(lambda: type_of(drawn, "encoder.output") == "float32[B, 20]", timeout=LONG)
    assert (encoder.parent / "ran").exists()
    assert drawn.session.report.sound
    assert drawn.level.figures()["encoder"].weights == 13 * 20 + 20  # as it was seen when it was tried


def test_that_a_file_that_is_saved_is_looked_at_again_and_wires_stay_by_name(
    drawn: "Window", qtbot: QtBot, encoder: Path
) -> None:
    drop(drawn, qtbot, encoder)
    drawn.document.do([("connect", "batches.features", "encoder.mask")], "Wire it")
    drawn.document.do([("connect", "batches.features", "encoder.x")], "Wire it")
    text = encoder.read_text()
    encoder.write_text(text.replace("(self, x: torch.Tensor, mask", "(self, image: torch.Tensor, mask"))
    os.utime(encoder, ns=(1, 1))

    def takes() -> object:
        return drawn.document.graph.nodes["encoder"].parameters["signature"]["takes"]

    qtbot.waitUntil(lambda: takes() == ["image", "mask"])
    assert {edge.target.port for edge in drawn.document.graph.edges if edge.target.node == "encoder"} == {"x", "mask"}
    encoder.write_text(text)
    os.utime(encoder, ns=(2, 2))
    qtbot.waitUntil(lambda: takes() == ["x", "mask"])
    drawn.document.history.undo()
    assert takes() == ["image", "mask"]


def test_that_another_class_of_the_file_can_be_chosen(drawn: "Window", qtbot: QtBot, encoder: Path) -> None:
    more = ENCODER.partition("class ")[2].replace("Encoder", "Decoder").replace("width", "size")
    more = more.replace("x: torch.Tensor", "z: torch.Tensor").replace("(x)", "(z)")
    encoder.write_text(f"{ENCODER}\n\nclass {more}")
    drop(drawn, qtbot, encoder, "decoder")
    assert "Encoder can be chosen in the inspector" in drawn.strip.sentence.whole
    drawn.document.do([("set", "decoder", "arguments", {"size": 20, "depth": 2})], "Give arguments")
    drawn.document.do([("connect", "batches.features", "decoder.z"), ("connect", "decoder.output", "head.input")], "w")
    called = row(drawn, "called").entry
    assert isinstance(called, CalledEntry)
    called.combo.setFocus()
    QTest.keyClick(called.combo, Qt.Key.Key_Up)
    assert drawn.document.graph.nodes["decoder"].parameters["called"] == "Encoder"
    qtbot.waitUntil(lambda: drawn.inspector.looking.process is None, timeout=LONG)
    node = drawn.document.graph.nodes["encoder"]  # called as its class, as it was before
    assert node.parameters["arguments"] == {"depth": 2}
    wires = {tuple(map(str, edge)) for edge in drawn.document.graph.edges}
    assert {("batches.features", "encoder.x"), ("encoder.output", "head.input")} <= wires
    assert drawn.inspector.ids == ("encoder",)


def test_that_what_was_looked_at_once_is_known_of_every_node_that_names_it(drawn: "Window", qtbot: QtBot) -> None:
    takes = {"takes": ["input"], "optional": [], "gives": ["output"], "arguments": {}, "needed": []}
    asked = what_it_takes(Python("from torch.nn import Identity", "Identity"))
    learn(asked, Answer(signature=takes))
    drawn.document.do([("add", "same", "own.Model", {"called": "torch.nn.Identity"})], "Add it")

    def known() -> bool:
        return "signature" in drawn.document.graph.nodes["same"].parameters

    qtbot.waitUntil(known)
    drawn.document.history.undo()
    drawn.session.check_now()
    assert not known()
    drawn.document.history.redo()
    assert known()


def test_that_what_failed_is_tried_again_before_a_run(drawn: "Window", qtbot: QtBot, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    text = f"import pathlib\ndef same(values):\n    pathlib.Path({str(ready)!r}).read_text()\n    return values"
    trust([text])
    drawn.document.do([("add", "own", "own.Function", {"source": {"function": text.split("\n")}})], "Add it")
    wires = [("connect", "batches.features", "own.values"), ("connect", "own.output", "head.input")]
    drawn.document.do(wires, "Wire it")
    qtbot.waitUntil(lambda: "FileNotFoundError" in str(drawn.session.report.problems), timeout=LONG)
    ready.write_text("now")
    drawn.session.run()
    qtbot.waitUntil(lambda: drawn.session.running, timeout=LONG)


def test_that_a_type_may_be_told_and_stays_when_the_file_is_saved(drawn: "Window", qtbot: QtBot, encoder: Path) -> None:
    drop(drawn, qtbot, encoder)
    drawn.document.do([("connect", "batches.features", "encoder.x")], "Wire it")
    drawn.document.do([("set", "encoder", "arguments", {"width": 5})], "Set it")
    types = row(drawn, "outputs").entry
    assert isinstance(types, TypesEntry)
    assert types.lines["output"].placeholderText() == "found by trying"
    click(drawn, types.lines["output"])
    QTest.keyClicks(types.lines["output"], "float32[5]")
    QTest.keyClick(types.lines["output"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: type_of(drawn, "encoder.output") == "float32[B, 5]")
    encoder.write_text(encoder.read_text().replace("(self, x: torch.Tensor, mask", "(self, x: torch.Tensor, other"))
    os.utime(encoder, ns=(1, 1))
    qtbot.waitUntil(lambda: drawn.document.graph.nodes["encoder"].parameters["signature"]["takes"] == ["x", "other"])
    assert drawn.document.graph.nodes["encoder"].parameters["outputs"] == {"output": "float32[5]"}
    assert type_of(drawn, "encoder.output") == "float32[B, 5]"


def test_that_a_file_without_a_model_is_told(drawn: "Window", qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "tools.py"
    file.write_text("def f():\n    pass\n")
    drawn.drops.take([file], QPointF())
    qtbot.waitUntil(lambda: "no class in it has a forward" in drawn.banner.sentence.text(), timeout=LONG)
