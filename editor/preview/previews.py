"""Brings together what a user points at on the canvas, the process that knows what is there, and where it is shown."""

from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtWidgets import QToolTip, QWidget

from editor.canvas.canvas import Canvas
from editor.outside.trust_dialog import TrustDialog
from editor.preview.asking import Asking, Order
from editor.preview.live import Live
from editor.preview.panel import PreviewPanel
from editor.preview.peek import Peek
from editor.preview.words import type_of
from editor.running.session import Session
from runtime.graph.file import dump
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from runtime.train.trust import untrusted

HOVER = 400  # ms that the cursor rests before a small preview
SETTLE = 300  # ms without an edit before an open preview is asked anew
WARM = 1500  # ms after a dataset is there: the window comes first
MANY = 1000  # nodes; to write down a larger graph for a glance would be felt
PANEL, PEEK = "panel", "peek"
HINT = "Click the type or double-click the wire for more"


class Previews(QObject):
    """One panel and one small preview of a window."""

    def __init__(self, session: Session, canvas: Canvas, place: QWidget) -> None:
        super().__init__(place)
        self.session, self.canvas, self.place = session, canvas, place
        self.asking = Asking(self)
        self.panel, self.peek = PreviewPanel(place), Peek(place)
        self.dialog: TrustDialog | None = None
        self.end: End | None = None  # of the panel
        self.batch = 0
        self.written: tuple[Graph, str] | None = None  # the graph that was asked about last, as text
        self.under: tuple[End, QPoint] | None = None  # what the cursor rests on, and where in the place
        self.warming = _timer(self, WARM, self.asking.warm)
        self.resting = _timer(self, HOVER, self._ask_small)
        self.settling = _timer(self, SETTLE, self._again)
        self.live = Live(session, self)
        self.live.told.connect(self._told_live)
        session.pausing.changed.connect(self._tell_of_run)
        session.run_started.connect(self._again)
        session.run_ended.connect(self._again)
        self.asking.answered.connect(self._answered)
        self.asking.reached.connect(self.panel.reach)
        self.panel.stepped.connect(self._step)
        self.panel.augment_changed.connect(lambda _: self._ask())
        self.panel.trust_wanted.connect(self._ask_trust)
        self.panel.cancelled.connect(self._cancel)
        self.panel.closed.connect(self._closed)
        canvas.preview_wanted.connect(lambda end, at: self.open(end, at))
        canvas.wire_clicked.connect(lambda end, at: self.open(end, at) if self.panel.isVisible() else None)
        canvas.rested.connect(self._rest)
        for bar in (canvas.view.horizontalScrollBar(), canvas.view.verticalScrollBar()):
            bar.valueChanged.connect(self.leave_small)
        session.document.opened.connect(self.panel.leave)
        canvas.level.opened.connect(self.panel.leave)
        session.checked.connect(self._edited)

    # the panel

    def open(self, end: End, at: QPointF) -> None:
        """Show what is at an end, beside a position in the scene."""
        self.leave_small()
        if self.canvas.level.steps:
            self.canvas.refused.emit("What is on a wire is shown in the graph of the file, not inside of a definition.")
            return
        self.canvas.refused.emit("")  # what could not be shown before is over
        self.end = end
        self._ask(self._in_place(at))

    def open_selected(self) -> None:
        """Show what goes out of the selected node or wire; pressed again, out of the node's next port."""
        wires, nodes = self.canvas.selection.edges(), self.canvas.selected()
        if nodes:
            self._open_node(nodes[0])
        elif wires:
            self.open(wires[0].source, self.canvas.where(wires[0].source))
        else:
            self.canvas.refused.emit("Select a node or a wire to see what is on it.")

    def _open_node(self, id: str) -> None:
        ends = [End(id, outlet.name) for outlet in self.canvas.mirror.boxes[id].face.outlets]
        ends = ends or [edge.source for edge in self.canvas.graph.edges if edge.target.node == id]
        if not ends:
            self.canvas.refused.emit(f"{id} gives nothing that could be shown, and nothing leads to it.")
            return
        shown = self.panel.isVisible() and self.end in ends
        end = ends[(ends.index(self.end) + 1) % len(ends)] if shown and self.end else ends[0]
        self.open(end, self.canvas.where(end))

    def _ask(self, anchor: QPoint | None = None) -> None:
        if self.end is not None:
            type = self.session.report.types.get(self.end)
            self.panel.ask(str(self.end), str(type or ""), anchor)
            if self.live.follow(self.end):
                self._tell_of_run()
            else:
                self.asking.ask(self._order(self.end, PANEL))

    def _tell_of_run(self) -> None:
        """What the run that goes on told last; before it has, what is waited for."""
        if self.live.end is not None:
            paused = self.session.pausing.paused
            self.panel.reach("waiting for the run to go on" if paused else "waiting for the next step", 0)
            self.live.tell()

    def _told_live(self, told: Any) -> None:
        """What the run that goes on tells; of what it does not compute a preview is made."""
        if self.end is None:
            return
        if told is None:
            self.live.leave()
            self.asking.ask(self._order(self.end, PANEL))
        else:
            type = type_of(told, self.session.report.types.get(self.end))
            self.panel.tell({**told, "end": str(self.end), "type": type})

    def _order(self, end: End, shown: str) -> Order:
        document = self.session.document
        return {
            "for": shown,
            "end": str(end),
            "graph": self._text(document.graph),
            "folder": str(document.folder.resolve()),
            "runs": str(document.runs),
            "batch": self.batch if shown == PANEL else 0,
            "augment": self.panel.augment.isChecked(),
            "alone": self.session.running,
            "glance": shown == PEEK and self.session.running,
        }

    def _text(self, graph: Graph) -> str:
        if self.written is None or self.written[0] is not graph:
            self.written = (graph, dump(graph))
        return self.written[1]

    def _answered(self, order: Order, told: dict[str, Any]) -> None:
        if order["for"] == PANEL:
            if self.panel.isVisible() and order["end"] == str(self.end):
                self.batch = told.get("batch", self.batch)
                self.panel.tell(told)
        elif self.under and order["end"] == str(self.under[0]) and "problem" not in told and self.panel.isHidden():
            QToolTip.hideText()
            self.peek.tell(told, self.under[1], HINT)
            self.canvas.tips_wanted = False

    def _step(self, batch: int) -> None:
        self.batch = batch
        self._ask()

    def _cancel(self) -> None:
        """What is being done for the panel is of no use; the next question finds a process that is there."""
        self.asking.withdraw(PANEL)
        self.panel.leave()

    def _closed(self) -> None:
        self.live.leave()
        self.end, self.batch = None, 0
        self.canvas.setFocus()

    # edits

    def _edited(self) -> None:
        """Another graph: what is shown may be otherwise, or gone."""
        self.leave_small()
        graph = self.session.document.graph
        if self.end is not None and self.end.node not in graph.nodes:
            self.panel.leave()
        elif self.end is not None:
            self.settling.start()

    def warm(self) -> None:
        """Once there is data there will be questions."""
        types = (node.type for node in self.session.document.graph.nodes.values())
        known = catalogue()
        if self.asking.process is None and any(type in known and known[type].family == "dataset" for type in types):
            self.warming.start()

    def _again(self) -> None:
        if self.panel.isVisible():
            self._ask()

    # trust

    def _ask_trust(self) -> None:
        document = self.session.document
        needed = document.graph.upstream([self.end.node]) if self.end else set()
        texts = [each for each in untrusted(document.graph, document.folder) if each[0] in needed]
        if texts:
            self.dialog = TrustDialog(texts, self.place.window())
            self.dialog.trusted.connect(self._trusted)
            self.dialog.open()
        else:
            self._ask()

    def _trusted(self, texts: list[str]) -> None:
        if self.session.trust(texts):
            self._ask()

    # the small one

    def _rest(self, end: object, at: QPointF) -> None:
        """The cursor moved onto something with a value, over it, or off it."""
        if not isinstance(end, End) or self.canvas.level.steps:
            self.leave_small()
            return
        if self.under is None or self.under[0] != end:
            self.leave_small()
            self.under = (end, self._in_place(at))
        if self.peek.isHidden():
            self.under = (end, self._in_place(at))
            self.resting.start()

    def _ask_small(self) -> None:
        """Only where it costs nobody anything: the process is there and has nothing to do."""
        large = len(self.canvas.graph.nodes) > MANY
        busy = large or self.panel.isVisible() or self.canvas.view.gesture is not None
        if self.under is not None and not busy and self.asking.idle and self._near(self.under[0]):
            self.asking.ask(self._order(self.under[0], PEEK))

    def _near(self, end: End) -> bool:
        """While a run goes on it has the processors: then only what is left of the model is shown unasked."""
        return not self.session.running or self.session.report.sides.get(end.node) != "batch"

    def leave_small(self) -> None:
        """The small preview away."""
        self.resting.stop()
        self.under = None
        self.peek.hide()
        self.canvas.tips_wanted = True

    def rest(self, keep: bool = False) -> None:
        """Nobody looks: nothing is shown, and no process waits to be asked, unless it is to be kept."""
        self.leave_small()
        self.panel.leave()
        self._be_still()
        if not keep:
            self.asking.close()

    def close(self) -> None:
        """The process does not outlive the window."""
        self._be_still()
        self.asking.close()

    def _be_still(self) -> None:
        for timer in (self.warming, self.resting, self.settling, self.panel.waiting):
            timer.stop()
        self.live.leave()

    def _in_place(self, at: QPointF) -> QPoint:
        view = self.canvas.view
        return view.viewport().mapTo(self.place, view.pixel(at))


def _timer(parent: QObject, pause: int, slot: Any) -> QTimer:
    timer = QTimer(parent, singleShot=True, interval=pause)
    timer.setTimerType(Qt.TimerType.CoarseTimer)
    timer.timeout.connect(slot)
    return timer
