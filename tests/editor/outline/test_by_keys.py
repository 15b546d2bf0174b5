"""The third example, text and image into one model, built from an empty canvas with nothing but keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from tests.editor.canvas.hand import edge, two_models
from tests.editor.test_whole_way import meaning

PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key
EXAMPLE = load((EXAMPLES / "text_and_image.json").read_bytes())
TYPED = {  # what is typed into the search for each node of the example
    "clipart": "Arrays",
    "resized": "Resize",
    "batches": "Collate",
    "words": "nn.Embedding(4096, 32)",
    "meaning": "mean",
    "scaled": "Scale",
    "flat": "nn.Flatten()",
    "shapes": "nn.Linear(32)",
    "norm": "nn.BatchNorm1d()",
    "relu": "nn.ReLU()",
    "joined": "cat",
    "final": "nn.Linear(10)",
    "loss": "nn.CrossEntropyLoss()",
    "accuracy": "Accuracy",
    "adam": "optim.AdamW(lr=0.02)",
}


class Keys:
    """Ten fingers: every event goes to what has the focus."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.ids: dict[str, str] = {}

    @property
    def focus(self) -> QWidget:
        """What has it."""
        return QApplication.focusWidget() or self.window

    @property
    def graph(self) -> Graph:
        """What has been built."""
        return self.window.document.graph

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN, times: int = 1) -> None:
        """A key, once or several times."""
        for _ in range(times):
            QTest.keyClick(self.focus, key, held)
            QApplication.processEvents()

    def write(self, text: str) -> None:
        """Letters."""
        QTest.keyClicks(self.focus, text)
        QApplication.processEvents()

    def write_line(self, text: str) -> None:
        """Another text in a line."""
        self.press(KEY.Key_A, CONTROL)
        self.write(text)
        self.press(KEY.Key_Return)

    def tab_to(self, name: str) -> QWidget:
        """On with Tab to what a screen reader calls so."""
        for _ in range(80):
            if self.focus.accessibleName() == name:
                return self.focus
            self.press(KEY.Key_Tab)
        raise AssertionError(f"Tab comes by nothing called {name}")

    def add(self, id: str) -> None:
        """Search for a node type, and add the first that is found."""
        before = set(self.graph.nodes)
        self.press(KEY.Key_F, CONTROL)
        self.write(TYPED[id])
        self.press(KEY.Key_Return)
        (self.ids[id],) = set(self.graph.nodes) - before

    def go(self, id: str) -> None:
        """To the line of a node in the outline."""
        tree = self.window.by_keys.outline.tree
        if not tree.hasFocus():
            self.press(KEY.Key_L, CONTROL | SHIFT)
        self.press(KEY.Key_Home)
        for _ in self.graph.nodes:
            if self.window.canvas.selected() == [self.ids[id]]:
                return
            self.press(KEY.Key_Down)
        raise AssertionError(f"the outline has no line of {id}")

    def wire(self, source: str, target: str) -> None:
        """Draw a wire of what is selected by the names of its ends, unless the search has drawn it already."""
        into = [str(edge.target) for edge in self.graph.edges if str(edge.source) == source]
        if target in into or (target.endswith("new field") and into):
            return
        self.press(KEY.Key_L)
        self.write(f"{source} {target}")
        self.press(KEY.Key_Return)

    def parameter(self, id: str, name: str) -> QWidget:
        """From the outline into the form, and on to a parameter."""
        self.go(id)
        self.press(KEY.Key_Return)
        return self.tab_to(name)


@pytest.fixture
def keys(window: Window, qtbot: QtBot) -> Keys:
    """An empty graph and no mouse."""
    window.activateWindow()
    made = Keys(window, qtbot)
    made.press(KEY.Key_N, CONTROL)
    return made


def read_data(keys: Keys) -> None:
    """Name the file of the data, and take the fields that a look at it tells."""
    keys.parameter("clipart", "path")
    keys.write_line(str(EXAMPLES / "data" / "clipart.npz"))
    keys.tab_to("Look at the file and take its fields")
    keys.press(KEY.Key_Space)
    keys.qtbot.waitUntil(
        lambda: "picture" in keys.graph.nodes[keys.ids["clipart"]].parameters.get("fields", {}), timeout=60_000
    )


def join_titles(keys: Keys) -> None:
    """The function that makes ten numbers of each title, and the type that it gives."""
    way = EXAMPLE.nodes["batches"].parameters["collate"]["text"]
    combo = keys.parameter("batches", "How text becomes a batch")
    assert isinstance(combo, QComboBox)
    keys.press(KEY.Key_End)
    keys.press(KEY.Key_Return)
    keys.tab_to("Function that joins text")
    keys.press(KEY.Key_A, CONTROL)
    QGuiApplication.clipboard().setText("\n".join(way["function"]))
    keys.press(KEY.Key_V, CONTROL)
    keys.press(KEY.Key_Tab, CONTROL)
    keys.tab_to("Type of output that the function gives")
    keys.write_line(way["output"])


def rename_fields(keys: Keys) -> None:
    """The fields of Collate are named after what came in first."""
    for name in ("image", "text"):
        keys.parameter("batches", f"Name of field {FIELDS[name]}")
        keys.write_line(name)


FIELDS = {"image": "picture", "text": "title"}  # as new fields are called first


def test_that_text_and_image_are_joined_without_a_mouse(keys: Keys) -> None:
    for id in EXAMPLE.nodes:
        keys.add(id)
        if id == "clipart":
            read_data(keys)
        for source, target in EXAMPLE.edges:
            if target.node == id:
                into = f"{keys.ids[id]}, new field" if id == "batches" else f"{keys.ids[id]}.{target.port}"
                keys.wire(f"{keys.ids[source.node]}.{source.port}", into)
        if id == "batches":
            rename_fields(keys)
    join_titles(keys)
    keys.parameter("resized", "size")
    keys.write_line("224, 224")
    keys.parameter("meaning", "dim")
    keys.write_line("1")
    keys.parameter("joined", "dim")
    keys.write_line("1")
    made = keys.graph
    keys.window.session.check_now()
    assert keys.window.session.report.problems == ()
    names = {new: id for id, new in keys.ids.items()}
    assert meaning(told(made), names) == meaning(told(EXAMPLE), {id: id for id in EXAMPLE.nodes})


def told(graph: Graph) -> Graph:
    """A graph without the folder of its data."""
    edits = [
        ("set", id, "path", Path(node.parameters["path"]).name)
        for id, node in graph.nodes.items()
        if "path" in node.parameters
    ]
    return applied(graph, edits)


@pytest.mark.parametrize("typed", ["mb", "modle_b", "MODEL_B inp", "model_b.output final"])
def test_that_a_wire_is_found_as_a_node_type_is_by_beginnings_of_words_and_with_a_slip(keys: Keys, typed: str) -> None:
    keys.window.document.open(two_models(), None)
    keys.window.session.check_now()
    keys.window.canvas.select(["final"])
    keys.window.canvas.setFocus()
    keys.press(KEY.Key_L)
    keys.write(typed)
    keys.press(KEY.Key_Return)
    assert edge("model_b.output", "final.input") in keys.graph.edges


def test_that_what_is_like_no_wire_finds_none(keys: Keys) -> None:
    keys.window.document.open(two_models(), None)
    keys.window.canvas.select(["final"])
    keys.window.canvas.setFocus()
    keys.press(KEY.Key_L)
    keys.write("zebra")
    before = keys.graph
    keys.press(KEY.Key_Return)
    assert keys.graph is before
