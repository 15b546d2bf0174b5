"""A hand that does anything: presses, pulls, keys, drops, undo, in any order, while the canvas is painted."""

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.editor.canvas.hand import CONTROL, MIDDLE, PLAIN, SHIFT, Hand, assert_mirrors

ALT = Qt.KeyboardModifier.AltModifier
KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_F2)
TYPES = ("nn.ReLU", "Collate", "torch.cat", "data.Digits", "optim.SGD")


def somewhere(hand: Hand, dice: random.Random) -> QPoint:
    """A pixel, often one with something to take hold of."""
    ports = [port for box in hand.canvas.mirror.boxes.values() for port in box.ports.values()]
    boxes = list(hand.canvas.mirror.boxes.values())
    wires = list(hand.canvas.mirror.wires.values())
    kind = dice.random()
    if kind < 0.4 and ports:
        return hand.pixel(dice.choice(ports).anchor())
    if kind < 0.6 and boxes:
        return hand.pixel(dice.choice(boxes).rect.center())
    if kind < 0.65 and (frames := list(hand.canvas.mirror.frames)):
        return dice.choice([hand.bar, hand.frame])(dice.choice(frames))
    if kind < 0.7 and (dots := [dot for wire in wires for dot in wire.dots]):
        return hand.pixel(dice.choice(dots))
    if kind < 0.8 and wires:
        return hand.pixel(dice.choice(wires).path().pointAtPercent(dice.random()))
    return QPoint(dice.randrange(1280), dice.randrange(720))


def commands(hand: Hand) -> list[Callable[[], object]]:
    """What keys of the window do."""
    return [hand.canvas.framing.wrap, hand.canvas.framing.note, hand.canvas.duplicate_selected]


def one_thing(hand: Hand, dice: random.Random) -> None:
    """Do something."""
    at, other = somewhere(hand, dice), somewhere(hand, dice)
    what = dice.random()
    if what < 0.55:
        hand.pull(at, other, dice.choice([PLAIN, PLAIN, PLAIN, SHIFT, ALT]))
    elif what < 0.65:
        button = dice.choice([Qt.MouseButton.LeftButton, MIDDLE])
        hand.hold(at, other, PLAIN, button)
        dice.choice([lambda: hand.key(Qt.Key.Key_Escape), hand.document.history.undo, hand.check])()
        hand.release(other, PLAIN, button)
    elif what < 0.72:
        hand.double(at)
    elif what < 0.8:
        dice.choice([lambda: hand.key(dice.choice(KEYS)), lambda: hand.click(at, ALT), *commands(hand)])()
    elif what < 0.85:
        hand.drop_type(dice.choice(TYPES), at)
    elif what < 0.9:
        hand.wheel(at, QPoint(0, dice.choice([120, -120])), modifiers=dice.choice([PLAIN, CONTROL]))
    else:
        dice.choice([hand.document.history.undo, hand.document.history.redo, hand.canvas.arrange, hand.canvas.fit])()


@pytest.mark.parametrize("seed", range(3))
def test_that_a_restless_hand_breaks_nothing(hand: Hand, seed: int) -> None:
    dice = random.Random(seed)
    hand.canvas.arrange()
    for at in range(120):
        one_thing(hand, dice)
        if at % 4 == 0:
            hand.check()
            hand.canvas.grab()
        QTest.keyClick(hand.view, Qt.Key.Key_Escape)
        hand.canvas.renaming.end()
        assert_mirrors(hand.canvas)
    while hand.document.history.canUndo():
        hand.document.history.undo()
    assert_mirrors(hand.canvas)
