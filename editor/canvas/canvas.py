"""The canvas: shows a document's graph and turns gestures into edits of the document. Everything public is here."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QMimeData, QPointF, QRectF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.canvas.adding import NODE_TYPE, Adding
from editor.canvas.arranging import arrange
from editor.canvas.arriving import see, see_some
from editor.canvas.background import Border, border, joined
from editor.canvas.boxes import boxes
from editor.canvas.callout import Callout
from editor.canvas.extent import AROUND, content, surroundings
from editor.canvas.face import Progress, Scenery
from editor.canvas.framing import Framing
from editor.canvas.glide import Glide
from editor.canvas.heating import Heating
from editor.canvas.intents import Intent, Refusal, connection, removal
from editor.canvas.legend import Legend
from editor.canvas.mirror import Mirror
from editor.canvas.picture import picture
from editor.canvas.pin import Pin
from editor.canvas.rename import Renaming
from editor.canvas.rewiring import Rewiring
from editor.canvas.selection import Selection
from editor.canvas.tips import Hit, problem_at, tip, value_at
from editor.canvas.view import View
from editor.document.document import Document
from editor.document.level import Level
from editor.looks.theme import theme_changes
from runtime.check.problem import ERROR, Report
from runtime.define.levels import TOP
from runtime.graph.difference import Difference
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, End, Graph
from runtime.graph.touched import touched

ZOOM_STEP = 1.2


class Canvas(QWidget):
    """The document is the only truth: edits go up through `document.do`, differences come down through its signals."""

    selection_changed = Signal(list)  # ids of the selected nodes
    search_requested = Signal(QPointF, object)  # where, and the End that a wire was pulled from, or None
    files_dropped = Signal(list, QPointF)  # Paths, where
    refused = Signal(str)
    problem_clicked = Signal(object)  # Problem
    preview_wanted = Signal(object, QPointF)  # the End whose value is to be shown, where
    wire_clicked = Signal(object, QPointF)  # the End that it comes from, where
    use_entered = Signal(str)  # the node, a use of a definition
    rested = Signal(object, QPointF)  # the End under the cursor, or None, where

    def __init__(self, document: Document, parent: QWidget | None = None, level: Level | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.level = level or Level(document)
        self.report = Report()
        self.progress: dict[str, Progress] = {}
        self.failures: dict[str, str] = {}
        self.border: Border | None = None
        self._selected: list[str] = []
        self._shown = self.level.seen
        self.arrived: list[str] = []  # new nodes whose types are not known yet, see `arriving`
        self._fresh = True  # no report yet since the graph was opened
        self.told_at_once = False  # whether one comes right after it is opened: nodes are made with it then, once
        self._awaited = False  # whether it is about to come, so that no nodes are there yet
        self.tips_wanted = True  # whether something else says already what is under the cursor
        self.view = View(self)
        self.renaming = Renaming(self)
        self.adding = Adding(self)
        self.rewiring = Rewiring(self)
        self.heating = Heating(self)
        self.legend = Legend(self)
        self.mirror = Mirror(self.view.scene())
        self.glide = Glide(self)
        self.selection = Selection(self.mirror, self._tell_selection)
        self.framing = Framing(self)
        self.callout = Callout()
        self.view.scene().addItem(self.callout)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.setMinimumSize(200, 150)
        self.view.scene().selectionChanged.connect(self._tell_selection)  # a selected node was removed
        self.level.changed.connect(self._follow)
        self.level.opened.connect(self._rebuild)
        document.opened.connect(self._forget_marks)
        theme_changes.changed.connect(self._repaint)
        self._rebuild()

    @property
    def graph(self) -> Graph:
        """The graph on screen: that of the file, or a definition of it."""
        return self.level.graph

    @property
    def scenery(self) -> Scenery:
        """What the nodes are drawn from."""
        top = self.level.name == TOP  # a run tells of the nodes of the file's own graph
        marks = (self.progress, self.failures) if top else ({}, {})
        return Scenery(self.level.seen, self.report, *marks, self.heating.of_nodes())

    # from the document

    def _rebuild(self) -> None:
        self.glide.end()
        self.renaming.end()
        self.arrived = []
        self.view.forget()
        self.callout.leave()
        self.report = Report()
        self._shown = self.level.seen
        self._fresh = True
        self._awaited = self.told_at_once
        if self._awaited:
            self.mirror.clear()
        else:
            self._build()

    def _build(self) -> None:
        """All nodes anew, as the report says by now."""
        self.mirror.rebuild(self.scenery)
        self.view.fitted = True
        self._draw_sides()
        self.fit()

    def _follow(self, given: object) -> None:
        change = cast(Difference, given)
        self.glide.end()
        self.view.forget()
        gone, new = list(change.removed_nodes()), list(change.added_nodes())
        kept = self.selected() if gone else []
        for id in gone:
            self.progress.pop(id, None)
            self.failures.pop(id, None)
        before, self._shown = self._shown, self.level.seen
        touched(before, self._shown)  # for its indices: to count all edges anew takes longer than all the rest
        self.mirror.follow(self.scenery, change)
        if self._shown.definitions is not before.definitions:  # uses may have other ports
            self.mirror.refresh(self.scenery)
        if len(gone) == len(new) == 1:  # a rename: what was selected stays so
            self.select([new[0] if id == gone[0] else id for id in kept])
        if change.nodes or change.layout or change.extra:
            self._draw_sides()
        see_some(self, gone)

    def _repaint(self) -> None:
        self.view.scene().update()
        self.view.viewport().update()

    def _draw_sides(self) -> None:
        frames = [box.rect for box in self.mirror.frames.values()]
        sides = joined(self.report.sides, self._shown)
        old, self.border = self.border, border(sides, self.glide.rects(), frames)
        if old != self.border:
            self.view.viewport().update()

    # from the session

    def show_report(self, report: Report) -> None:
        """Types become chips, problems red wires and badges, inferred values summaries."""
        self.report = report
        self.legend.follow()
        if self._awaited:
            self._awaited = self._fresh = False
            self._build()
            return
        grown = self.mirror.refresh(self.scenery)
        if self._fresh and self.mirror.guessed and (grown or report.sides):
            self.mirror.guess(self.scenery)
            self.mirror.route(self.mirror.boxes)
        self._draw_sides()
        if self._fresh and self.view.fitted and grown:
            self.fit()
        self._fresh = False
        if self.arrived:
            see(self, self.arrived)
            self.arrived = []

    def show_progress(self, node_id: str, fraction: float, text: str, left: str = "") -> None:
        """A bar on a node; a negative fraction takes it away."""
        if fraction < 0:
            self.progress.pop(node_id, None)
        else:
            self.progress[node_id] = Progress(fraction, text, left)
        self._show_again([node_id])

    def show_failure(self, node_id: str, message: str) -> None:
        """A red badge where a run failed; an empty message takes it away."""
        if message:
            self.failures[node_id] = message
        else:
            self.failures.pop(node_id, None)
        self._show_again([node_id])
        self.mirror.stamp += 1

    def _show_again(self, ids: Iterable[str]) -> None:
        for id, face in self.scenery.faces(id for id in ids if id in self.graph.nodes).items():
            self.mirror.boxes[id].show_face(face)

    def _forget_marks(self) -> None:
        """Another file: what a run told is not about its nodes."""
        marked = self.progress or self.failures
        self.progress, self.failures = {}, {}
        if marked and self.mirror.boxes:
            self.mirror.refresh(self.scenery)

    # selection

    def selected(self) -> list[str]:
        """The ids of the selected nodes, in the order of the graph."""
        return self.selection.nodes()

    def chosen_use(self) -> str:
        """The one selected node, where it is a use of a definition."""
        chosen = self.selected()
        return chosen[0] if len(chosen) == 1 and self.mirror.boxes[chosen[0]].face.enters else ""

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and nothing else."""
        self.selection.set(set(ids), set())

    def select_all(self) -> None:
        """Select every node and every frame."""
        self.selection.set(set(self.graph.nodes), set(), set(self.mirror.frames))

    def _tell_selection(self) -> None:
        found = self.selected()
        if found != self._selected:
            self._selected = found
            self.selection_changed.emit(found)
        self.framing.tell()

    # where the view looks

    def scaled(self) -> None:
        """The zoom changed: a name that is being typed no longer lies over its node."""
        self.renaming.end()

    def centre_on(self, id: str) -> None:
        """Bring a node to the middle, at a readable size."""
        if id in self.mirror.boxes:
            if self.view.scale_now < 0.7:
                self.view.zoom(0.9 / self.view.scale_now)
            self.view.fitted = False
            self.view.centerOn(self.mirror.boxes[id].rect.center())

    def content(self, ids: Iterable[str] | None = None, frames: Iterable[str] = ()) -> QRectF:
        """The rectangle around nodes and frames, all of them unless some are given; empty for none."""
        return content(self.mirror, ids, frames, self.border is not None)

    def surroundings(self) -> QRectF:
        """The whole graph with what is to stay free around it, and the wires that reach further than its nodes."""
        return surroundings(self.mirror, self.content())

    def fit(self) -> None:
        """The whole graph into view; it stays there until the user zooms or pans."""
        self.view.fit(self.surroundings())
        self.view.fitted = True

    def fit_selection(self) -> None:
        """The selected nodes and frames into view, or the whole graph."""
        rect = self.content(self.selected(), self.selection.frames())
        if rect.isEmpty():
            self.fit()
            return
        self.view.fit(rect.adjusted(-AROUND, -AROUND, AROUND, AROUND))
        self.view.fitted = False

    def zoom_in(self) -> None:
        """A step nearer."""
        self.view.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """A step back."""
        self.view.zoom(1 / ZOOM_STEP)

    # intents

    def carry_out(self, intent: Intent | Refusal, at: QPointF | None = None) -> bool:
        """Do it as one undo step, or say why not; whether it was done."""
        if isinstance(intent, Refusal):
            self.refused.emit(intent.sentence)
            if at is not None:
                self.callout.say(intent.sentence, ERROR, at, fades=True)
            return False
        if intent.edits:
            self.level.do(list(intent.edits), intent.text)
        return True

    def connect_pins(self, one: Pin, other: Pin, detached: Edge | None, slot: int | None, at: QPointF) -> None:
        """A wire was dropped on a port."""
        self.carry_out(connection(self.graph, one, other, detached, slot), at)

    def add_node(self, type_name: str, scene_pos: QPointF | None = None, connect_from: End | None = None) -> str:
        """Add a node, joined to the port that a wire was pulled from; its id, or "" where it cannot be."""
        return self.adding.node(type_name, scene_pos, *([connect_from] if connect_from else []))

    def make_room(self, edits: Iterable[Edit]) -> list[Edit]:
        """Edits such as a repair's, with moves after them where a new node would stand on another one."""
        return self.adding.make_room(edits)

    def delete_selected(self) -> None:
        """Remove the selected nodes, wires, frames and dots."""
        ids, edges, more = self.selected(), self.selection.edges(), self.framing.removal()
        if ids or edges or more.edits:
            gone = removal(ids, edges)
            self.carry_out(Intent((*more.edits, *gone.edits), gone.text if ids or edges else more.text))

    def duplicate_selected(self) -> None:
        """The selected nodes once more, with the wires between them, and the selected frames with what is in them."""
        if self.selected() or self.selection.frames():
            self.adding.copies(*self.framing.taken())

    def arrange(self) -> None:
        """Lay the graph out from left to right, or two or more selected nodes alone, as one undo step."""
        arrange(self)

    # names

    def rename_selected(self) -> None:
        """Type another name for the selected node, or another title for the selected frame."""
        if len(self.selected()) == 1:
            self.rename(self.selected()[0])
        elif len(frames := self.selection.frames()) == 1:
            self.renaming.begin_title(frames[0])

    def rename(self, id: str) -> None:
        """Lay a line over the name of a node."""
        self.renaming.begin(id)

    # hover, tips, drops

    def tip(self, hit: Hit) -> str:
        """What is said of a port, a node or a wire."""
        return tip(hit, self.report) if self.tips_wanted else ""

    def where(self, end: End) -> QPointF:
        """Where an output is in the scene."""
        port = self.mirror.boxes[end.node].ports.get((end.port, True))
        return port.anchor() if port else self.mirror.boxes[end.node].rect.center()

    def hovered(self, hit: Hit, at: QPointF) -> None:
        """A wire or badge with a problem says so beside the cursor."""
        problem = problem_at(hit, at, self.view.scale_now)
        self.rested.emit(None if problem else value_at(hit, at), at)
        self.callout.follow(problem, at)

    def welcomes(self, data: QMimeData) -> bool:
        """Whether something may be dropped here."""
        return data.hasFormat(NODE_TYPE) or any(url.isLocalFile() for url in data.urls())

    def dropped(self, data: QMimeData, at: QPointF) -> None:
        """A node type is added, on a wire in the middle of it; files are the window's."""
        if data.hasFormat(NODE_TYPE):
            wire = self.adding.lands_on(data, at)
            self.adding.drop(bytes(data.data(NODE_TYPE).data()).decode(), at, wire.edge if wire else None)
            self.view.setFocus()
        elif files := [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]:
            self.files_dropped.emit(files, at)

    # pictures and measures

    def picture(self, width: int, height: int | None = None) -> QImage:
        """The whole graph as an image, also without a screen."""
        self.glide.end()
        return picture(self, width, height)

    def boxes(self) -> dict[str, QRectF]:
        """Where every node, chip and label lies, in scene coordinates, for tests of the layout."""
        self.glide.end()
        return boxes(self.mirror.boxes)

    def dispose(self) -> None:
        """Let go of everything in an order that Qt survives; call it before the last reference goes."""
        self.level.changed.disconnect(self._follow)
        self.level.opened.disconnect(self._rebuild)
        self.document.opened.disconnect(self._forget_marks)
        theme_changes.changed.disconnect(self._repaint)
        self.renaming.end()
        self.glide.end()
        self.view.forget()
        self.callout.leave()
        self.view.scene().selectionChanged.disconnect(self._tell_selection)
        self.mirror.clear()
        self.view.scene().clear()
        self.view.deleteLater()
        self.deleteLater()
