"""What becomes of a layer's weights: whether training changes them, and whose they are."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.choice import StillCombo
from editor.inspector.from_file import FromFile
from editor.inspector.row import NAME_WIDTH
from editor.looks.pieces import Elided, Line
from editor.looks.tick import Tick
from runtime.check.finish import frozen, root_of
from runtime.check.problem import Report
from runtime.graph.edit import Edit
from runtime.graph.model import Graph

OWN = "its own"


class Weights(QWidget):
    """Frozen or not, the node of the same type whose weights it has, and the file that they are from."""

    edited = Signal(object, str)  # edits, text for undo

    def __init__(self) -> None:
        super().__init__()
        self.id = ""
        self.names: dict[str, Elided] = {}  # quiet where nothing was given, as those of parameters
        self.frozen = Tick()
        self.frozen.setAccessibleName("Frozen")
        self.frozen.setToolTip("Training leaves the weights as they are; gradient still flows through.")
        self.frozen.clicked.connect(lambda: self._freeze(self.frozen.isChecked()))
        self.whose = StillCombo()
        self.whose.setAccessibleName("Whose weights")
        self.whose.setToolTip("A layer of the same type, made in the same way, whose weights this one has too.")
        self.whose.activated.connect(self._share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(Line("Weights", "muted", 11, 600))
        for name, widget in (("frozen", self.frozen), ("shared with", self.whose)):
            row = QHBoxLayout()
            row.setSpacing(6)
            label = self.names[name] = Elided(name, "muted")
            label.setFixedWidth(NAME_WIDTH)
            row.addWidget(label)
            row.addWidget(widget, 1)
            layout.addLayout(row)
        self.file = FromFile()
        self.file.edited.connect(self.edited)
        layout.addWidget(self.file)

    def show_node(
        self, graph: Graph, report: Report, id: str, beside: Callable[[], Path], inside: bool = False
    ) -> None:
        """Show what the graph says of a node's weights; `inside` a definition uses alone have them from files."""
        self.id, node = id, graph.nodes[id]
        self.file.show_source(graph, report, id, beside)
        self.file.setVisible(("shares" not in node.extra and not inside) or "weights" in node.extra)
        root = root_of(graph, id)
        self.frozen.setChecked(frozen(graph.nodes[root]))
        self.frozen.setEnabled(root == id and not inside)
        others = [
            other
            for other, each in graph.nodes.items()
            if each.type == node.type and other != id and "shares" not in each.extra
        ]
        leads = any(each.extra.get("shares") == id for each in graph.nodes.values())
        self.whose.clear()
        self.whose.addItems([OWN, *([] if leads else others)])
        self.whose.setCurrentIndex(self.whose.findText(root if root != id else OWN))
        self.whose.setEnabled(self.whose.count() > 1)
        for name, given in (("frozen", self.frozen.isChecked()), ("shared with", root != id)):
            self.names[name].in_colour("text" if given else "muted")

    def _freeze(self, on: bool) -> None:
        edits: list[Edit] = [("freeze", self.id, on)]
        self.edited.emit(edits, f"{'Freeze' if on else 'Unfreeze'} {self.id}")

    def _share(self, at: int) -> None:
        other = self.whose.itemText(at) if at else None
        edits: list[Edit] = [("share", self.id, other)]
        self.edited.emit(edits, f"{self.id} has the weights of {other}" if other else f"{self.id} has its own weights")
