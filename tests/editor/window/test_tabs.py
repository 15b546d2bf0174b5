"""Several graphs in one window: each has its own document, history, session and canvas; none is lost on the way."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QProcess, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QTabBar
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.looks.pieces import IconButton, Line, TextButton, colour
from editor.running.life import State
from editor.window.tabs import Tabs
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.train import process
from tests.editor.document.test_files import answer, edit, graph_file
from tests.editor.document.test_recovery import killed

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Button = QMessageBox.StandardButton
LONG = 120_000  # ms: torch is imported


@pytest.fixture(scope="module")
def opened(qapp: QApplication) -> Iterator[Tabs]:
    """One window for all tests."""
    yield from shown(qapp)


@pytest.fixture
def tabs(opened: Tabs, tmp_path: Path) -> Iterator[Tabs]:
    """The window with two files, `one` and `two`, of which the second is looked at."""
    empty(opened)
    for name in ("one", "two"):
        opened.current.files.open(graph_file(tmp_path, f"{name}.json"))
    opened.activateWindow()
    yield opened
    empty(opened)


def shown(qapp: QApplication) -> Iterator[Tabs]:
    """A window, until it is closed without questions."""
    theme.apply(qapp, "dark")
    made = Tabs()
    made.resize(1366, 768)
    made.show()
    assert QTest.qWaitForWindowExposed(made)
    yield made
    if made.isVisible():
        empty(made)
        made.close()
    made.deleteLater()


def empty(tabs: Tabs) -> None:
    """Close all tabs without questions; one is left, with its start page."""
    for page in list(tabs.pages):
        page.document.history.setClean()
        page.close()
    tabs.closed = []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def titles(tabs: Tabs) -> list[str]:
    """What the row says."""
    assert [page.document.title for page in tabs.pages] == [
        tabs.row.names.tabText(at) for at in range(tabs.row.names.count())
    ]
    return [page.document.title for page in tabs.pages]


def press(tabs: Tabs, key: Qt.Key, held: Qt.KeyboardModifier = Ctrl) -> None:
    """Keys, wherever the focus is."""
    QTest.keyClick(tabs.current.canvas.view, key, held)


def place(tabs: Tabs, at: int) -> QPoint:
    """The middle of a tab in the row."""
    return tabs.row.names.tabRect(at).center()


def test_that_a_single_graph_has_the_whole_window(opened: Tabs, tmp_path: Path) -> None:
    empty(opened)
    opened.current.files.open(graph_file(tmp_path))
    assert opened.row.isHidden()
    assert opened.current.size() == opened.size()
    assert opened.windowTitle().startswith("small")


def test_that_the_tab_that_is_looked_at_keeps_its_name(tabs: Tabs, tmp_path: Path) -> None:
    for at in range(11):
        tabs.current.files.open(graph_file(tmp_path, f"a_rather_long_name_{at:02}.json"))
    names = tabs.row.names
    for at in (5, 8):
        QTest.mouseClick(names, Left, pos=place(tabs, at))
        QApplication.processEvents()
        rest = {names.tabRect(each).width() for each in range(3, 12) if each != at}
        name = names.fontMetrics().horizontalAdvance(names.tabText(at))
        assert names.tabRect(at).width() > name + 30 > max(rest)


def test_that_the_title_says_how_far_the_run_of_the_shown_tab_is(tabs: Tabs) -> None:
    one, two = tabs.pages
    two.marks.told.emit("40%, 1:00 left")
    one.marks.told.emit("10%")
    assert tabs.windowTitle().startswith("40%, 1:00 left - two")
    tabs.go(one)
    assert tabs.windowTitle().startswith("10% - one")


def test_that_a_second_tab_of_a_file_says_that_it_is_a_tab_that_has_it(
    tabs: Tabs, tmp_path: Path, qtbot: QtBot
) -> None:
    one, two = tabs.pages
    two.files.write(tmp_path / "one.json")
    notice = two.files.following.notice
    assert notice.isVisible() and notice.sentence.text().startswith("one.json is open in another tab too.")
    one.document.history.setClean()
    one.close()
    two.files.following.on_disk.look()
    qtbot.waitUntil(notice.isHidden)


def test_that_each_tab_has_its_own_graph_history_and_view(tabs: Tabs) -> None:
    one, two = tabs.pages
    assert titles(tabs) == ["one", "two"]
    assert tabs.row.isVisible()
    assert tabs.current is two
    edit(two)
    two.canvas.view.setFocus()
    press(tabs, Key.Key_PageUp)
    assert tabs.current is one
    assert tabs.windowTitle().startswith("one")
    assert not tabs.isWindowModified()
    assert tabs.row.marks == [(False, False, False), (True, False, False)]
    press(tabs, Key.Key_Z)  # nothing to undo here
    assert two.document.unsaved
    press(tabs, Key.Key_Tab)
    assert tabs.current is two
    assert tabs.isWindowModified()
    press(tabs, Key.Key_Z)
    assert two.document.graph.nodes["layer"].parameters == {}
    press(tabs, Key.Key_PageDown)
    assert tabs.current is one


def test_that_new_graphs_come_in_tabs_and_take_the_place_of_none(tabs: Tabs, tmp_path: Path) -> None:
    press(tabs, Key.Key_T)
    blank = tabs.current
    assert blank.frame.on_start
    QTest.keyClick(tabs, Key.Key_T, Ctrl)  # there is one already
    QTest.keyClick(tabs, Key.Key_N, Ctrl)
    assert tabs.current is blank
    assert titles(tabs) == ["one", "two", "Untitled"]
    blank.document.do([("add", "layer", "nn.ReLU", {}, (0, 0))], "add")
    press(tabs, Key.Key_N)
    assert titles(tabs) == ["one", "two", "Untitled", "Untitled 2"]
    assert tabs.current.document.graph.nodes == {}
    tabs.current.files.open(tmp_path / "one.json")  # it is open
    assert tabs.current is tabs.pages[0]
    assert len(tabs.pages) == 4


def test_that_graphs_without_a_file_are_told_apart_where_they_are_named(tabs: Tabs) -> None:
    for _ in range(2):
        press(tabs, Key.Key_N)
        tabs.current.document.do([("add", "layer", "nn.ReLU", {}, (0, 0))], "add")
    assert titles(tabs) == ["one", "two", "Untitled", "Untitled 2"]
    last = tabs.current
    press(tabs, Key.Key_S)
    (dialog,) = last.findChildren(QFileDialog)
    assert dialog.windowTitle() == "Save Untitled 2"
    assert [Path(name).name for name in dialog.selectedFiles()] == ["Untitled 2.json"]
    dialog.close()
    assert last.files.beside_graph(".py").name == "untitled_2.py", "Python can import it"
    tabs.close()
    assert isinstance(last.question, QMessageBox)
    assert last.question.informativeText() == "Untitled, Untitled 2. They are lost otherwise."
    answer(last, Button.Cancel)
    press(tabs, Key.Key_W)
    assert last.question.text() == "Save the changes to Untitled 2?"
    answer(last, Button.Discard)
    press(tabs, Key.Key_N)
    assert titles(tabs) == ["one", "two", "Untitled", "Untitled 2"]
    press(tabs, Key.Key_T, Ctrl | Shift)  # in the place of the empty one
    assert titles(tabs) == ["one", "two", "Untitled", "Untitled 2"] and tabs.current.document.graph.nodes
    tabs.current.files.open(EXAMPLES / "two_models.json")
    tabs.current.files.open(EXAMPLES / "two_models.json")
    assert titles(tabs)[-2:] == ["two_models (copy)", "two_models (copy 2)"]


def test_that_a_closed_tab_asks_and_can_be_opened_again_with_its_history(tabs: Tabs) -> None:
    two = tabs.current
    edit(two)
    graph = two.document.graph
    press(tabs, Key.Key_W)
    answer(two, Button.Cancel)
    assert titles(tabs) == ["one", "two"]
    press(tabs, Key.Key_W)
    answer(two, Button.Discard)
    assert titles(tabs) == ["one"]
    assert tabs.row.isHidden()
    press(tabs, Key.Key_T, Ctrl | Shift)
    assert titles(tabs) == ["one", "two"]
    assert tabs.current.document.graph == graph
    assert tabs.isWindowModified()
    press(tabs, Key.Key_Z)
    assert tabs.current.document.graph.nodes["layer"].parameters == {}
    press(tabs, Key.Key_T, Ctrl | Shift)
    assert tabs.current.strip.sentence.whole == "No tab was closed."


def test_that_the_last_tab_gives_way_to_the_start_page(tabs: Tabs) -> None:
    for _ in range(2):
        press(tabs, Key.Key_W)
    assert tabs.isVisible()
    assert tabs.current.frame.on_start
    assert tabs.current.vacant
    assert len(tabs.pages) == 1


def test_that_the_mouse_chooses_closes_and_orders_tabs(tabs: Tabs, tmp_path: Path) -> None:
    names = tabs.row.names
    tabs.current.files.open(graph_file(tmp_path, "three.json"))
    QTest.mouseClick(names, Left, pos=place(tabs, 0))
    assert tabs.current is tabs.pages[0]
    start, end = place(tabs, 0), place(tabs, 2)
    QTest.mousePress(names, Left, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(names, start + (end - start) * step / 8)
    QTest.mouseRelease(names, Left, pos=end)
    assert titles(tabs) == ["two", "three", "one"]
    assert tabs.current is tabs.pages[2]
    QTest.mouseClick(names, Qt.MouseButton.MiddleButton, pos=place(tabs, 1))
    assert titles(tabs) == ["two", "one"]
    button = names.tabButton(1, QTabBar.ButtonPosition.RightSide)
    QTest.mouseClick(button, Left)
    assert titles(tabs) == ["two"]


def test_that_nodes_are_copied_from_tab_to_tab(tabs: Tabs) -> None:
    one, two = tabs.pages
    two.canvas.select(["layer"])
    press(tabs, Key.Key_C)
    tabs.go(one)
    one.canvas.setFocus()
    press(tabs, Key.Key_V)
    assert list(one.document.graph.nodes) == ["wine", "layer", "layer_2"]
    assert list(two.document.graph.nodes) == ["wine", "layer"]


def test_that_a_closed_tab_leaves_nothing_behind(tabs: Tabs, tmp_path: Path) -> None:
    def again() -> int:
        tabs.current.files.open(graph_file(tmp_path, "three.json"))
        QApplication.processEvents()
        press(tabs, Key.Key_W)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(QApplication.allWidgets())

    assert again() >= again()  # what tests before left may go meanwhile


def test_that_closing_the_window_asks_once_for_all(qapp: QApplication, tmp_path: Path) -> None:
    for tabs in shown(qapp):
        files = [graph_file(tmp_path, f"{name}.json") for name in ("one", "two", "three")]
        for file in files:
            tabs.current.files.open(file)
        for page in tabs.pages[:2]:
            edit(page)
        tabs.close()
        front = tabs.current
        assert isinstance(front.question, QMessageBox)
        assert front.question.text() == "Save the changes to 2 graphs?"
        answer(front, Button.Cancel)
        assert tabs.isVisible()
        tabs.close()
        answer(tabs.current, Button.SaveAll)
        assert not tabs.isVisible()
        widths = [load(file.read_bytes()).nodes["layer"].parameters for file in files]
        assert widths == [{"out_features": 7}, {"out_features": 7}, {}]


def test_that_a_run_goes_on_behind_and_is_there_when_one_comes_back(tabs: Tabs, qtbot: QtBot, tmp_path: Path) -> None:
    tabs.current.files.open(graph_file(tmp_path, "run.json", json.loads((EXAMPLES / "two_models.json").read_text())))
    page = tabs.current
    press(tabs, Key.Key_Return)
    with qtbot.waitSignal(page.session.happened, timeout=LONG, check_params_cb=lambda event: event["event"] == "step"):
        press(tabs, Key.Key_PageUp)
        assert tabs.row.marks == [(False, False, False), (False, False, False), (False, True, False)]
        assert not tabs.current.session.running
    tabs.go(page)
    assert page.training.isVisible()
    assert page.session.running
    with qtbot.waitSignal(page.session.run_ended, timeout=LONG):
        page.session.life.stop()
        page.session.life.stop()  # at once
    assert tabs.row.marks[2] == (False, False, False)


def test_that_a_tab_tells_a_run_that_is_paused_from_one_that_goes_on(tabs: Tabs) -> None:
    session, names, drawn = tabs.current.session, tabs.row.names, dict[str, object]()
    session.life.become(State.RUNS)
    for kind, said in (("paused", "a run is paused"), ("unpaused", "a run goes on")):
        session.happened.emit({"event": kind})
        assert names.tabToolTip(1).endswith(f", {said}") and names.accessibleTabName(1) == f"two, {said}"
        drawn[kind] = names.tabIcon(1).pixmap(20, 14).toImage()
    session.life.become(State.IDLE)
    assert drawn["paused"] != drawn["unpaused"]


def test_that_the_spare_process_goes_with_the_user(tabs: Tabs, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (page.session for page in tabs.pages)
    made: list[MagicMock] = []

    def spawned() -> MagicMock:
        made.append(MagicMock(stdout=BytesIO(b'{"device": "cpu"}\n'), **{"poll.return_value": None}))
        return made[-1]

    monkeypatch.setattr(process, "_spawned", spawned)
    tabs.current.wake()
    tabs.go(tabs.pages[0])
    assert (one.trainer.spare, two.trainer.spare) == (made[0], None)
    tabs.go(tabs.pages[1])
    assert (one.trainer.spare, two.trainer.spare) == (None, made[0])
    assert len(made) == 1
    tabs.current.document.history.setClean()
    press(tabs, Key.Key_W)
    assert one.trainer.spare is made[0]
    made[0].kill.assert_not_called()


@pytest.mark.parametrize("tried", [True, False])
def test_that_a_model_that_is_tried_keeps_its_process_while_another_tab_is_looked_at(
    tabs: Tabs, monkeypatch: pytest.MonkeyPatch, tried: bool
) -> None:
    for each in tabs.pages:
        monkeypatch.setattr(each.session, "warm", lambda: None)
    page = tabs.current
    page.wake()
    page.open_bottom("try" if tried else "log")
    asking = page.previews.asking
    asking.close()
    asking.process = there = QProcess(asking)  # as it is once torch is there
    press(tabs, Key.Key_Tab)
    assert tabs.current is not page
    press(tabs, Key.Key_Tab)
    assert tabs.current is page
    assert (asking.process is there) == tried
    page.previews.close()


def test_that_a_kill_costs_no_tab_its_edits_or_its_history(tabs: Tabs, qtbot: QtBot, tmp_path: Path) -> None:
    empty(tabs)
    graphs = killed(*(str(graph_file(tmp_path, f"{name}.json")) for name in ("three", "four")))
    recovery = tabs.current.recovery
    with qtbot.waitSignal(recovery.offered):
        recovery.look()
    (button,) = (each for each in recovery.findChildren(TextButton) if each.words == "Open all 2")
    QTest.mouseClick(button, Left)
    assert titles(tabs) == ["three", "four"]
    assert [dump(page.document.graph) for page in tabs.pages] == graphs
    assert recovery.isHidden()
    for page in tabs.pages:
        assert page.document.unsaved
        page.document.history.setIndex(0)
        assert list(page.document.graph.nodes) == ["wine", "layer"]


def test_that_a_theme_reaches_a_tab_when_it_is_looked_at(tabs: Tabs, qapp: QApplication) -> None:
    first, second = tabs.pages[:2]
    tabs.go(second)
    theme.apply(qapp, "light")
    assert theme.current().panel in second.styleSheet()
    assert theme.current().panel not in first.styleSheet()
    tabs.go(first)
    assert theme.current().panel in first.styleSheet()
    lines = [line for line in first.findChildren(Line) if line.isVisible()]
    assert lines and all(line.palette().windowText().color() == colour(line.token) for line in lines)
    theme.apply(qapp, "dark")


@pytest.mark.parametrize("words", ["Choose a file", "Write in a larger window"])
def test_that_a_dialog_of_a_panel_looks_like_its_tab(tabs: Tabs, words: str) -> None:
    page, written = tabs.current, {"fields": ["image"], "collate_fn": {"function": ["def joined(samples):"]}}
    node = ("data.Table", {}) if words == "Choose a file" else ("Collate", written)
    page.document.open(applied(Graph(), [("add", "one", *node)]), None)
    page.canvas.select(["one"])
    next(each for each in page.inspector.findChildren(IconButton) if each.toolTip() == words).click()
    (dialog,) = (each for each in tabs.findChildren(QDialog) if each.isVisible())
    assert dialog.parent() is page, "whose style sheet it has then"
    dialog.reject()
