"""A monkey at a real window: clicks, keys, drags, drops, wheel, sizes and themes as Qt events, drawn from dice.

``python -m tests.editor.random.monkey SEED STEPS`` lets it loose and, where something breaks, looks for fewer steps.
"""

import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMessageLogContext, QPoint, QRect, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QDesktopServices, QDrag, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from shiboken6 import isValid

from editor.commands.actions import ACTIONS
from editor.commands.keys import FIXED
from editor.looks import theme
from editor.preview.asking import Asking
from editor.running.life import Life
from editor.window.window import Window
from editor.workers.started import wait_for_ended
from runtime.graph.file import dump, load
from runtime.places import EXAMPLES
from runtime.spec.catalogue import catalogue
from tests.conftest import redirect_user_folders
from tests.editor.canvas.hand import CONTROL, LEFT, MIDDLE, PLAIN, SHIFT, Hand, assert_mirrors
from tests.editor.random.dice import Dice, numbers
from tests.editor.random.episode import let_qt_work, shrunk, slots_raise

ALT, RIGHT = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.RightButton
SIZES = ((1366, 768), (900, 560), (1920, 1080), (1100, 900))
WORDS = ("linear", "7", "64, 3", "nn.Conv2d(3, 8, 3)", "x", "-1", "0.5", "a b", "", "é\u202e", "1e400", "9" * 25)
KEYS = tuple(each.shortcut for each in ACTIONS if each.name != "quit") + tuple(FIXED)
OTHERS = ("Return", "Home", "End", "PgUp", "PgDown", "Space", "Left", "Right", "Up", "Down", "Backspace", "Tab", "Esc")
FILES = [EXAMPLES / f"{name}.json" for name in ("two_models", "resnet18", "model_after_model")]
IGNORED = ("propagateSizeHints", "raise()", "grabbing the keyboard")  # what cannot be without a screen


class Monkey:
    """Each step is one number, which chooses by what is there to be seen."""

    def __init__(self, window: Window, folder: Path) -> None:
        self.window = window
        self.hand = Hand(window.canvas)
        self.types = list(catalogue())
        self.files = [folder / each.name for each in FILES]
        for file in FILES:
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "broken.json").write_text("{")
        self.files.append(folder / "broken.json")
        self.said = ""  # what it did last

    def step(self, number: int) -> None:
        """Do something, as a user would, and let Qt do what follows from it."""
        dice = Dice(number)
        does = dice.pick(STEPS)
        self.said = does.__name__
        does(self, dice)
        self._let_go()
        let_qt_work()

    def _let_go(self) -> None:
        """A button that is still down comes up: what it was pressed on may be gone."""
        for button in (LEFT, RIGHT, MIDDLE):
            if QApplication.mouseButtons() & button:
                QTest.mouseRelease(self.window, button, PLAIN, QPoint(1, 1))

    @property
    def top(self) -> QWidget:
        """The window that takes events now."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._windows[-1]

    @property
    def _windows(self) -> list[QWidget]:
        other = self.window.reference
        return [self.window] if other is None or not other.isVisible() else [other, self.window]

    def somewhere(self, dice: Dice) -> tuple[QWidget, QPoint]:
        """A widget and a point in it, often one with something to take hold of."""
        top = self.top
        if top is self.window and self.window.canvas.isVisible() and dice.below(2):
            return self.window.canvas.view.viewport(), self._on_canvas(dice)
        shown = [each for each in top.findChildren(QWidget) if each.isVisible() and not each.visibleRegion().isEmpty()]
        widget = dice.pick([top, *shown])
        rect = widget.visibleRegion().boundingRect()
        at = QPoint(rect.left() + dice.below(max(1, rect.width())), rect.top() + dice.below(max(1, rect.height())))
        inner = widget.childAt(at)
        return (inner, inner.mapFrom(widget, at)) if inner is not None else (widget, at)

    def _on_canvas(self, dice: Dice) -> QPoint:
        canvas = self.window.canvas
        boxes, wires = list(canvas.mirror.boxes.values()), list(canvas.mirror.wires.values())
        rect = canvas.view.viewport().rect()
        found = QPoint(dice.below(max(1, rect.width())), dice.below(max(1, rect.height())))
        kind = dice.below(8)
        if boxes and kind < 3:
            if ports := list(dice.pick(boxes).ports.values()):
                found = self.hand.pixel(dice.pick(ports).anchor())
        elif boxes and kind < 6:
            box = dice.pick(boxes)
            found = self.hand.pixel(dice.pick([box.rect.center(), box.title_rect.center()]))
        elif wires and kind < 7:
            found = self.hand.pixel(dice.pick(wires).path().pointAtPercent(dice.below(10) / 10))
        return _within(rect, found)


def _within(rect: QRect, at: QPoint) -> QPoint:
    return QPoint(max(rect.left(), min(rect.right(), at.x())), max(rect.top(), min(rect.bottom(), at.y())))


def _there(widget: QWidget) -> bool:
    """Whether Qt still has it: a click may close what was clicked at."""
    return bool(isValid(widget))  # type: ignore[no-untyped-call]  # shiboken has no types


def _click(monkey: Monkey, dice: Dice) -> None:
    widget, at = monkey.somewhere(dice)
    monkey.said += f" {type(widget).__name__} {at.toTuple()}"
    QTest.mouseMove(widget, at)
    button = dice.pick((LEFT, LEFT, LEFT, LEFT, RIGHT, MIDDLE))
    QTest.mousePress(widget, button, dice.pick((PLAIN, PLAIN, PLAIN, SHIFT, CONTROL, ALT)), at)
    if _there(widget):
        QTest.mouseRelease(widget, button, PLAIN, at)


def _double_click(monkey: Monkey, dice: Dice) -> None:
    widget, at = monkey.somewhere(dice)
    monkey.said += f" {type(widget).__name__} {at.toTuple()}"
    QTest.mouseDClick(widget, LEFT, PLAIN, at)
    if _there(widget):
        QTest.mouseRelease(widget, LEFT, PLAIN, at)


def _drag(monkey: Monkey, dice: Dice) -> None:
    """On the canvas, at times given up on the way."""
    if monkey.top is not monkey.window or not monkey.window.canvas.isVisible():
        return
    at, other = monkey._on_canvas(dice), monkey._on_canvas(dice)
    modifiers = dice.pick((PLAIN, PLAIN, PLAIN, SHIFT, ALT, CONTROL))
    monkey.said += f" {at.toTuple()} {other.toTuple()} {modifiers}"
    button = dice.pick((LEFT, LEFT, LEFT, MIDDLE))
    monkey.hand.hold(at, other, modifiers, button)
    if not dice.below(6):
        dice.pick([lambda: monkey.hand.key(Qt.Key.Key_Escape), monkey.window.document.history.undo])()
    monkey.hand.release(other, modifiers, button)


def _pull(monkey: Monkey, dice: Dice) -> None:
    """A drag on any widget: splitters, sliders, texts, scroll bars."""
    widget, at = monkey.somewhere(dice)
    monkey.said += f" {type(widget).__name__} {at.toTuple()}"
    QTest.mousePress(widget, LEFT, PLAIN, at)
    for _ in range(3):
        if _there(widget):
            QTest.mouseMove(widget, at + QPoint(dice.below(90) - 45, dice.below(90) - 45))
    if _there(widget):
        QTest.mouseRelease(widget, LEFT, PLAIN, at)


def _press_keys(monkey: Monkey, dice: Dice) -> None:
    keys = dice.pick(KEYS if dice.below(3) else OTHERS)
    widget = QApplication.activePopupWidget() or QApplication.focusWidget() or monkey.top
    monkey.said += f" {keys} {type(widget).__name__}"
    QTest.keySequence(widget, QKeySequence(keys))


def _type(monkey: Monkey, dice: Dice) -> None:
    widget, words = QApplication.focusWidget() or monkey.top, dice.pick(WORDS)
    monkey.said += f" {words!r} {type(widget).__name__}"
    for letter in words:
        if _there(widget):  # QTest ends the process at letters that are on no keyboard
            QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, ord(letter.upper()), PLAIN, letter))
    if dice.below(3) and _there(widget):
        QTest.keyClick(widget, dice.pick((Qt.Key.Key_Return, Qt.Key.Key_Tab)))


def _leave(monkey: Monkey, dice: Dice) -> None:
    """Out of what lies over the window, so that nothing keeps the monkey for long."""
    del dice
    QTest.keyClick(monkey.top, Qt.Key.Key_Escape)


def _wheel(monkey: Monkey, dice: Dice) -> None:
    if monkey.window.canvas.isVisible():
        turned = QPoint(0, dice.pick((120, -120, 480, -480)))
        monkey.hand.wheel(monkey._on_canvas(dice), turned, modifiers=dice.pick((PLAIN, CONTROL, SHIFT)))


def _drop(monkey: Monkey, dice: Dice) -> None:
    """A node type of the palette, or rarely a file."""
    if monkey.top is not monkey.window or not monkey.window.canvas.isVisible():
        return
    if dice.below(12):
        monkey.hand.drop_type(dice.pick(monkey.types), monkey._on_canvas(dice))
    else:
        monkey.hand.drop_files([dice.pick(monkey.files)], monkey._on_canvas(dice))


def _resize(monkey: Monkey, dice: Dice) -> None:
    monkey.window.resize(*dice.pick(SIZES))


def _theme(monkey: Monkey, dice: Dice) -> None:
    if not dice.below(4):
        monkey.window.actions_by_name["theme"].trigger()


def _draw(monkey: Monkey, dice: Dice) -> None:
    """What is on the screen, the report after a pause, and what would be saved: it could be opened again."""
    del dice
    monkey.window.session.check_now()
    monkey.window.grab()
    graph = monkey.window.document.graph
    assert load(dump(graph).encode()) == graph


def _open(monkey: Monkey, dice: Dice) -> None:
    """Rarely another graph, whatever becomes of this one."""
    if not dice.below(6) and monkey.top is monkey.window:
        monkey.window.document.history.setClean()
        monkey.window.files.open(dice.pick(monkey.files))


STEPS: Sequence[Callable[[Monkey, Dice], None]] = (
    *(_click,) * 10, *(_double_click,) * 2, *(_drag,) * 7, *(_pull,) * 2, *(_press_keys,) * 10, *(_type,) * 3,
    *(_leave,) * 5, *(_wheel,) * 2, *(_drop,) * 3, _resize, _theme, *(_draw,) * 2, _open,
)  # fmt: skip


@contextmanager
def caged(folder: Path) -> Iterator[tuple[Monkey, Callable[[], None]]]:
    """A monkey at a window of its own, and what raises all that has gone wrong; it can neither quit nor leave it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    noise: list[str] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        del kind, context
        noise.extend([] if any(each in text for each in IGNORED) else [text])

    with pytest.MonkeyPatch.context() as patch, slots_raise() as raise_it:
        patch.setattr(QFileDialog, "open", lambda dialog, *_: dialog.deleteLater())
        patch.setattr(QDrag, "exec", lambda *_: Qt.DropAction.IgnoreAction)
        patch.setattr(QDesktopServices, "openUrl", lambda *_: True)
        patch.setattr(Life, "begin", lambda life, *_: life.drop())  # it trains nothing
        patch.setattr(Asking, "warm", lambda *_: None)  # and looks at no data
        redirect_user_folders(patch, folder)
        theme.apply(app, "dark")
        before = qInstallMessageHandler(hear)
        window = Window()
        window.actions_by_name["quit"].setEnabled(False)
        window.resize(1366, 768)
        window.show()
        QTest.qWaitForWindowExposed(window)
        window.fill_bottom()

        def calm() -> None:
            raise_it()
            assert not noise, noise
            assert_mirrors(window.canvas)

        try:
            yield Monkey(window, folder), calm
        finally:
            for each in QApplication.topLevelWidgets():
                if each is not window:
                    each.close()
            window.document.history.setClean()
            window.session.life.drop()
            window.close()
            window.deleteLater()
            let_qt_work()
            wait_for_ended(app)
            qInstallMessageHandler(before)


def goes_wrong(given: Sequence[int], tell: bool = False) -> BaseException | None:
    """What goes wrong when a monkey takes these steps at a new window, or nothing."""
    with tempfile.TemporaryDirectory() as folder, caged(Path(folder)) as (monkey, calm):
        try:
            for at, number in enumerate(given):
                if tell:
                    print(at, end=" ", flush=True)
                monkey.step(number)
                if tell:
                    print(monkey.said, flush=True)
                calm()
        except Exception as problem:
            return problem
    return None


def main() -> int:
    """Let it loose; on failure print the fewest steps that fail too, each with what it did."""
    QApplication([])
    seed, count = sys.argv[1], int(sys.argv[2])
    problem = goes_wrong(numbers(seed, count))
    if problem is None:
        print(f"seed {seed}: {count} steps")
        return 0
    traceback.print_exception(problem)
    kind = type(problem)
    fewest = shrunk(numbers(seed, count), lambda fewer: isinstance(goes_wrong(fewer), kind))
    print(fewest)
    traceback.print_exception(goes_wrong(fewest, tell=True))
    return 1


if __name__ == "__main__":
    sys.exit(main())
