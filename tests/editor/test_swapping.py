"""Commands of the window on nodes in their wires, by keys and by the menu of the right button."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from editor.palette.entry import TYPE_ROLE
from editor.palette.popup import SearchPopup
from editor.window.window import Window
from runtime.graph.edit import Edit, applied
from runtime.graph.model import end
from tests.editor.canvas.hand import Hand, edge, two_models
from tests.editor.canvas.test_rewiring import OneStep

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def hand(shared_window: Window) -> Iterator[Hand]:
    """The graph of two models in a window, checked, at full size."""
    window = shared_window
    show(window)
    yield Hand(window.canvas)
    window.searching.popup.hide()


def show(window: Window, *edits: Edit) -> None:
    """The graph of two models after some edits."""
    window.files.show_graph(applied(two_models(), edits), None)
    window.frame.show_canvas()
    window.session.check_now()
    window.canvas.view.zoom(1.0 / window.canvas.view.scale_now)
    window.canvas.view.centerOn(600, 100)
    window.canvas.setFocus()


def press(hand: Hand, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key on the canvas of the window, which a menu may have taken it from."""
    if not hand.view.hasFocus():
        hand.view.activateWindow()
        hand.view.setFocus()
        QApplication.processEvents()
    QTest.keyClick(hand.view, key, modifiers)


def choose(popup: SearchPopup, typed: str) -> None:
    """Type into the search and take the first."""
    assert popup.isVisible()
    QTest.keyClicks(popup.field, typed)
    QTest.keyClick(popup.field, Qt.Key.Key_Return)


def first(popup: SearchPopup) -> list[str]:
    """The types at the top of the search."""
    return [popup.list.item(row).data(TYPE_ROLE) for row in range(5)]


def test_that_a_wire_from_a_dataset_offers_the_loader_first(hand: Hand, shared_window: Window) -> None:
    hand.pull(hand.output("digits.image"), hand.nowhere())
    popup = shared_window.searching.popup
    assert first(popup)[0] == "Collate"
    assert "nn.Linear" not in first(popup)  # it stands behind the loader


def test_that_a_wire_dropped_on_nothing_is_joined_to_the_best_type_in_one_step(
    hand: Hand, shared_window: Window
) -> None:
    with OneStep(hand):
        hand.pull(hand.output("final.output"), hand.nowhere())
        popup = shared_window.searching.popup
        assert first(popup)[0] == "nn.Linear"
        choose(popup, "")
        assert edge("final.output", "linear.input") in hand.edges


def test_that_a_node_is_swapped_for_another_type_and_keeps_its_wires(hand: Hand, shared_window: Window) -> None:
    hand.click(hand.title("loss"))
    with OneStep(hand):
        press(hand, Qt.Key.Key_S)
        popup = shared_window.searching.popup
        assert popup.field.placeholderText().startswith("Swap loss for")
        assert {name.partition(".")[0] for name in first(popup)} == {"nn"}
        choose(popup, "nll")
        assert hand.document.graph.nodes["loss"].type == "nn.NLLLoss"
        assert hand.edges == two_models().edges
    assert list(hand.document.graph.nodes) == list(two_models().nodes)
    assert shared_window.searching.swapped == "loss"


def test_that_a_swap_keeps_the_parameters_that_fit_and_says_what_it_dropped(hand: Hand, shared_window: Window) -> None:
    hand.click(hand.title("joined"))
    with OneStep(hand):
        press(hand, Qt.Key.Key_S)
        choose(shared_window.searching.popup, "torch.add")
        assert hand.document.graph.nodes["added"].type == "torch.add"
        assert edge("model_a.output", "added.input") in hand.edges
        assert edge("model_b.output", "added.other") in hand.edges
        assert edge("added.output", "final.input") in hand.edges
        assert shared_window.strip.sentence.whole == "added is add now. Dropped: dim."


def test_that_code_swaps_with_its_parameters(hand: Hand, shared_window: Window) -> None:
    hand.click(hand.title("adam"))
    with OneStep(hand):
        press(hand, Qt.Key.Key_S)
        choose(shared_window.searching.popup, "SGD(momentum=0.9)")
        assert hand.document.graph.nodes["adam"].parameters == {"lr": 0.002, "momentum": 0.9}


def test_that_a_copy_is_fed_by_what_feeds_the_first(hand: Hand) -> None:
    hand.click(hand.title("model_a"))
    with OneStep(hand):
        press(hand, Qt.Key.Key_D, CONTROL | SHIFT)
        assert edge("flat.output", "model_a_2.input") in hand.edges
        assert end("model_a_2.output") not in hand.document.graph.outgoing


def test_that_keys_go_through_the_wires_of_a_node_and_order_them(hand: Hand) -> None:
    hand.click(hand.title("joined"))
    press(hand, Qt.Key.Key_W)
    assert hand.canvas.selection.edges() == [edge("model_a.output", "joined.tensors")]
    with OneStep(hand):
        press(hand, Qt.Key.Key_Down, ALT)
        order = [each.source.node for each in hand.document.graph.incoming[end("joined.tensors")]]
        assert order == ["model_b", "model_a"]
    hand.canvas.select(["joined"])
    for _ in range(3):
        press(hand, Qt.Key.Key_W)
    assert hand.canvas.selection.edges() == [edge("joined.output", "final.input")]
    press(hand, Qt.Key.Key_W)
    assert hand.canvas.selection.edges() == [edge("model_b.output", "joined.tensors")]


def test_that_a_key_pulls_nodes_out_of_their_wires(hand: Hand) -> None:
    hand.click(hand.title("flat"))
    with OneStep(hand):
        press(hand, Qt.Key.Key_O)
        assert edge("batches.image", "model_a.input") in hand.edges
        assert "flat" not in hand.document.graph.around
    rects = hand.canvas.mirror.rects()
    assert not any(rects["flat"].intersects(rects[id]) for id in rects if id != "flat")


def test_that_a_bypassed_node_is_as_if_it_were_not_there_until_it_is_taken_in(
    hand: Hand, shared_window: Window
) -> None:
    show(shared_window, ("insert", "relu", "nn.ReLU", {}, "joined.output", "final.input", "input", "output"))
    hand.canvas.select(["relu"])
    before = hand.document.graph
    with OneStep(hand):
        press(hand, Qt.Key.Key_B, CONTROL)
        assert hand.document.graph.nodes["relu"].extra == {"bypass": "input"}
        assert hand.edges == before.edges
    shared_window.session.check_now()
    assert shared_window.session.report.sound
    face = hand.canvas.mirror.boxes["relu"].face
    assert (face.summary, face.outlets[0].kind, face.problem) == ("bypassed", "float", None)
    press(hand, Qt.Key.Key_B, CONTROL)
    assert hand.document.graph == before


def test_that_a_copy_of_a_bypassed_node_looks_like_it_and_is_taken_in_alike(hand: Hand, shared_window: Window) -> None:
    show(shared_window, ("insert", "relu", "nn.ReLU", {}, "joined.output", "final.input", "input", "output"))
    hand.canvas.select(["relu"])
    for key in (Qt.Key.Key_B, Qt.Key.Key_C, Qt.Key.Key_V):
        press(hand, key, CONTROL)
    (copy,) = hand.canvas.selected()
    face = hand.canvas.mirror.boxes[copy].face
    assert (face.summary, face.bypassed) == ("bypassed", "input")
    press(hand, Qt.Key.Key_B, CONTROL)
    assert not hand.document.graph.nodes[copy].extra
    assert not hand.canvas.mirror.boxes[copy].face.bypassed


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("flat", "flat cannot be bypassed: joined.tensors needs sizes that are equal except in dim 1;"),
        ("loss", "loss cannot be bypassed: adam.loss needs a loss, got float32[B, 10]."),
        ("digits", "digits cannot be bypassed: nothing comes into it."),
        ("adam", "adam cannot be bypassed: nothing goes out of it."),
    ],
)
def test_that_a_node_without_which_types_do_not_fit_is_not_bypassed_and_says_why(
    hand: Hand, shared_window: Window, id: str, why: str
) -> None:
    hand.canvas.select([id])
    press(hand, Qt.Key.Key_B, CONTROL)
    assert hand.document.graph == two_models()
    assert shared_window.strip.sentence.whole.startswith(why)
    assert hand.canvas.callout.text.startswith(why)


def opened(hand: Hand, at: QPoint) -> QMenu:
    """The menu of the right button at a pixel."""
    port = hand.view.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, port.mapToGlobal(at))
    QApplication.sendEvent(port, event)
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def words(menu: QMenu) -> list[str]:
    """What a menu offers."""
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_that_the_right_button_offers_what_fits_what_lies_there_with_its_keys(hand: Hand) -> None:
    menu = opened(hand, hand.title("flat"))
    assert hand.canvas.selected() == ["flat"]
    assert {"Swap", "Pull out", "Duplicate with wires", "Delete and heal"} <= set(words(menu))
    assert "Dissolve" not in words(menu)
    assert all(action.isShortcutVisibleInContextMenu() for action in menu.actions() if action.text())
    menu.close()
    menu = opened(hand, hand.middle("model_a.output", "joined.tensors"))
    assert words(menu) == ["Preview", "Set a dot", "Wire up", "Wire down", "Delete"]
    menu.close()
    menu = opened(hand, hand.middle("batches.image", "flat.input"))
    assert words(menu) == ["Preview", "Set a dot", "Delete"]
    menu.close()
    menu = opened(hand, hand.nowhere())
    assert "Add a node" in words(menu)
    menu.close()
    assert hand.document.graph == two_models()


def choose_in(menu: QMenu, text: str) -> None:
    """Enter on an entry of a menu."""
    (action,) = [each for each in menu.actions() if each.text() == text]
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_that_the_menu_of_a_node_has_what_is_looked_for_there_and_freezes_what_has_weights(hand: Hand) -> None:
    menu = opened(hand, hand.title("flat"))
    assert {"Rename", "Bypass", "Cut", "Copy", "Duplicate", "Delete"} <= set(words(menu))
    assert "Freeze" not in words(menu)  # nothing of it is trained
    menu.close()
    menu = opened(hand, hand.title("model_a"))
    usual = {
        "Rename": "F2",
        "Freeze": "K",
        "Copy": "Ctrl+C",
        "Duplicate": "Ctrl+D",
        "Bypass": "Ctrl+B",
        "Delete": "Del",
    }
    assert usual.items() <= {each.text(): each.shortcut().toString() for each in menu.actions()}.items()
    with OneStep(hand):
        choose_in(menu, "Freeze")
        assert hand.document.graph.nodes["model_a"].extra == {"frozen": True}
    hand.canvas.select(["model_a", "flat", "model_b"])
    for frozen in (True, False):  # what is not frozen yet first
        press(hand, Qt.Key.Key_K)
        nodes = hand.document.graph.nodes
        assert {nodes[id].extra.get("frozen", False) for id in ("model_a", "model_b")} == {frozen}
    menu = opened(hand, hand.title("model_a"))
    assert "Freeze" in words(menu) and "Rename" not in words(menu)  # of several nodes
    menu.close()


def test_that_a_paste_from_the_menu_lands_where_it_was_asked_for(hand: Hand) -> None:
    hand.canvas.select(["flat"])
    press(hand, Qt.Key.Key_C, CONTROL)
    at = hand.view.viewport().rect().bottomLeft() + QPoint(300, -60)  # below all nodes
    place = hand.view.scene_at(QPointF(at))
    choose_in(opened(hand, at), "Paste")
    way = hand.canvas.mirror.boxes["flat_2"].rect.center() - place
    assert way.manhattanLength() <= 20  # the grid
    assert hand.view.pointed is None


def test_that_a_swap_is_asked_for_in_the_menu(hand: Hand, shared_window: Window) -> None:
    menu = opened(hand, hand.title("flat"))
    (action,) = [each for each in menu.actions() if each.text() == "Swap"]
    action.trigger()
    menu.close()
    with OneStep(hand):
        choose(shared_window.searching.popup, "squeeze")
        assert hand.document.graph.nodes["flat"].type == "torch.squeeze"
