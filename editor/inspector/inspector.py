"""The inspector: a form for the chosen nodes, or for the graph where none is, and a strip that explains parameters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from editor.canvas.intents import new_name
from editor.canvas.room import LOOKS
from editor.commands.actions import with_keys
from editor.document.document import Document
from editor.document.level import Level
from editor.inspector.defining import Defining
from editor.inspector.definition import DefinitionForm
from editor.inspector.edits import classed, kept_names, taking
from editor.inspector.form import Form
from editor.inspector.framed import FrameForm
from editor.inspector.look import Looking
from editor.inspector.note import COMMITS, NoteText, like_before
from editor.inspector.row import Row, explained
from editor.inspector.settings import GraphForm
from editor.inspector.together import Together
from editor.inspector.unlike import Unlike
from editor.looks.fade import Fade
from editor.looks.pieces import Line, Rule, TextButton, once_released
from editor.window.problem_row import ProblemRow
from runtime.check.use import known
from runtime.graph.edit import Edit
from runtime.graph.frames import frames
from runtime.graph.names import cleaned
from runtime.spec.models import still_taken
from runtime.spec.moved import relative

if TYPE_CHECKING:
    from editor.running.session import Session

Page = Form | FrameForm | Together | GraphForm | DefinitionForm | Unlike
OfNodes = Form | Together  # what edits nodes
ROOMY = 480  # px; a lower panel keeps its room for the form: rows explain themselves in their tooltips too
MANY = 400  # nodes; among more than these it takes too long to know how wide each will be at every step
HINT = "Enter commits, Esc takes back, arrow keys step."


class Inspector(QWidget):
    """Follows the selection, the document and the report."""

    framed = ""  # the frame that is shown where no node is
    help_wanted = Signal()
    problem_asked = Signal(object)  # Problem
    group_wanted = Signal()
    enter_wanted = Signal(str)  # a use of a definition
    sheet_wanted = Signal(str, str)  # node, path: what its file holds is to be chosen again

    def __init__(
        self, session: "Session", document: Document, level: Level | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session, self.document = session, document
        self.level = level or Level(document, self)
        if level is None:
            self.level.see(session.report)
            session.checked.connect(lambda: self.level.see(session.report))
        self.ids: tuple[str, ...] = ()
        self.page: Page | None = None
        self.editing = False  # an edit of our own is under way: a renamed node leaves the selection and comes back
        self.wanted: list[str] | None = None
        self.setAccessibleName("Inspector")
        self.area, self.help = QScrollArea(), Line(HINT, "muted").wrapped()
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help.setContentsMargins(12, 8, 12, 8)
        self.help.setFixedHeight(66)
        self._lay()
        self._uncovering = once_released(self, self._uncover)
        self._helping = once_released(self, self._show_help)
        QApplication.instance().focusChanged.connect(self._focus_moved)
        self._held: tuple[Row, int] | None = None  # the row in use, and where it was seen
        bar = self.area.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: self._hold())  # when its lines have been broken, a form is higher
        bar.valueChanged.connect(lambda _: self._let_go())
        self.defining = Defining(self.level)
        self.looking = Looking(self)
        self.looking.found.connect(self._looked)
        self._due = once_released(self, self.refresh)
        self.level.changed.connect(self._follow)
        self.level.opened.connect(self._opened)
        document.filed.connect(self._due.start)
        session.checked.connect(self._due.start)
        session.run_started.connect(self._due.start)  # what was inert may be trusted now

    def _lay(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rule = Rule()
        about = with_keys("Make a definition of the selected nodes", "group")
        self.group = TextButton("plus", "Group into a definition", about)
        self.group.clicked.connect(self.group_wanted)
        self.group.hide()
        below = QHBoxLayout()
        below.setContentsMargins(12, 0, 12, 8)
        below.addWidget(self.group)
        below.addStretch(1)
        layout.addWidget(self.area)
        self.fade = Fade(self.area, "panel", 24)
        layout.addLayout(below)
        for part in (self.rule, self.help):
            layout.addWidget(part)

    def show_nodes(self, ids: Sequence[str]) -> None:
        """Show these nodes, or the graph for none."""
        if self.editing:
            self.wanted = list(ids)
            return
        known = tuple(id for id in ids if id in self.level.graph.nodes)
        if known != self.ids:
            if all(id in self.level.graph.nodes for id in self.ids):
                self.commit()
            self.ids = tuple(id for id in known if id in self.level.graph.nodes)
            self._rebuild()

    def show_frame(self, id: str) -> None:
        """Show a frame, where no node is chosen; "" for none."""
        if id != self.framed:
            if self.framed in frames(self.level.graph):
                self.commit()
            self.framed = id
            self._rebuild()

    def write(self, id: str) -> None:
        """Let the text of a frame be written."""
        self.show_frame(id)
        if isinstance(self.page, FrameForm):
            self.page.text.setFocus()

    def commit(self) -> None:
        """Take what was typed but not yet committed into the graph."""
        gone = isinstance(self.page, OfNodes) and any(id not in self.level.graph.nodes for id in self.page.ids)
        if self.page and not gone:
            self.page.commit()

    def refresh(self) -> None:
        """Fill the form anew; the row in use stays where it is seen, whatever is said above it from now on."""
        row = self._in_use()
        self._held = (row, _height(row, self.area)) if row is not None else None
        self._fill()

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        self._helping.start()

    def _hold(self) -> None:
        """Scroll the row in use back to where it was."""
        row, before = self._held or (None, 0)
        if row is not None and row is self._in_use():
            bar = self.area.verticalScrollBar()
            bar.setValue(bar.value() + _height(row, self.area) - before)

    def _let_go(self) -> None:
        """The user scrolls, or there is no room to scroll back."""
        if self._held is not None and _height(self._held[0], self.area) != self._held[1]:
            self._held = None

    def _in_use(self) -> Row | None:
        """The row under the pointer, or the one with the focus."""
        rows = list(self.page.rows.values()) if isinstance(self.page, Form) else []
        focus = QApplication.focusWidget()
        found = [row for row in rows if row.underMouse()]
        return next(iter(found or [row for row in rows if focus is not None and row.isAncestorOf(focus)]), None)

    def _fill(self) -> None:
        graph = self.level.graph
        if any(id not in graph.nodes for id in self.ids):
            self.ids = tuple(id for id in self.ids if id in graph.nodes)
            self._rebuild()
        elif isinstance(self.page, Form):
            if any(graph.nodes[id].type != self.page.spec.type for id in self.ids):
                self._rebuild()
            else:
                self.page.within = self.defining.within()
                self.page.trying = self.session.trying.under_way
                self.page.show_graph(graph, self.level.report, self.document.folder, self.document.beside)
                self.page.counted.show_figures(self.level, self.ids)
        elif isinstance(self.page, FrameForm):
            if (frame := frames(graph).get(self.framed)) is None:
                self.framed = ""
                self._rebuild()
            else:
                self.page.show_frame(frame)
        elif isinstance(self.page, Together):
            if self.page.types != {id: graph.nodes[id].type for id in self.ids}:
                self._rebuild()
            else:
                self.page.show_graph(graph)
                self.page.counted.show_figures(self.level, self.ids)
        elif isinstance(self.page, DefinitionForm):
            self.page.show_definition(self.document.graph, graph, self.level.name)
            self.page.counted.show_figures(self.level, ())
        elif isinstance(self.page, GraphForm):
            self.page.show_graph(graph, self.document.title, self.document.beside)
            self.page.counted.show_figures(self.level, ())

    def _rebuild(self) -> None:
        old = self.area.takeWidget()
        if old is not None:
            old.blockSignals(True)
            old.hide()
            old.deleteLater()  # later: it may be in the midst of the key press that led here
        self._held = None
        self.page = self._page()
        self.group.setVisible(len(self.ids) > 1)
        self.area.setWidget(self.page)
        self.explain(None)
        self.refresh()
        self._uncovering.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the first form when it is looked at; behind the start page that may be never."""
        super().showEvent(event)
        if self.page is None:
            self._rebuild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room of the explanation to the form where there is little, and keep in sight what is wrong."""
        super().resizeEvent(event)
        self._show_help()
        if event.size().height() < event.oldSize().height():
            self._uncovering.start()

    def _show_help(self) -> None:
        """The explanation is there while a field is in use, where there is room for it; the field stays in sight."""
        focus = QApplication.focusWidget()
        used = focus if focus is not None and self.area.isAncestorOf(focus) else None
        if self.help.text() in (HINT, COMMITS):
            self.help.setText(COMMITS if isinstance(used, NoteText) else HINT)
        for part in (self.rule, self.help):
            part.setVisible(used is not None and self.height() >= ROOMY)
        layout = self.layout()
        if used is not None and layout is not None and not self.help.isHidden():
            layout.activate()
            self.area.ensureWidgetVisible(used, 0, 8)

    def _uncover(self) -> None:
        """Scroll to the first problem; its buttons are what the user came for."""
        rows = self.page.findChildren(ProblemRow) if isinstance(self.page, Form) else []
        wrong = next((row for row in rows if row.isVisible()), None)
        if wrong is not None:
            self.area.ensureWidgetVisible(wrong, 0, 8)

    def _page(self) -> Page:
        nodes = [self.level.graph.nodes[id] for id in self.ids]
        frame = frames(self.level.graph).get(self.framed) if not nodes else None
        if frame is not None:
            framed = FrameForm(frame)
            framed.edits_made.connect(self._do)
            return framed
        if not nodes and self.level.steps:
            return self.defining.form()
        if not nodes:
            page = GraphForm(self.session)
            page.edits_made.connect(self._do)
            page.setting_dropped.connect(self._drop_setting)
            page.about_given.connect(self._tell_about)
            page.helped.connect(self.explain)
            page.weights_wanted.connect(self._load)
            return page
        types = {node.type for node in nodes}
        specs = known(self.level.graph)
        if len(types) > 1:
            together = Together(nodes, specs)
            together.edits_made.connect(self._do)
            together.helped.connect(self.explain)
            return together
        if (spec := specs.get(nodes[0].type)) is None:
            return Unlike(nodes)
        form = Form(spec, self.ids)
        form.edits_made.connect(self._do)
        form.repaired.connect(self._repair)
        form.problem_asked.connect(self.problem_asked)
        form.helped.connect(self.explain)
        form.look_wanted.connect(self._look)
        form.sheet_wanted.connect(self.sheet_wanted)
        form.trusted.connect(lambda text: self.session.trust([text]))
        form.weights_wanted.connect(self._load)
        form.linked.connect(lambda *asked: self.defining.link(self.ids[0], form.spec, *asked))
        form.enter_wanted.connect(lambda: self.enter_wanted.emit(self.ids[0]))
        if form.title is not None:
            form.title.help_wanted.connect(self.help_wanted)
        return form

    def _load(self, id: str, file: str) -> None:
        self.session.weights.load(id, Path(file), self.session.report)

    def _look(self, node: str, path: str) -> None:
        self.looking.begin(node, self.document.folder / path)

    def _looked(self, id: str, found: Any) -> None:
        """Take the fields of a file into its node, and say what was seen."""
        node = self.level.graph.nodes.get(id)
        row = self.page.path_row() if isinstance(self.page, Form) and self.page.ids == (id,) else None
        if node is None:
            return
        wrong = found.get("problem") or (f"The file is one for {found['type']}" if found["type"] != node.type else "")
        if not wrong:
            spec = known(self.level.graph)[node.type]
            chosen = found.get("choices", {}).get(node.parameters.get("called"), found["parameters"])
            values = {name: value for name, value in chosen.items() if name in spec.parameter}
            if classed(spec) and "fields" in values and isinstance(before := node.parameters.get("fields"), dict):
                values["fields"] = kept_names(values["fields"], before)
            if "choices" in found:
                values["arguments"] = still_taken(node.parameters, values["signature"])
            paths = {"path": found["path"], **values} if "path" in found else values  # of several, where the first is
            here = [name for name in paths if name in spec.parameter and spec.parameter[name].kind == "path"]
            values |= {name: relative(Path(paths[name]), self.document.folder) for name in here}
            edits = [*taking(self.level.graph, spec, id, values), *self._named_after(id, found, values)]
            self._do(edits, f"Take what the file of {id} tells", "")
        if row is not None:
            row.tell(wrong or "; ".join([*_rows(found), *found.get("notes", [])]), bool(wrong))

    def _named_after(self, id: str, found: Any, values: Mapping[str, Any]) -> list[Edit]:
        """A node that is called as one of the classes of its file follows the one that it has now."""
        names = {cleaned(name): name for name in found.get("choices", {})}
        stem = re.sub(r"_\d+$", "", id)
        if stem not in names or names[stem] == (called := values.get("called")) or not called:
            return []
        return [("rename", id, new_name(self.level.graph, called))]

    def explain(self, parameter: Any) -> None:
        """Say in the strip what a parameter is."""
        self.help.setText(explained(parameter) if parameter else HINT)

    def _repair(self, repair: Any) -> None:
        self.level.repair(repair)

    def _do(self, edits: Any, text: str, merge: str) -> None:
        if isinstance(self.page, Form):
            self.ids = self.page.ids  # it renames its node itself
        self.editing, self.wanted = True, None
        few = len(self.level.graph.nodes) <= MANY
        wider = any(edit[0] == "rename" or (few and edit[0] in LOOKS) for edit in edits)  # a longer name, or number
        try:
            self.level.do(self.level.with_room(edits) if wider else edits, text, merge or None)
        finally:
            self.editing = False
        self._catch_up()

    def _catch_up(self) -> None:
        """Follow the selection that came during our own edit."""
        if self.wanted is not None:
            self.show_nodes(self.wanted)

    def _tell_about(self, key: str, text: str) -> None:
        """Write the graph's own name or note."""
        graph = self.level.graph
        rest = {name: value for name, value in graph.extra.items() if name != key}
        self.document.become(
            graph.with_(extra={**rest, key: like_before(text, graph.extra.get(key))} if text else rest),
            f"Set the graph's {key}",
        )

    def _drop_setting(self, name: str) -> None:
        """Let a setting of the run have its default."""
        graph = self.level.graph
        self.document.become(graph.with_(run={k: v for k, v in graph.run.items() if k != name}), f"Set {name}")

    def _opened(self) -> None:
        self.ids, self.framed = (), ""
        self._rebuild()

    def _follow(self, change: Any) -> None:
        """Stay with a node that is renamed by undo or by a repair, and let further edits begin from this graph."""
        gone, new = change.removed_nodes(), change.added_nodes()
        if len(gone) == len(new) == 1 and isinstance(self.page, Form):
            (old,), (node,) = gone.values(), new.values()
            if old.id in self.ids and replace(old, id=node.id) == node:
                self.ids = tuple(node.id if id == old.id else id for id in self.ids)
                self.page.ids = self.ids
        if isinstance(self.page, OfNodes):
            self.page.graph = self.level.graph
        self._due.start()


def _rows(found: Any) -> list[str]:
    return [f"{found['rows']:,} rows"] if "rows" in found else []


def _height(row: QWidget, area: QScrollArea) -> int:
    """Where in what is seen of the form a row begins."""
    return row.mapTo(area.viewport(), QPoint()).y()
