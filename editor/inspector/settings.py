"""What the inspector shows where no node is chosen: the graph's name and note, and the settings of its runs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.inspector.counted import Counted
from editor.inspector.edits import same
from editor.inspector.entry import Seen
from editor.inspector.from_file import FromFile
from editor.inspector.line import CommitLine
from editor.inspector.note import NoteText, note_text
from editor.inspector.row import NAME_WIDTH, Row
from editor.looks.pieces import Line
from editor.looks.theme import family_font
from runtime.check.settings import RUN
from runtime.graph.model import Graph
from runtime.spec.parameter import Parameter

if TYPE_CHECKING:
    from editor.running.session import Session


class GraphForm(QWidget):
    """Name, note and settings of the run."""

    edits_made = Signal(object, str, str)
    setting_dropped = Signal(str)  # back to its default, which is not written
    about_given = Signal(str, str)  # "name" or "note", text
    weights_wanted = Signal(str, str)  # "" for the whole model, file
    helped = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self.session = session
        self.name = CommitLine()
        self.name.setFont(family_font(15, 600))
        self.name.setAccessibleName("Name of the graph")
        self.note = NoteText("Write what this graph is for")
        self.rows = {parameter.name: Row(parameter) for parameter in RUN}
        self.device = Line("", "muted").wrapped()
        self.counts = Line("", "muted").wrapped()
        self.counted = Counted()
        self.weights = FromFile()
        self.weights.edited.connect(lambda edits, text: self.edits_made.emit(edits, text, ""))
        self.weights.chosen.connect(self.weights_wanted)
        self.name.committed.connect(lambda text: self.about_given.emit("name", text.strip()))
        self.note.committed.connect(lambda text: self.about_given.emit("note", text))
        for row in self.rows.values():
            row.edited.connect(self._set)
            row.reset.connect(lambda name: self._set(name, self.rows[name].parameter.default, {}, ""))
            row.helped.connect(self.helped)
        self._lay()
        session.device_known.connect(self._show_device)

    def _lay(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.name)
        layout.addWidget(self.counts)
        layout.addWidget(self.counted)
        layout.addWidget(self.note)
        layout.addSpacing(2)
        layout.addWidget(Line("Run", "muted", 11, 600))
        self.device.setContentsMargins(NAME_WIDTH + 6, 0, 0, 0)
        for name, row in self.rows.items():
            layout.addWidget(row)
            if name == "device":
                layout.addWidget(self.device)
        layout.addSpacing(2)
        layout.addWidget(Line("Weights of the whole model", "muted", 11, 600))
        layout.addWidget(self.weights)
        layout.addStretch(1)

    def commit(self) -> None:
        """Tell everything that was typed but not yet told."""
        self.name.commit()
        self.note.commit()
        for row in self.rows.values():
            row.entry.commit()

    def show_graph(self, graph: Graph, title: str, beside: Callable[[], Path]) -> None:
        """Show what the graph says of itself."""
        self.weights.show_source(graph, self.session.report, "", beside)
        self.name.setPlaceholderText(title)
        self.name.keep(str(graph.extra.get("name") or ""))
        self.note.keep(note_text(graph.extra.get("note")))
        nodes, wires = len(graph.nodes), len(graph.edges)
        self.counts.setText(f"{nodes} node{'s' * (nodes != 1)}, {wires} wire{'s' * (wires != 1)}")
        for name, row in self.rows.items():
            row.show_seen(Seen(_setting(graph.run, row.parameter)), name in graph.run)
        self._show_device()

    def _show_device(self) -> None:
        known: Mapping[str, Any] | None = self.session.device
        self.device.setVisible(known is not None)
        if known is not None:
            reason = str(known.get("reason") or "")
            self.device.setText(f"{known.get('device')}: {reason}" if reason else str(known.get("device")))

    def _set(self, name: str, value: Any, renames: Any, visit: str) -> None:
        if same(value, self.rows[name].parameter.default):
            self.setting_dropped.emit(name)
        else:
            self.edits_made.emit([("run", name, value)], f"Set {name}", f"run.{name}.{visit}" if visit else "")


def _setting(run: Mapping[str, Any], parameter: Parameter) -> Any:
    value = run.get(parameter.name)
    return parameter.default if value is None else value
