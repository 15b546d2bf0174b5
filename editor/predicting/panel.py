"""The panel in which a trained model is tried: a row that is held out or a sample of one's own, and what it says."""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from editor.looks.fade import Fade
from editor.looks.pieces import Elided, IconButton, Line, TextButton
from editor.predicting.fields import Form
from editor.predicting.shares import Shares, percent
from editor.preview.drawn import Pictures, Table
from runtime.graph.file import dump

if TYPE_CHECKING:
    from editor.preview.asking import Asking, Order
    from editor.running.session import Session

FOR = "try"
SETTLE = 250  # ms without a change before the model is asked
TRAINING = 2000  # ms between two questions about weights that are newer
SIDE = 110
UNTRAINED = "Not trained yet: press Run first. These are the outputs of the weights that a run begins with."
UNSAVED = "Not trained yet: the run has saved no weights so far. These are the outputs of those that it began with."


class TryPanel(QWidget):
    """Asks the process that shows what is on wires, with the weights of the last run; again when there are new ones."""

    def __init__(self, session: "Session", asking: "Asking") -> None:
        super().__init__()
        self.session, self.asking = session, asking
        self.row, self.told = 0, dict[str, Any]()
        self.pending = False
        self.setAcceptDrops(True)
        self.setAccessibleName("Try it")
        self._make()
        self.settling = QTimer(self, singleShot=True, interval=SETTLE)
        self.settling.timeout.connect(self._again)
        self.newer = QTimer(self, singleShot=True, interval=TRAINING)
        self.newer.timeout.connect(self._again)
        asking.answered.connect(self._answered)
        asking.reached.connect(self._reach)
        session.happened.connect(self._happened)
        session.run_ended.connect(self._again)
        session.run_shown.connect(self._again)
        session.checked.connect(lambda: self.settling.start())
        session.document.opened.connect(self._forget)

    def _make(self) -> None:
        self.form, self.outputs = Form(), list[QWidget]()
        self.form.changed.connect(lambda: self.settling.start())
        self.place = Line(token="muted", px=12)
        self.previous = IconButton("chevron-left", "Row before")
        self.following = IconButton("chevron-right", "Next row")
        self.shuffle = IconButton("shuffle", "Another row, drawn at random")
        self.back = TextButton("undo", "As in the data", "Take the fields of the row again")
        self.previous.clicked.connect(lambda: self.go(self.row - 1))
        self.following.clicked.connect(lambda: self.go(self.row + 1))
        self.shuffle.clicked.connect(lambda: self.go(random.randrange(self.told.get("rows", 1))))
        self.back.clicked.connect(lambda: self.go(self.row))
        self.head, self.weights = Line(px=14, weight=600).wrapped(), Elided(token="muted", px=11)
        self.result = QVBoxLayout()
        self.result.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(4)
        for part in (self.previous, self.place, self.following, self.shuffle):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.back)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(4)
        left.addLayout(row)
        left.addWidget(_scrolling(self.form), 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        above = QHBoxLayout()
        above.addWidget(self.head, 1)
        above.addWidget(self.weights, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(above)
        column.addLayout(self.result)
        column.addStretch(1)
        right.addWidget(_scrolling(inside), 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 2)  # ten classes fit into a panel as high as it opens
        layout.setSpacing(24)
        layout.addLayout(left, 5)
        layout.addLayout(right, 6)
        self._show_row(False)

    # what is asked

    def go(self, row: int) -> None:
        """To a row, as the data has it."""
        self.row = row % max(1, self.told.get("rows", 1))
        self.form.values = {}
        self.ask()

    def ask(self) -> None:
        """What the model says of what stands there now."""
        self.settling.stop()
        session, document = self.session, self.session.document
        order: Order = {
            "for": FOR,
            "end": "",
            "graph": dump(document.graph),
            "folder": str(document.folder.resolve()),
            "run": str(session.run_folder.resolve()) if session.run_folder else None,
            "alone": session.running,
            "try": {"row": self.row, "values": dict(self.form.values)},
        }
        self.pending = True
        self.asking.ask(order)

    def _again(self, *_: object) -> None:
        if self.isVisible():
            self.ask()

    def _happened(self, event: dict[str, Any]) -> None:
        if event["event"] == "saved" and self.isVisible() and not self.newer.isActive():
            self.newer.start()

    def _forget(self) -> None:
        self.row, self.told, self.form.values = 0, {}, {}
        self._again()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: the graph or its weights may be others than before."""
        super().showEvent(event)
        self.settling.start()

    # what is told

    def _answered(self, order: "Order", told: dict[str, Any]) -> None:
        if order["for"] != FOR:
            return
        self.pending = False
        if order["try"]["values"] == self.form.values and order["try"]["row"] == self.row:
            self.tell(told)

    def _reach(self, stage: str, seconds: int) -> None:
        if self.pending and not self.told:
            since = f" {seconds} s" if seconds else ""
            self._say(f"{stage[:1].upper()}{stage[1:]}…{since}", "muted")

    def tell(self, told: dict[str, Any]) -> None:
        """Show an answer: a prediction, or the sentence that says why there is none."""
        self._clear()
        if "problem" in told:
            self._say(told["problem"], "error" if self.told else "text")
            return
        self.told, self.row = told, told["row"]
        self._show_row(True)
        self.form.tell(told["fields"])
        truth = set(told["truth"].values())
        if told["weights"].startswith("untrained"):
            self._say(UNSAVED if self.session.running else UNTRAINED, "warning")
        else:
            self._say(heading(told["outputs"][0]), "text")
        self.weights.tell(_beside(told))
        for output in told["outputs"]:
            if len(told["outputs"]) > 1:
                self._add(Line(output["name"], "muted", 11))
            self._add(_shown(output, truth))

    def _show_row(self, there: bool) -> None:
        for part in (self.previous, self.following, self.shuffle, self.place):
            part.setVisible(there)
        self.back.setVisible(there and bool(self.form.values))
        if there:
            side = "held out" if self.told["part"] == "validation" else "trained on"
            what = "changed" if self.form.values else side
            self.place.setText(f"row {self.told['row'] + 1:,} of {self.told['rows']:,}, {what}")

    def _say(self, text: str, token: str) -> None:
        self.head.in_colour(token)
        self.head.setText(text)
        self.weights.tell("")

    def _add(self, widget: QWidget) -> None:
        self.outputs.append(widget)
        self.result.addWidget(widget)

    def _clear(self) -> None:
        for widget in self.outputs:
            widget.hide()
            widget.deleteLater()
        self.outputs = []

    # a picture that is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file, where a field takes one."""
        if event.mimeData().hasUrls() and self.form.pictures:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """It is the picture that is tried."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files and self.form.give_picture(Path(files[0])):
            event.acceptProposedAction()


def heading(output: dict[str, Any]) -> str:
    """The best class and how sure the model is, or a single number."""
    if output["kind"] == "classes" and len(output["shares"]) > 1:
        name, share = output["shares"][0]
        return f"{name or 'empty'}  {percent(share)}" if isinstance(share, float) else "no class: not finite"
    return str(output["name"])


def _beside(told: dict[str, Any]) -> str:
    """What the data says, and which weights these are."""
    truth = [f"{field} {value} in the data" for field, value in told["truth"].items()]
    return ", ".join([*truth, f"weights {told['weights']}"])


def _shown(output: dict[str, Any], truth: set[str]) -> QWidget:
    """Bars, pictures or a table."""
    if output["kind"] in ("classes", "numbers") and ("shares" in output or "numbers" in output):
        shares = Shares()
        shares.tell(output, truth)
        return shares
    if output.get("pictures"):
        pictures = Pictures(4, SIDE)
        pictures.tell(output["pictures"], 4)
        return pictures
    table = Table()
    table.tell(output.get("table", []), [], output.get("width", 0))
    return table


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    Fade(area, "panel", 20)  # a field at the lower edge does not look cut
    return area
