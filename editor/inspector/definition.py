"""What the inspector shows inside of a definition where no node is chosen: its name, note, ports and parameters."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.counted import Counted
from editor.inspector.line import CommitLine
from editor.inspector.model import as_text, from_text
from editor.inspector.naming import rename_refusal, spelled
from editor.inspector.note import NoteText, note_text
from editor.looks.pieces import IconButton, Line, TextButton
from editor.looks.theme import family_font
from runtime.check.use import known
from runtime.define.change import free_parameter
from runtime.define.levels import uses_of
from runtime.graph.model import Graph
from runtime.spec.definition import PREFIX, ports

NAME = 98  # pixels of a parameter's name


class PortRow(QWidget):
    """An input or output: its name, and where it stands among the others."""

    named = Signal(str)

    def __init__(self, name: str, first: bool, last: bool) -> None:
        super().__init__()
        self.name = CommitLine()
        self.name.keep(name)
        self.name.setAccessibleName(f"Name of {name}")
        self.name.committed.connect(self.named)
        self.up = IconButton("chevron-up", f"{name} before the one above it", size=14)
        self.down = IconButton("chevron-down", f"{name} behind the one below it", size=14)
        self.away = IconButton("minus", f"Remove {name}, and the wires to it at all uses", size=14)
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.name, 1)
        for button in (self.up, self.down, self.away):
            layout.addWidget(button)


class ParameterRow(QWidget):
    """A parameter: its name, and the value that it has where a use says nothing."""

    named = Signal(str)
    given = Signal(str)

    def __init__(self, name: str, default: Any) -> None:
        super().__init__()
        self.name, self.default = CommitLine(), CommitLine(figures=True)
        self.name.setFixedWidth(NAME)
        self.name.keep(name)
        self.default.keep(as_text(default))
        self.name.setAccessibleName(f"Name of {name}")
        self.default.setAccessibleName(f"Default of {name}")
        self.name.committed.connect(self.named)
        self.default.committed.connect(self.given)
        self.away = IconButton("minus", f"Remove {name}: its nodes get the default", size=14)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.name)
        layout.addWidget(self.default, 1)
        layout.addWidget(self.away)


class DefinitionForm(QWidget):
    """Tells what is wished; whoever listens does it or says `refuse` why not."""

    renamed = Signal(str)
    note_given = Signal(str)
    edits_made = Signal(object, str, str)
    parameter_given = Signal(str, object)  # name, default
    parameter_renamed = Signal(str, str)
    parameter_removed = Signal(str)
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.graph, self.called = Graph(), ""
        self.shown: object = None
        self.name = CommitLine()
        self.name.setFont(family_font(15, 600))
        self.name.setAccessibleName("Name of the definition")
        self.name.committed.connect(lambda text: self.renamed.emit(spelled(text)))
        self.counts = Line("", "muted").wrapped()
        self.counted = Counted()
        self.wrong = Line("", "error").wrapped()
        self.wrong.hide()
        self.note = NoteText("Write what this definition does")
        self.note.committed.connect(self.note_given)
        self.keep = TextButton("save", "Keep in your library", "Keep it in your library, for other files")
        self.keep.clicked.connect(self.kept)
        self.inputs: dict[str, PortRow] = {}
        self.outputs: dict[str, PortRow] = {}
        self.parameters: dict[str, ParameterRow] = {}
        self.more: dict[str, TextButton] = {}  # by the heading above it
        self.lists = QVBoxLayout()
        self.lists.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        for part in (self.name, self.counts, self.counted, self.wrong, self.note):
            layout.addWidget(part)
        layout.addLayout(self.lists)
        layout.addWidget(self.keep)
        layout.addStretch(1)

    def commit(self) -> None:
        """Tell everything that was typed but not yet told."""
        self.name.commit()
        self.note.commit()
        for row in [*self.inputs.values(), *self.outputs.values()]:
            row.name.commit()
        for each in list(self.parameters.values()):
            each.name.commit()
            each.default.commit()

    def refuse(self, sentence: str) -> None:
        """Say why what was wished is not done."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def show_definition(self, whole: Graph, graph: Graph, name: str) -> None:
        """Show a definition of the whole graph."""
        self.graph, self.called = graph, name
        self.name.keep(name)
        self.note.keep(note_text(graph.extra.get("note")))
        nodes, uses = len(graph.nodes), len(uses_of(whole, name))
        times = {0: "not used yet", 1: "used once"}.get(uses, f"used {uses} times")
        said = f"{nodes} node{'s' * (nodes != 1)}, {times}. "
        self.counts.setText(f"{said}A definition: what is changed here changes at all its uses.")
        shown = (ports(graph), {key: repr(value) for key, value in graph.parameters.items()}, list(graph.parameters))
        if shown != self.shown:
            self.shown = shown
            self._fill(*ports(graph))

    def _fill(self, inputs: list[str], outputs: list[str]) -> None:
        while (item := self.lists.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.inputs = self._ports("Inputs", inputs, "Input", "x")
        self.outputs = self._ports("Outputs", outputs, "Output", "output")
        self.lists.addSpacing(4)
        self.lists.addWidget(Line("Parameters", "muted", 11, 600))
        self.parameters = {name: self._parameter(name, default) for name, default in self.graph.parameters.items()}
        more = self.more["Parameters"] = TextButton(
            "plus", "Add a parameter", "A number, text or list that uses can set"
        )
        more.clicked.connect(self._add_parameter)
        self.lists.addWidget(more)

    def _ports(self, title: str, names: list[str], type_name: str, wish: str) -> dict[str, PortRow]:
        self.lists.addSpacing(4)
        self.lists.addWidget(Line(title, "muted", 11, 600))
        found = {name: self._port(name, names[:at], names[at + 1 :]) for at, name in enumerate(names)}
        more = TextButton("plus", f"Add an {type_name.lower()}")
        more.clicked.connect(lambda: self._add_port(type_name, wish))
        self.lists.addWidget(more)
        self.more[title] = more
        return found

    def _port(self, name: str, before: list[str], behind: list[str]) -> PortRow:
        row = PortRow(name, not before, not behind)
        row.named.connect(lambda text: self._rename_port(name, text))
        row.up.clicked.connect(lambda: self._move(name, before[-1]))
        row.down.clicked.connect(lambda: self._move(behind[0], name))
        row.away.clicked.connect(lambda: self._remove(name))
        self.lists.addWidget(row)
        return row

    def _parameter(self, name: str, default: Any) -> ParameterRow:
        row = ParameterRow(name, default)
        row.named.connect(lambda text: self._rename_parameter(name, text))
        row.given.connect(lambda text: self._give(name, text))
        row.away.clicked.connect(lambda: self.parameter_removed.emit(name))
        self.lists.addWidget(row)
        return row

    def _add_port(self, type_name: str, wish: str) -> None:
        from editor.canvas.intents import new_name

        id, there = new_name(self.graph, wish), [self.graph.layout[each] for each in self.graph.layout]
        side = min if type_name == "Input" else max
        x = side((x for x, _ in there), default=0.0)
        y = max((y for at, y in there if at == x), default=-60.0) + 60.0
        self.edits_made.emit([("add", id, type_name, {}, (x, y))], f"Add {id}", "")

    def _rename_port(self, old: str, text: str) -> None:
        refusal = rename_refusal(self.graph, old, text)
        self.refuse(f"{refusal[0]}; {refusal[1]} is free." if refusal else "")
        if not refusal and spelled(text) != old:
            self.edits_made.emit([("rename", old, spelled(text))], f"Rename {old} to {spelled(text)}", "")

    def _move(self, name: str, before: str) -> None:
        self.edits_made.emit([("before", name, before)], f"Order the ports of {self.called}", "")

    def _remove(self, name: str) -> None:
        self.edits_made.emit([("remove", name)], f"Remove {name}", "")

    def _rename_parameter(self, old: str, text: str) -> None:
        if spelled(text) != old:
            self.parameter_renamed.emit(old, spelled(text))

    def _give(self, name: str, text: str) -> None:
        value, spec = from_text(text.strip()), known(self.graph).get(PREFIX + self.called)
        stands = any(
            each == {"parameter": name} for node in self.graph.nodes.values() for each in node.parameters.values()
        )
        wrong = spec.parameter[name].problem(value) if spec and stands and name in spec.parameter else None
        self.refuse(f"{name} {wrong}." if wrong else "")
        if not wrong:
            self.parameter_given.emit(name, value)

    def _add_parameter(self) -> None:
        self.parameter_given.emit(free_parameter(self.graph, "size"), 1)
