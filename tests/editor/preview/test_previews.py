"""A preview by hand: clicked, stepped through, moved to another wire, closed; its process may end, the window not."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QProcess, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.preview import asking
from editor.preview.previews import Previews
from editor.running.life import State
from runtime.graph.file import load
from runtime.graph.model import Edge, End, Graph, Node, end
from runtime.train.trust import trusted
from tests.editor.canvas.hand import Hand

if TYPE_CHECKING:
    from editor.window.window import Window

LONG = 150_000  # ms: the process starts and imports torch, on a busy machine
EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"
QUICK = """
import json, sys
print('{"id": null}', flush=True)
for line in sys.stdin:
    order = json.loads(line)
    print(json.dumps({"id": order["id"], "end": order["end"], "problem": "It is there."}), flush=True)
"""
READING = QUICK.replace('"problem": "It is there."', '"stage": "reading rows.csv", "seconds": 12')
HANGING = QUICK.replace("order = json.loads(line)", "import time; time.sleep(600)")
Until = Callable[[str], dict[str, Any]]


@pytest.fixture
def cold(window: "Window", qtbot: QtBot) -> Previews:
    """A window with the example of two models, its types known."""
    window.files.open(EXAMPLES / "two_models.json")
    qtbot.waitUntil(lambda: end("final.output") in window.session.report.types)
    return window.previews


@pytest.fixture(scope="module")
def warmed(qapp: QApplication) -> Iterator[list[QProcess]]:
    """The process that one test leaves to the next, which spares each the import of torch."""
    kept: list[QProcess] = []
    yield kept
    for process in kept:
        process.kill()
        process.waitForFinished()


@pytest.fixture
def previews(cold: Previews, warmed: list[QProcess], qtbot: QtBot) -> Iterator[Previews]:
    """The same with a process that is there."""
    asking = cold.asking
    if warmed:
        asking.follow(warmed.pop())
        asking.ready = True
    else:
        with qtbot.waitSignal(asking.readied, timeout=LONG):
            asking.warm()
    yield cold
    if asking.idle and asking.process is not None:
        asking.process.readyReadStandardOutput.disconnect()
        asking.process.finished.disconnect()
        asking.process.errorOccurred.disconnect()
        asking.process.setParent(None)
        warmed.append(asking.process)
        asking.process = None


@pytest.fixture
def hand(cold: Previews) -> Hand:
    return Hand(cold.canvas)


@pytest.fixture
def shown(cold: Previews, qtbot: QtBot) -> Until:
    """Waits until the panel shows an end, and gives what it was told."""

    def wait(text: str) -> dict[str, Any]:
        panel = cold.panel
        qtbot.waitUntil(lambda: bool(panel.isVisible() and panel.told and panel.told["end"] == text), timeout=LONG)
        return panel.told

    return wait


def chip(hand: Hand, text: str) -> QPoint:
    """The pixel of a type chip, as in ``"digits.image"``."""
    at = end(text)
    box = hand.canvas.mirror.boxes[at.node]
    rect = next(label.rect for label in box.shape_.labels if label.name == f"chip.{at.port}")
    return hand.pixel(box.pos() + rect.center())


def test_that_a_click_on_a_type_shows_what_is_there_and_escape_closes_it(
    previews: Previews, hand: Hand, shown: Until
) -> None:
    panel = previews.panel
    hand.click(chip(hand, "digits.image"))
    assert panel.isVisible() and panel.title.whole == "digits.image"
    told = shown("digits.image")
    assert told["shape"] == [1, 8, 8] and len(panel.pictures.images) == 16 and panel.caption.isVisible()
    assert previews.place.rect().contains(panel.geometry())
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.isHidden() and hand.view.hasFocus()


def test_that_a_wire_opens_by_two_clicks_and_the_panel_moves_on_by_one(
    previews: Previews, hand: Hand, shown: Until
) -> None:
    hand.click(hand.middle("digits.label", "batches.label"))
    assert previews.panel.isHidden()  # one click selects
    hand.double(hand.middle("digits.label", "batches.label"))
    assert shown("digits.label")["stats"]["classes"] and previews.panel.classes.isVisible()
    hand.click(hand.middle("gelu.output", "joined.tensors"))
    assert shown("gelu.output")["shape"] == [32, 32]
    assert "untrained" in previews.panel.about.text() and previews.panel.table.isVisible()
    hand.key(Qt.Key.Key_Escape)
    assert previews.panel.isHidden()


def test_that_p_shows_one_output_of_the_selected_node_after_the_other(
    previews: Previews, hand: Hand, shown: Until
) -> None:
    hand.click(hand.title("batches"))
    hand.key(Qt.Key.Key_P)
    shown("batches.image")
    QTest.keyClick(previews.panel, Qt.Key.Key_P)
    first = shown("batches.label")
    QTest.keyClick(previews.panel, Qt.Key.Key_Escape)
    hand.click(hand.title("adam"))
    hand.key(Qt.Key.Key_P)
    assert shown("loss.output")["kind"] == "loss" and first["kind"] == "labels"


def test_that_arrows_step_through_batches_and_back(previews: Previews, hand: Hand, shown: Until, qtbot: QtBot) -> None:
    panel = previews.panel
    hand.click(chip(hand, "scaled.output"))
    first = shown("scaled.output")
    QTest.keyClick(panel, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: panel.told.get("batch") == 1, timeout=LONG)
    assert panel.told["table"] != first["table"] and panel.place_in.text() == "batch 2 of 45"
    QTest.mouseClick(panel.previous, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.told.get("batch") == 0, timeout=LONG)
    assert panel.told["table"] == first["table"]
    QTest.keyClick(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("scaled.output\tfloat32[1, 8, 8]\n") and "batch 1 of 45" in copied
    QTest.keyClick(panel, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: panel.told.get("batch", 0) > 0, timeout=LONG)


def test_that_an_edit_is_followed_and_a_node_that_goes_takes_its_preview_along(
    previews: Previews, hand: Hand, shown: Until, qtbot: QtBot
) -> None:
    hand.click(chip(hand, "dense.output"))
    assert shown("dense.output")["shape"] == [32, 32]
    hand.view.setFocus()
    hand.document.do([("set", "dense", "out_features", 5)], "narrower")
    qtbot.waitUntil(lambda: previews.panel.told.get("shape") == [32, 5], timeout=LONG)
    assert hand.view.hasFocus(), "keys go to where the user types"
    hand.document.do([("remove", "dense")], "away")
    qtbot.waitUntil(previews.panel.isHidden, timeout=LONG)


def test_that_a_resting_cursor_shows_a_small_one_in_place_of_a_tip(
    previews: Previews, hand: Hand, qtbot: QtBot
) -> None:
    at = hand.middle("scaled.output", "batches.image")
    hit = hand.view.hit(hand.view.scene_at(at.toPointF()))
    assert hand.canvas.tip(hit).startswith("scaled.output to batches.image")
    hand.move(at, button=Qt.MouseButton.NoButton)
    qtbot.waitUntil(previews.peek.isVisible, timeout=LONG)
    assert previews.peek.end == "scaled.output" and previews.peek.pictures.images
    assert not hand.canvas.tip(hit)
    hand.move(hand.nowhere(), button=Qt.MouseButton.NoButton)
    assert previews.peek.isHidden() and hand.canvas.tip(hit)


def test_that_a_small_one_takes_no_keys_and_goes_where_something_is_pulled_or_the_cursor_leaves(
    previews: Previews, hand: Hand, qtbot: QtBot
) -> None:
    at, panel = hand.middle("scaled.output", "batches.image"), previews.panel
    hand.view.setFocus()
    previews.place.window().activateWindow()
    before = QApplication.focusWidget()
    for goes in ("press", "leave"):
        hand.move(at, button=Qt.MouseButton.NoButton)
        qtbot.waitUntil(previews.peek.isVisible, timeout=LONG)
        assert QApplication.focusWidget() is before and panel.isHidden()
        assert previews.peek.focusPolicy() == Qt.FocusPolicy.NoFocus
        if goes == "press":
            start = hand.title("dense")
            hand.move(at, button=Qt.MouseButton.NoButton)
            hand.hold(start, start + QPoint(40, 30))
            assert previews.peek.isHidden() and not previews.resting.isActive()
            hand.move(at)  # over a wire, with the button held
            assert not previews.resting.isActive() and previews.under is None
            hand.key(Qt.Key.Key_Escape)
            hand.release(at)
        else:
            QApplication.sendEvent(hand.view, QEvent(QEvent.Type.Leave))
            assert previews.peek.isHidden() and hand.canvas.tips_wanted


def test_that_a_resting_cursor_has_nothing_read_while_a_run_goes_on(
    cold: Previews, hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "start", lambda process, _: process.start(sys.executable, ["-c", READING]))
    with qtbot.waitSignal(cold.asking.readied, timeout=LONG):
        cold.asking.warm()
    cold.session.life.become(State.RUNS)
    hand.move(hand.middle("gelu.output", "joined.tensors"), button=Qt.MouseButton.NoButton)
    qtbot.waitUntil(lambda: not cold.resting.isActive())
    assert cold.asking.idle  # it would have the model computed
    hand.move(hand.middle("scaled.output", "batches.image"), button=Qt.MouseButton.NoButton)
    qtbot.waitUntil(lambda: bool(cold.asking.asked and cold.asking.asked["glance"]), timeout=LONG)


def test_that_pictures_are_shown_before_they_are_decoded(
    window: "Window", previews: Previews, shown: Until, qtbot: QtBot
) -> None:
    window.files.open(EXAMPLES / "drawings.json")
    qtbot.waitUntil(lambda: end("drawings.picture") in window.session.report.types)
    previews.open(end("drawings.picture"), previews.canvas.where(end("drawings.picture")))
    told, panel = shown("drawings.picture"), previews.panel
    assert told["type"] == "picture" and len(panel.pictures.images) == 16
    assert {(image.width(), image.height()) for image in panel.pictures.images} != {(0, 0)}
    facts = {name: value for name, value, _ in panel.facts.pairs}
    assert " x " in facts["sizes"] and facts["modes"] and panel.facts.isVisible()


def test_that_a_resting_cursor_starts_no_process(cold: Previews, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.middle("scaled.output", "batches.image"), button=Qt.MouseButton.NoButton)
    assert cold.resting.isActive()
    qtbot.waitUntil(lambda: not cold.resting.isActive())
    assert cold.asking.process is None and cold.peek.isHidden()


def with_own(graph: Graph) -> tuple[Graph, str]:
    """The graph with a function of the user's on its pictures, and its text."""
    lines = ["def mine(x):", "    return x * 2"]
    own = Node("mine", "own.Function", {"source": {"function": lines}})
    edges = (*graph.edges, Edge(end("batches.image"), End("mine", "x")))
    return graph.with_(nodes={**graph.nodes, "mine": own}, edges=edges, layout={}), "\n".join(lines)


def test_that_python_nobody_trusts_is_asked_about_with_the_words_of_its_button(
    window: "Window", previews: Previews, hand: Hand, shown: Until, qtbot: QtBot
) -> None:
    graph, text = with_own(load((EXAMPLES / "two_models.json").read_bytes()))
    window.document.open(graph, None)
    qtbot.waitUntil(lambda: "mine" in window.session.report.sides)
    hand.click(hand.title("mine"))
    hand.key(Qt.Key.Key_P)
    assert str(shown("mine.output")["problem"]).startswith("mine brings Python of its own")
    assert previews.panel.trust.isVisible() and previews.panel.trust.words == "Trust and run"
    QTest.mouseClick(previews.panel.trust, Qt.MouseButton.LeftButton)
    assert previews.dialog is not None and previews.dialog.texts == [text]
    asked = previews.asking.number
    QTest.mouseClick(previews.dialog.yes, Qt.MouseButton.LeftButton)
    assert trusted([text]) == {text} and previews.asking.number == asked + 1


def test_that_a_process_that_is_killed_is_told_and_the_next_question_is_answered(
    cold: Previews, hand: Hand, shown: Until, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "start", lambda process, _: process.start(sys.executable, ["-c", HANGING]))
    hand.click(chip(hand, "digits.image"))
    qtbot.waitUntil(lambda: cold.asking.asked is not None, timeout=LONG)
    process = cold.asking.process
    assert process is not None
    os.kill(process.processId(), signal.SIGKILL)
    problem = str(shown("digits.image")["problem"])
    assert problem.startswith("The process that shows what is on wires has ended") and "\n" not in problem
    monkeypatch.setattr(asking, "start", lambda process, _: process.start(sys.executable, ["-c", QUICK]))
    hand.click(chip(hand, "digits.label"))
    assert shown("digits.label")["problem"] == "It is there."


def test_that_a_process_that_hangs_is_ended_after_a_while(
    cold: Previews, hand: Hand, shown: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "start", lambda process, _: process.start(sys.executable, ["-c", HANGING]))
    monkeypatch.setattr(asking, "PATIENCE", 50)  # ms
    hand.click(chip(hand, "digits.image"))
    assert "no answer within" in str(shown("digits.image")["problem"])
    assert cold.asking.process is None


def test_that_what_takes_long_says_how_long_is_waited_for_and_can_be_cancelled(
    cold: Previews, hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "start", lambda process, _: process.start(sys.executable, ["-c", READING]))
    hand.click(chip(hand, "digits.image"))
    panel = cold.panel
    qtbot.waitUntil(lambda: panel.state.text() == "Reading rows.csv… 12 s", timeout=LONG)
    process = cold.asking.process
    monkeypatch.setattr(QProcess, "waitForFinished", lambda *_: pytest.fail("the window stands still"))
    assert process is not None and panel.cancel.isVisible()
    with qtbot.waitSignal(process.finished, timeout=LONG):
        QTest.mouseClick(panel.cancel, Qt.MouseButton.LeftButton)
        assert panel.isHidden() and cold.asking.asked is None
    assert cold.asking.process is not process  # the next question finds one that is there


def test_that_patience_begins_anew_with_each_sign_of_life(
    cold: Previews, hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "start", lambda process, _: process.start(sys.executable, ["-c", READING]))
    with qtbot.waitSignal(cold.asking.readied, timeout=LONG):
        cold.asking.warm()
    hand.click(chip(hand, "digits.image"))
    monkeypatch.setattr(asking, "PATIENCE", 2 * asking.PATIENCE)  # by which one sees that it is begun anew
    with qtbot.waitSignal(cold.asking.reached, timeout=LONG):
        assert cold.asking.late.interval() == asking.PATIENCE / 2
    assert cold.asking.late.interval() == asking.PATIENCE and cold.asking.late.isActive()


def test_that_the_process_ends_with_the_window(
    window: "Window", previews: Previews, hand: Hand, shown: Until, qtbot: QtBot
) -> None:
    hand.click(chip(hand, "digits.label"))
    shown("digits.label")
    process = previews.asking.process
    assert process is not None
    number = process.processId()
    window.document.history.setClean()
    window.close()
    qtbot.waitUntil(lambda: not there(number), timeout=LONG)


def there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
