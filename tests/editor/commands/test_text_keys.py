"""What is being written has its keys for itself: Ctrl+Enter commits, no run begins; what no text needs still works."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from editor.inspector.form import Form
from editor.inspector.framed import FrameForm
from editor.inspector.joining import JoiningEntry
from editor.window.window import Window
from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
from runtime.graph.model import Edge, End
from tests.editor.canvas.hand import Hand, two_models

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FRAME: Edit = ("frame", "about", {"rect": [0, 300, 200, 100], "text": "First."})
JOIN = {"image": {"function": ["def join(samples):", "    return samples"], "output": "float32[64]"}}


class EmacsLine(QLineEdit):
    """A line as on desktops where Ctrl+E is End to Qt."""

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+E."""
        done = super().event(event)
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_E
        ):
            event.accept()
        return done


@pytest.fixture
def reached(emptied_window: Window, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What of the window was reached by keys, over two models, a note and a function."""
    window, found = emptied_window, list[str]()
    window.document.open(applied(two_models(), [FRAME, ("set", "batches", "collate", JOIN)]), None)
    window.frame.show_canvas()
    monkeypatch.setattr(window, "run_or_stop", lambda: found.append("run"))
    monkeypatch.setattr(window, "open_bottom", found.append)
    monkeypatch.setattr(window.files, "export", lambda: found.append("export"))
    QApplication.processEvents()
    return found


def focused(part: QWidget) -> QWidget:
    """The part, with the focus."""
    part.setFocus()
    QApplication.processEvents()
    found = QApplication.focusWidget()
    assert found in (part, part.focusProxy())
    return part


def test_that_ctrl_enter_commits_a_note_and_begins_no_run(reached: list[str], shared_window: Window) -> None:
    window = shared_window
    window.write_text("about")
    form = window.inspector.page
    assert isinstance(form, FrameForm)
    for modifiers in (CONTROL, CONTROL | SHIFT):
        QTest.keyClicks(focused(form.text), "More. ")
        QTest.keyClick(form.text, Qt.Key.Key_Return, modifiers)
    assert frames(window.document.graph)["about"].text.count("More.") == 2
    assert reached == []
    QTest.keyClicks(focused(form.title), "Data")
    QTest.keyClick(form.title, Qt.Key.Key_Return, CONTROL)
    assert frames(window.document.graph)["about"].title == "Data"


def test_that_ctrl_enter_runs_with_the_number_that_was_typed(
    reached: list[str], shared_window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = shared_window
    window.show_node("final")
    form = window.inspector.page
    assert isinstance(form, Form)
    line = form.rows["out_features"].entry.focusProxy()
    assert isinstance(line, QLineEdit)
    run_with: list[int] = []
    graph = window.document
    monkeypatch.setattr(
        window, "run_or_stop", lambda: run_with.append(graph.graph.nodes["final"].parameters["out_features"])
    )
    focused(line)
    line.selectAll()
    QTest.keyClicks(line, "3")
    QTest.keyClick(line, Qt.Key.Key_Return, CONTROL)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert run_with == [3]


def test_that_ctrl_enter_commits_what_is_written_of_a_node(reached: list[str], shared_window: Window) -> None:
    window = shared_window
    window.show_node("final")
    form = window.inspector.page
    assert isinstance(form, Form)
    QTest.keyClicks(focused(form.note), "The last.")
    QTest.keyClick(form.note, Qt.Key.Key_Enter, CONTROL)
    node = window.document.graph.nodes["final"]
    assert node.extra["note"] == "The last."
    window.show_node("batches")
    form = window.inspector.page
    assert isinstance(form, Form)
    joining = form.rows["collate"].entry
    assert isinstance(joining, JoiningEntry)
    code = joining.ways["image"][3].code
    QTest.keyClicks(focused(code), "x = 1;")
    QTest.keyClick(code, Qt.Key.Key_Return, CONTROL)
    function = window.document.graph.nodes["batches"].parameters["collate"]["image"]["function"]
    assert function == ["x = 1;def join(samples):", "    return samples"]
    assert reached == []


def test_that_ctrl_enter_chooses_in_a_search_and_ends_a_name(reached: list[str], shared_window: Window) -> None:
    window = shared_window
    window.canvas.setFocus()
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Tab)
    field = window.searching.popup.field
    QTest.keyClicks(focused(field), "relu")
    QTest.keyClick(field, Qt.Key.Key_Return, CONTROL)
    assert "nn.ReLU" in {node.type for node in window.document.graph.nodes.values()}
    window.canvas.rename("final")
    line = window.canvas.renaming.line
    assert line is not None
    QTest.keyClicks(focused(line), "last")
    before = window.document.graph
    QTest.keyClick(line, Qt.Key.Key_D, CONTROL)  # would make a copy of the node
    assert window.document.graph is before
    QTest.keyClick(line, Qt.Key.Key_Return, CONTROL)
    assert "last" in window.document.graph.nodes
    QTest.keyClicks(focused(window.palette_panel.search), "gelu")
    QTest.keyClick(window.palette_panel.search, Qt.Key.Key_Return, CONTROL)
    assert "nn.GELU" in {node.type for node in window.document.graph.nodes.values()}
    assert reached == []


def test_that_keys_that_no_text_needs_are_the_windows_in_a_text_too(reached: list[str], shared_window: Window) -> None:
    line = EmacsLine(shared_window)
    line.show()
    QTest.keyClicks(focused(line), "ab")
    QTest.keyClick(line, Qt.Key.Key_E, CONTROL)
    assert reached == ["export"]
    QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
    assert line.selectedText() == "ab"
    line.setReadOnly(True)
    shared_window.canvas.setFocus()
    QTest.keyClick(focused(line), Qt.Key.Key_Return, CONTROL)
    assert reached == ["export", "run"], "there is nothing to commit where nothing can be written"
    line.deleteLater()


def test_that_escape_from_the_search_of_a_wire_that_was_taken_off_still_says_so(
    reached: list[str], shared_window: Window
) -> None:
    window, hand = shared_window, Hand(shared_window.canvas)
    hand.pull(hand.input("final.input"), hand.nowhere())
    sentence = window.strip.sentence.whole
    assert sentence.startswith("joined.output no longer goes to final.input.")
    popup = window.searching.popup
    assert popup.isVisible()
    QTest.keyClick(focused(popup.field), Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert window.strip.sentence.whole == sentence
    hand.pull(hand.input("loss.input"), hand.nowhere())
    QTest.keyClicks(focused(popup.field), "nn.ReLU")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert Edge(End("final", "output"), End("relu", "input")) in window.document.graph.edges
    assert window.strip.sentence.whole == ""
