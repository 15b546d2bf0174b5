"""The head of the form: a node's name, which can be changed, its type in a sentence, and its ports with their types."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from editor.inspector.functions import drop
from editor.inspector.line import CommitLine
from editor.inspector.naming import rename_refusal, spelled
from editor.inspector.wires import Wires
from editor.looks.pieces import Elided, IconButton, Line, TextButton, colour
from editor.looks.theme import family_font, icon_pixmap, theme_changes
from runtime.check.problem import Report
from runtime.graph.bypass import origin
from runtime.graph.model import End, Graph, Node
from runtime.spec.node import Input, Output, Spec
from runtime.spec.tensor import Tensor, Type

UNKNOWN = "not known yet"
TYPE = 90  # pixels of a short type


class Title(QWidget):
    """The sign of the family, the name, and the way to the page of the node type."""

    renamed = Signal(str)
    help_wanted = Signal()

    def __init__(self, family: str) -> None:
        super().__init__()
        self.family = family
        self.graph, self.id = Graph(), ""
        self.sign = QLabel()
        self.sign.setFixedSize(22, 22)
        self.name = CommitLine()
        self.name.setFont(family_font(15, 600))
        self.name.setAccessibleName("Name of the node")
        self.name.setStyleSheet(
            "QLineEdit { background: transparent; border-color: transparent; padding: 2px 4px; }"
            "QLineEdit:hover, QLineEdit:focus { background: palette(base); border-color: palette(mid); }"
        )
        self.name.committed.connect(self._rename)
        self.help = IconButton("help", "What this node type is (F1)", size=16)
        self.help.clicked.connect(self.help_wanted)
        self.refusal = Line("", "error").wrapped()
        self.free = TextButton("check", "")
        self.free.clicked.connect(lambda: self._rename(self.free.words.removeprefix("Use ")))
        self._refuse(None)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.sign)
        head.addWidget(self.name, 1)
        head.addWidget(self.help)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.refusal)
        layout.addWidget(self.free)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """Draw the sign in the colour of the family."""
        self.sign.setPixmap(
            icon_pixmap(f"family-{self.family}", colour(self.family).name(), 20, self.devicePixelRatioF())
        )

    def show_node(self, graph: Graph, id: str) -> None:
        """Show a node's name."""
        self.graph, self.id = graph, id
        self.name.keep(id)

    def _rename(self, text: str) -> None:
        name = spelled(text)
        refusal = rename_refusal(self.graph, self.id, text)
        self._refuse(refusal)
        if refusal:
            self.name.setText(text)
            self.name.setModified(True)
        else:
            self.name.setText(name)
            if name != self.id:
                self.renamed.emit(name)

    def _refuse(self, refusal: tuple[str, str] | None) -> None:
        self.refusal.setVisible(refusal is not None)
        self.free.setVisible(refusal is not None)
        if refusal:
            sentence, free = refusal
            self.refusal.setText(f"{sentence}.")
            self.free.tell(f"Use {free}")


class Ports(QWidget):
    """Each port with the type it has now, or the one it needs; `reordered` tells of wires in another order."""

    reordered = Signal(str, int, int)  # port, which of its wires, where it is to stand

    def __init__(self) -> None:
        super().__init__()
        self.shown: object = None
        self.wires: dict[str, Wires] = {}  # by port that takes many and has several
        self.several = QVBoxLayout()
        self.several.setSpacing(4)
        self.grid = QGridLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.grid)
        column.addLayout(self.several)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(2, 1)
        self.grid.setColumnMinimumWidth(2, TYPE)  # a long name leaves room for it

    def show_node(self, graph: Graph, node: Node, spec: Spec, report: Report, awaited: str = UNKNOWN) -> None:
        """Show the ports of a node as they are typed now; `awaited` says why an output has no type."""
        inputs, outputs = spec.ports(node.parameters)
        wrong = {problem.port for problem in report.problems if problem.node == node.id and problem.severity == "error"}
        lines = [
            ("in", name, type, known, port.doc, port.name in wrong)
            for port in inputs
            for name, type, known in _input(graph, node.id, port, report)
        ]
        self._show_wires(graph, node.id, inputs, report)
        lines += [
            ("out", port.name, *_output(graph, node.id, port, report, awaited), port.doc, False) for port in outputs
        ]
        if lines != self.shown:
            self.shown = lines
            self._fill(lines)

    def _show_wires(self, graph: Graph, id: str, inputs: Sequence[Input], report: Report) -> None:
        """The wires of ports that have several, in their order."""
        found = {port.name: graph.incoming.get(End(id, port.name), ()) for port in inputs if port.many}
        found = {name: edges for name, edges in found.items() if len(edges) > 1}
        for name in [*self.wires.keys() - found.keys()]:
            drop(self.wires.pop(name))
        for name, edges in found.items():
            if name not in self.wires:
                made = self.wires[name] = Wires(f"{id}.{name}")
                made.moved.connect(lambda at, to, name=name: self.reordered.emit(name, at, to))
                self.several.addWidget(made)
            wires = [(_named(edge.source), _said(_type(graph, edge.source, report))) for edge in edges]
            self.wires[name].tell(wires)

    def _fill(self, lines: list[tuple[str, str, str, bool, str, bool]]) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for at, (side, name, type, known, doc, wrong) in enumerate(lines):
            self.grid.addWidget(Line(side, "muted", 11), at, 0)
            label = Elided("", "text")
            label.about = doc
            label.tell(name)
            self.grid.addWidget(label, at, 1)
            token = "error" if wrong else "text" if known else "muted"
            said = Elided(type, token, 11 if known else 12, mono=known)
            said.setAccessibleName(f"{name}: {type}")
            said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.grid.addWidget(said, at, 2)


def _input(graph: Graph, id: str, port: Input, report: Report) -> list[tuple[str, str, bool]]:
    """What an input is called, the type that it gets, and whether that is known; see `Wires` for several."""
    edges = graph.incoming.get(End(id, port.name), ())
    if port.many and len(edges) > 1:
        return [(port.name, f"{len(edges)} wires, in the order below", False)]
    if edges:
        names = [f"{port.name} {number}" for number in range(1, len(edges) + 1)] if len(edges) > 1 else [port.name]
        types = [_type(graph, edge.source, report) for edge in edges]
        return [(name, _said(type), type is not None) for name, type in zip(names, types, strict=True)]
    wanted = port.pattern.text
    needed = "anything" if wanted == "any" else f"needs {wanted}"
    return [(port.name, "optional" if port.optional else f"{needed}, several" if port.many else needed, False)]


def _named(source: End) -> str:
    """Where a wire comes from, by its node alone where that has one plain output."""
    return source.node if source.port == "output" else str(source)


def _output(graph: Graph, id: str, port: Output, report: Report, awaited: str) -> tuple[str, bool]:
    type = _type(graph, End(id, port.name), report)
    return _said(type, awaited), type is not None


def _type(graph: Graph, at: End, report: Report) -> Type | None:
    """What an output gives, a bypassed one what comes through it."""
    source = origin(graph, at)
    return report.types.get(source) if source is not None else None


def _said(type: Type | None, awaited: str = UNKNOWN) -> str:
    """A type with what is known of its classes."""
    classes = f", {type.classes:,} classes" if isinstance(type, Tensor) and type.classes else ""
    return awaited if type is None else f"{type}{classes}"
