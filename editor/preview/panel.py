"""The panel beside a wire that shows what is on it: pictures, numbers, texts, how they are spread, and the facts."""

import random
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.looks.pieces import Elided, IconButton, Line, Rule, TextButton
from editor.looks.tick import Tick
from editor.preview.drawn import Bars, Classes, Figures, Pictures, Table, Texts
from editor.preview.words import Answer, as_text, figure, number_of, of_pictures, pairs, where

WIDTH, MARGIN, CELL, COLUMNS, ROWS = 368, 12, 83, 4, 4
SOON = 200  # ms after which waiting is told
BESIDE = 18  # pixels between a wire and the panel
COMPUTING = "computing"


class PreviewPanel(QFrame):
    """A child of the canvas's place; it keeps the keyboard while it is open, and Escape closes it."""

    stepped = Signal(int)  # to this batch
    augment_changed = Signal(bool)
    trust_wanted = Signal()
    cancelled = Signal()
    closed = Signal()

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self.place = place
        self.told: Answer = {}
        self.end = ""
        self.stage, self.seconds = "", 0
        self.anchor = QPoint()
        self.setObjectName("previewPanel")
        self.setAccessibleName("Preview")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(WIDTH)
        self._make()
        self.waiting = QTimer(self, singleShot=True, interval=SOON)
        self.waiting.timeout.connect(self._tell_waiting)
        self.hide()

    def _make(self) -> None:
        self.title, self.type = Elided(px=13, weight=600), Elided(token="muted", px=11, mono=True)
        self.about = Line(token="muted", px=12).wrapped()
        self.state = Line(token="muted", px=13).wrapped()
        self.state.setContentsMargins(0, 0, 0, 2)  # or the last line ends above its descenders
        self.trust = TextButton("trust", "Trust and run", "Read the Python that this graph brings, and trust it")
        self.cancel = TextButton("stop", "Cancel", "Stop this; with the preview closed it would go on")
        self.pictures, self.caption = Pictures(COLUMNS, CELL), Line(token="muted", px=11).wrapped()
        self.number = Line(px=24, weight=600, mono=True)
        self.texts, self.classes, self.bars, self.table = Texts(), Classes(), Bars(), Table()
        self.facts = Figures()
        self.close_button = IconButton("close", "Close (Esc)")
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 8, MARGIN, 8)
        column.setSpacing(8)
        column.addLayout(_row(self.title, self.type, None, self.close_button))
        body = (self.about, self.state, self.trust, self.cancel, self.number, self.pictures, self.caption, self.texts)
        for part in (*body, self.classes, self.bars, self.table, self.facts):
            column.addWidget(part)
        self.rule = Rule()
        column.addWidget(self.rule)
        self.foot = self._foot()
        column.addWidget(self.foot)
        self.close_button.clicked.connect(self.leave)
        self.trust.clicked.connect(self.trust_wanted)
        self.cancel.clicked.connect(self.cancelled)
        self._parts = (*body[1:], self.classes, self.bars, self.table, self.facts)

    def _foot(self) -> QWidget:
        self.previous = IconButton("chevron-left", "Previous batch (Left)")
        self.following = IconButton("chevron-right", "Next batch (Right)")
        self.shuffle = IconButton("shuffle", "Another batch, drawn at random (R)")
        self.copy = IconButton("copy", "Copy as text (Ctrl+C)")
        self.augment = Tick("as in training")
        self.augment.setToolTip("With what is drawn at random left of collate, or without it")
        self.augment.setChecked(True)
        self.place_in = Line(token="muted", px=12)
        foot = QWidget()
        row = _row(self.previous, self.place_in, self.following, self.shuffle, None, self.augment, self.copy)
        foot.setLayout(row)
        self.previous.clicked.connect(lambda: self._step(-1))
        self.following.clicked.connect(lambda: self._step(1))
        self.shuffle.clicked.connect(lambda: self._step(None))
        self.copy.clicked.connect(self._copy)
        self.augment.toggled.connect(self.augment_changed)
        return foot

    # what it shows

    def ask(self, end: str, type: str, anchor: QPoint | None) -> None:
        """Open for an end, beside a point of the place; what is there stays until the answer, or until it is late.

        Without a point the same is asked anew, since the graph has changed: the keys stay where the user types.
        """
        other = end != self.end or self.isHidden()
        self.end, self.stage, self.seconds = end, COMPUTING, 0
        self.title.tell(end)
        self.type.tell(type)
        if anchor is not None:
            self.anchor = anchor
        if other:
            self._clear()
            self.about.hide()
            self.foot.hide()
            self.rule.hide()
        self.waiting.start()
        self.show()
        self.raise_()
        self._fit()
        if anchor is not None:
            self.setFocus()

    def reach(self, stage: str, seconds: int) -> None:
        """What the process is about, and since when."""
        self.stage, self.seconds = stage, seconds
        if self.isVisible() and not self.waiting.isActive() and not self.told:
            self._tell_waiting()

    def _tell_waiting(self) -> None:
        self._clear()
        self.state.in_colour("muted")
        since = f" {self.seconds} s" if self.seconds else ""
        self.state.setText(f"{self.stage[:1].upper()}{self.stage[1:]}…{since}")
        self.state.show()
        self.cancel.show()
        self._fit()

    def tell(self, told: Answer) -> None:
        """Show an answer: facts, or the sentence that says why there are none."""
        self.waiting.stop()
        self._clear()
        self.told = told
        if "problem" in told:
            self._tell_problem(told)
        else:
            self._tell_facts(told)
        self._fit()

    def _tell_problem(self, told: Answer) -> None:
        self.about.hide()
        self.foot.hide()
        self.rule.hide()
        self.state.in_colour("text")
        self.state.setText(told["problem"])
        self.state.show()
        self.trust.setVisible(bool(told.get("untrusted")))

    def _tell_facts(self, told: Answer) -> None:
        kind = told["kind"]
        self.type.tell(told["type"])
        self._line(self.about, where(told))
        self._line(self.number, figure(told["table"][0][0]) if kind == "loss" else "")
        self.pictures.tell(told.get("pictures", []))
        self.texts.tell(told.get("texts", []) if kind in ("text", "tokens") else [])
        self.classes.tell(told["stats"].get("classes", []))
        self.bars.tell(told.get("histogram") if kind in ("numbers", "pictures") else None)
        table = told.get("table", []) if kind in ("numbers", "tokens", "mask") else []
        self.table.tell(table, told.get("columns", []), told.get("width", 0))
        self.facts.tell(pairs(told))
        if not told.get("rows"):
            self.state.in_colour("text")
            self._line(self.state, "There is nothing on this wire: no rows.")
        elif other := told.get("unlike"):
            self.state.in_colour("error")
            self._line(self.state, f"{other} came, which is not of the type that is said of it.")
        self.place_in.setText(number_of(told))
        self.augment.setVisible(bool(told.get("random")))
        for button in (self.previous, self.following, self.shuffle):
            button.setVisible(told["batches"] > 1)
        self.foot.show()
        self.rule.show()

    @staticmethod
    def _line(line: Line, text: str) -> None:
        line.setText(text)
        line.setVisible(bool(text))

    def _clear(self) -> None:
        self.told = {}
        for part in self._parts:
            part.hide()

    # where it stands

    def _fit(self) -> None:
        """As high as what it shows, beside its wire, and inside the place."""
        room = self.place.height() - 8
        self.pictures.limit(ROWS)
        self._line(self.caption, of_pictures(self.told, self.pictures.seen))
        fewer = (partial(self.pictures.limit, 2), partial(self.pictures.limit, 1))
        # in a low window the facts matter most
        for give_up in (*fewer, self.bars.hide, self.about.hide, self.table.hide):
            if self._high() <= room:
                break
            give_up()
            self._line(self.caption, of_pictures(self.told, self.pictures.seen))
        self.resize(WIDTH, min(max(self._high(), 60), room))
        x, y = self.anchor.x() + BESIDE, self.anchor.y() + BESIDE
        if x + self.width() > self.place.width() - 4:
            x = self.anchor.x() - BESIDE - self.width()
        x = min(max(x, 4), max(4, self.place.width() - self.width() - 4))
        y = min(max(y, 4), max(4, self.place.height() - self.height() - 4))
        self.move(x, y)

    def _high(self) -> int:
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()
        return layout.heightForWidth(WIDTH) if layout.hasHeightForWidth() else self.sizeHint().height()

    def leave(self) -> None:
        """Close it."""
        if self.isVisible():
            self.waiting.stop()
            self.hide()
            self.closed.emit()

    # keys and buttons

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right step, R draws another batch, Ctrl+C copies, Escape closes."""
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if key == Qt.Key.Key_Right else -1)
        elif key == Qt.Key.Key_R and not control:
            self._step(None)
        elif key == Qt.Key.Key_C and control:
            self._copy()
        else:
            event.ignore()
            return
        event.accept()

    def _step(self, by: int | None) -> None:
        count = self.told.get("batches", 0)
        if count > 1:
            at: int = self.told["batch"]
            to = at + by if by is not None else random.choice([n for n in range(count) if n != at])
            self.stepped.emit(to % count)

    def _copy(self) -> None:
        if self.told:
            QGuiApplication.clipboard().setText(self.told.get("problem") or as_text(self.told))


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Widgets in a row; None takes the room that is left."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row
