"""Frames, notes and dots in the whole window: keys, inspector, clipboard, definitions, menu."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.commands.menu import ON_A_FRAME, CanvasMenu
from editor.inspector.framed import FrameForm
from editor.inspector.settings import GraphForm
from editor.window.window import Window
from runtime.graph.bends import bends
from runtime.graph.file import dump, load
from runtime.graph.frames import frames
from tests.editor.canvas.hand import CONTROL, PLAIN, Hand, assert_mirrors, edge, two_models


@pytest.fixture
def hand(shared_window: Window) -> Hand:
    """A hand on the canvas of a whole window, that shows two models."""
    shared_window.document.open(two_models(), None)
    shared_window.frame.show_canvas()
    shared_window.session.check_now()
    shared_window.activateWindow()
    shared_window.canvas.setFocus()
    shared_window.say("")
    QApplication.processEvents()
    return Hand(shared_window.canvas)


def press(hand: Hand, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    """A key on the canvas, whose window is the active one."""
    hand.view.activateWindow()
    hand.view.setFocus()
    QApplication.processEvents()
    QTest.keyClick(hand.view, key, held)
    QApplication.processEvents()


def point(hand: Hand, at: QPointF) -> None:
    """Bring the cursor there."""
    port, place = hand.view.viewport(), hand.pixel(at)
    hand.view.cursor().setPos(port.mapToGlobal(place))
    QApplication.sendEvent(port, QEnterEvent(QPointF(place), QPointF(place), QPointF(port.mapToGlobal(place))))


def form(window: Window) -> FrameForm:
    """What the inspector shows of a frame."""
    QApplication.processEvents()
    page = window.inspector.page
    assert isinstance(page, FrameForm)
    return page


def test_that_j_frames_the_selection_and_its_title_is_typed_at_once(hand: Hand, shared_window: Window) -> None:
    press(hand, Qt.Key.Key_J)
    assert shared_window.strip.sentence.whole == "Select nodes to put a frame around them."
    hand.canvas.select(["model_a", "model_b"])
    press(hand, Qt.Key.Key_J)
    line = hand.canvas.renaming.line
    assert line is not None
    QTest.keyClicks(line, "Models")
    QTest.keyClick(line, Qt.Key.Key_Return)
    (frame,) = frames(hand.document.graph).values()
    assert frame.title == "Models"
    box = hand.canvas.mirror.frames[frame.id]
    held = [id for id, node in hand.canvas.mirror.boxes.items() if box.holds(node.rect)]
    assert held == ["model_a", "model_b"]
    assert all(number % 10 == 0 for number in frame.rect)
    assert form(shared_window).title.text() == "Models"
    assert_mirrors(hand.canvas)


def test_that_n_puts_a_note_at_the_cursor_to_be_written_and_it_is_saved(hand: Hand, shared_window: Window) -> None:
    at = hand.canvas.content().bottomLeft() + QPointF(0, 50)
    hand.canvas.view.fit(hand.canvas.surroundings().adjusted(-50, -50, 50, 200))
    point(hand, at)
    press(hand, Qt.Key.Key_N)
    page = form(shared_window)
    assert page.text.hasFocus()
    QTest.keyClicks(page.text, "# Why")
    QTest.keyClick(page.text, Qt.Key.Key_Return, CONTROL)
    (note,) = frames(hand.document.graph).values()
    assert (note.title, note.colour, note.text) == ("", "yellow", "# Why")
    assert abs(note.rect[0] - at.x()) < 200
    assert load(dump(hand.document.graph).encode()) == hand.document.graph
    hand.document.history.undo()
    QApplication.processEvents()
    assert frames(hand.document.graph)["note"].text == ""
    assert form(shared_window).text.toPlainText() == ""
    hand.document.history.undo()
    QApplication.processEvents()
    assert isinstance(shared_window.inspector.page, GraphForm)


def test_that_escape_keeps_what_was_written_in_a_note_and_undo_takes_it_back(hand: Hand, shared_window: Window) -> None:
    press(hand, Qt.Key.Key_N)
    text = form(shared_window).text
    QTest.keyClicks(text, "# Why")
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert frames(hand.document.graph)["note"].text == text.toPlainText() == "# Why"
    hand.document.history.undo()
    assert frames(hand.document.graph)["note"].text == ""


def test_that_the_inspector_shows_and_changes_title_and_colour(hand: Hand, shared_window: Window) -> None:
    hand.document.do([("frame", "f", {"rect": (640, -120, 340, 240), "colour": "mauve", "title": "F"})], "frame")
    hand.click(hand.bar("f"))
    page = form(shared_window)
    assert page.swatches["grey"].isChecked()
    QTest.mouseClick(page.swatches["green"], Qt.MouseButton.LeftButton)
    page.title.setFocus()
    page.title.selectAll()
    QTest.keyClicks(page.title, "Green")
    QTest.keyClick(page.title, Qt.Key.Key_Return)
    assert hand.document.graph.extra["frames"]["f"] == {
        "title": "Green",
        "colour": "green",
        "rect": [640, -120, 340, 240],
    }
    assert hand.document.history.undoText() == "Set the title of F"
    hand.click(hand.title("flat"))
    assert not isinstance(shared_window.inspector.page, FrameForm)
    text = hand.canvas.mirror.frames["f"]
    hand.document.do([("frame", "f", {"text": "words\n" * 20})], "text")
    hand.double(hand.pixel(text.rect.topLeft() + QPointF(12, 45)))
    assert form(shared_window).text.hasFocus()


def test_that_a_text_with_an_endless_line_is_shown_and_kept_and_not_edited(hand: Hand, shared_window: Window) -> None:
    hand.document.do([("frame", "f", {"rect": (0, 200, 200, 90), "text": "x" * 100_000})], "note")
    hand.canvas.framing.select("f")
    text = form(shared_window).text
    assert text.isReadOnly()
    assert len(text.toPlainText()) < 10_000
    text.setFocus()
    QTest.keyClicks(text, "abc")
    QTest.keyClick(text, Qt.Key.Key_Return, CONTROL)
    hand.canvas.setFocus()
    assert frames(hand.document.graph)["f"].text == "x" * 100_000
    assert hand.document.history.count() == 1
    hand.document.do([("frame", "f", {"text": "short"})], "note")
    assert (form(shared_window).text.toPlainText(), text.isReadOnly()) == ("short", False)


def test_that_keys_copy_cut_and_paste_a_frame_with_its_nodes(hand: Hand) -> None:
    hand.canvas.select(["model_a", "model_b"])
    press(hand, Qt.Key.Key_J)
    hand.canvas.renaming.end()
    hand.document.do([("bend", "flat.output", "model_a.input", [(640, -50)])], "bend")
    before = hand.document.graph
    (id,) = frames(before)
    hand.canvas.framing.select(id)
    press(hand, Qt.Key.Key_X, CONTROL)
    assert not {"model_a", "model_b"} & set(hand.document.graph.nodes)
    assert not {"frames", "bends"} & set(hand.document.graph.extra)
    press(hand, Qt.Key.Key_V, CONTROL)
    after = hand.document.graph
    assert set(after.nodes) == set(before.nodes)
    ways = {
        (after.layout[each][0] - before.layout[each][0], after.layout[each][1] - before.layout[each][1])
        for each in ("model_a", "model_b")
    }
    (x, y, *_), (u, v, *_) = frames(before)[id].rect, frames(after)[id].rect
    assert ways == {(u - x, v - y)}
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    hand.document.history.undo()
    assert hand.document.graph == before


def test_that_copies_of_a_frame_lie_beside_all_others(hand: Hand) -> None:
    hand.canvas.select(["model_a", "model_b", "joined"])
    press(hand, Qt.Key.Key_J)
    hand.canvas.renaming.end()
    press(hand, Qt.Key.Key_D, CONTROL)
    press(hand, Qt.Key.Key_C, CONTROL)
    for _ in range(2):
        press(hand, Qt.Key.Key_V, CONTROL)
    rects = [box.rect for box in hand.canvas.mirror.frames.values()]
    assert len(rects) == 4
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[:at])
    nodes = hand.canvas.mirror.rects()
    assert all(sum(rect.intersects(node) for node in nodes.values()) == 3 for rect in rects)
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize(("rect", "roomy"), [((640, -200, 500, 460), True), ((640, -100, 200, 90), False)])
def test_that_a_copy_lands_in_the_frame_of_what_it_copies_or_beside_it(
    hand: Hand, rect: tuple[float, ...], roomy: bool
) -> None:
    hand.document.do([("frame", "f", {"rect": rect, "title": "F"})], "frame")
    hand.canvas.select(["model_a"])
    press(hand, Qt.Key.Key_D, CONTROL)
    frame, copy = hand.canvas.mirror.frames["f"], hand.canvas.mirror.boxes["model_a_2"].rect
    assert frame.holds(hand.canvas.mirror.boxes["model_a"].rect)
    assert (frame.holds(copy), frame.rect.intersects(copy)) == (roomy, roomy)
    assert not frame.title_rect.intersects(copy)


def test_that_a_note_stands_on_no_node_wherever_the_cursor_is(hand: Hand) -> None:
    point(hand, hand.canvas.mirror.boxes["joined"].sceneBoundingRect().center())
    press(hand, Qt.Key.Key_N)
    (note,) = hand.canvas.mirror.frames.values()
    assert not [id for id, rect in hand.canvas.mirror.rects().items() if rect.intersects(note.rect)]


def test_that_a_note_alone_is_copied_and_steps_of_keys_move_it(hand: Hand) -> None:
    hand.document.do([("frame", "n", {"rect": (0, 200, 200, 90), "text": "x"})], "note")
    hand.canvas.framing.select("n")
    press(hand, Qt.Key.Key_C, CONTROL)
    press(hand, Qt.Key.Key_V, CONTROL)
    assert list(frames(hand.document.graph)) == ["n", "n_2"]
    assert hand.canvas.selection.frames() == ["n_2"]
    x, y, *_ = frames(hand.document.graph)["n_2"].rect
    press(hand, Qt.Key.Key_Right)
    press(hand, Qt.Key.Key_Right)
    assert frames(hand.document.graph)["n_2"].rect[:2] == (x + 20, y)
    hand.document.history.undo()
    assert frames(hand.document.graph)["n_2"].rect[:2] == (x, y)
    assert_mirrors(hand.canvas)


def test_that_a_full_stop_sets_a_dot_on_the_selected_wire(hand: Hand, shared_window: Window) -> None:
    press(hand, Qt.Key.Key_Period)
    assert shared_window.strip.sentence.whole.startswith("Select a wire to set a dot on it")
    wire = edge("batches.label", "loss.target")
    hand.canvas.selection.set(set(), {wire})
    press(hand, Qt.Key.Key_Period)
    assert list(bends(hand.document.graph)) == [wire]
    assert_mirrors(hand.canvas)


def test_that_frames_and_dots_in_a_definition_are_its_own(hand: Hand, shared_window: Window) -> None:
    hand.document.do([("frame", "f", {"rect": (640, -120, 340, 240), "title": "Both models"})], "frame")
    hand.click(hand.bar("f"))
    press(hand, Qt.Key.Key_G, CONTROL)
    (use,) = hand.canvas.selected()
    shared_window.definitions.enter(use)
    hand.canvas.select(["model_a"])
    hand.canvas.framing.wrap()
    hand.canvas.renaming.end()
    hand.canvas.selection.set(set(), {edge("model_a.output", "joined.tensors")})
    hand.canvas.framing.set_dots()
    ((name, inner),) = hand.document.graph.definitions.items()
    assert hand.document.history.undoText() == f"set a dot in {name}"
    assert (len(frames(inner)), len(bends(inner))) == (2, 1)
    assert list(hand.canvas.mirror.frames) == list(frames(inner))
    shared_window.definitions.leave()
    assert hand.canvas.mirror.frames == {}
    assert name == "both_models"
    shared_window.definitions.dissolve()
    assert (len(frames(hand.document.graph)), len(bends(hand.document.graph))) == (2, 1)
    assert_mirrors(hand.canvas)


def test_that_the_menu_offers_what_can_be_done_with_a_frame(hand: Hand, shared_window: Window) -> None:
    hand.document.do([("frame", "f", {"rect": (640, -120, 340, 240), "title": "F"})], "frame")
    hand.canvas.rewiring.ask_what(hand.view.scene_at(QPointF(hand.bar("f"))), hand.bar("f"))
    assert hand.canvas.selection.frames() == ["f"]
    assert CanvasMenu(shared_window)._groups() == [[*group] for group in ON_A_FRAME]
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_that_a_new_frame_has_its_title_for_itself(hand: Hand) -> None:
    hand.document.do([("move", "model_a", (660, -20)), ("move", "model_b", (660, 40))], "close")
    hand.canvas.select(["model_b"])
    press(hand, Qt.Key.Key_J)
    hand.canvas.select(["model_a", "model_b"])
    press(hand, Qt.Key.Key_J)
    hand.canvas.select(["model_a"])
    press(hand, Qt.Key.Key_J)
    bars = [box.title_rect for box in hand.canvas.mirror.frames.values()]
    assert len(bars) == 3
    assert not any(bar.intersects(rect) for bar in bars for rect in hand.canvas.mirror.rects().values())
    assert not any(one.intersects(other) for at, one in enumerate(bars) for other in bars[:at])
    held = {
        id: [box.holds(node) for node in (hand.canvas.mirror.rects()[n] for n in ("model_a", "model_b"))]
        for id, box in hand.canvas.mirror.frames.items()
    }
    assert held == {"frame": [False, True], "frame_2": [True, True], "frame_3": [True, False]}
    hand.document.history.undo()
    assert len(hand.canvas.mirror.frames) == 2
    assert_mirrors(hand.canvas)


def test_that_a_node_that_makes_room_for_a_title_stays_in_its_frame(hand: Hand) -> None:
    hand.document.do([("move", "model_a", (660, -20)), ("move", "model_b", (660, 40))], "close")
    for ids in (["model_a", "model_b"], ["model_b"]):
        hand.canvas.select(ids)
        press(hand, Qt.Key.Key_J)
    around, title = hand.canvas.mirror.frames["frame"], hand.canvas.mirror.frames["frame_2"].title_rect
    rects = hand.canvas.mirror.rects()
    assert around.holds(rects["model_a"]) and around.holds(rects["model_b"])
    assert not any(bar.intersects(rect) for bar in (around.title_rect, title) for rect in rects.values())


def test_that_the_menu_says_what_a_switch_does_where_it_is_on(hand: Hand, shared_window: Window) -> None:
    def said(id: str) -> list[str]:
        hand.canvas.rewiring.ask_what(hand.canvas.mirror.boxes[id].rect.center(), hand.body(id))
        menu = QApplication.activePopupWidget()
        assert menu is not None
        texts = [action.text() for action in menu.actions()]
        menu.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return texts

    hand.document.do([("freeze", "model_a", True), ("bypass", "flat", "input")], "both")
    for id, offered, not_offered in (
        ("model_a", {"Unfreeze", "Bypass"}, "Freeze"),
        ("model_b", {"Freeze", "Bypass"}, "Unfreeze"),
        ("flat", {"Take in again"}, "Bypass"),
    ):
        texts = said(id)
        assert offered <= {*texts}
        assert not_offered not in texts
