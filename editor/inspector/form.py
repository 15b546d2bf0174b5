"""The form of one node, or of several of one type: head, parameters, note; it is filled anew after every change."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.canvas.intents import Intent
from editor.canvas.rewire import reordering
from editor.inspector.counted import Counted
from editor.inspector.edits import classed, setting
from editor.inspector.entry import Seen
from editor.inspector.header import UNKNOWN, Ports, Title
from editor.inspector.note import NoteText, like_before, note_text
from editor.inspector.path import PathEntry
from editor.inspector.row import Row
from editor.inspector.standing import Within
from editor.inspector.weights import Weights
from editor.looks.pieces import Elided, Line, TextButton
from editor.window.problem_row import ProblemRow
from runtime.check.figures import OWN
from runtime.check.problem import Problem, Report
from runtime.define.change import free_parameter
from runtime.generate.feeding import feeding
from runtime.graph.edit import Edit
from runtime.graph.model import End, Graph, Node
from runtime.graph.names import fields_of, names_in
from runtime.spec.definition import reference, used
from runtime.spec.named import MODEL, named
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.train.trust import untrusted

LOOKED = "signature"  # the parameter that nobody types: a look at the file or the package tells it


class Form(QWidget):
    """Shows what the graph holds; tells edits, with a text for undo and a key under which edits become one step."""

    edits_made = Signal(object, str, str)  # a list would come out with its tables sorted
    repaired = Signal(object)
    problem_asked = Signal(object)  # Problem
    look_wanted = Signal(str, str)  # node, path
    sheet_wanted = Signal(str, str)  # node, path
    weights_wanted = Signal(str, str)  # node, file
    helped = Signal(object)
    trusted = Signal(str)  # a text of Python
    linked = Signal(str, str, bool)  # see `Row`
    enter_wanted = Signal()

    def __init__(self, spec: Spec, ids: Sequence[str]) -> None:
        super().__init__()
        self.spec, self.ids = spec, tuple(ids)
        self.graph, self.report = Graph(), Report()
        self.told: tuple[Problem, ...] | None = None
        self.trying = False  # whether Python of the user's own is
        self.within: Within | None = None  # the definition in which the nodes stand
        own_ports = hasattr(spec.declared, "ports")
        self.rows = {
            p.name: Row(p, own_ports and p.kind in ("names", "fields"))
            for p in _in_order(spec.parameters)
            if p.kind != LOOKED
        }
        self.title = Title(spec.family) if len(self.ids) == 1 else None
        self.ports = Ports()
        self.fed = Line("", "muted").wrapped() if self.title and spec.family == "collate" else None
        self.weights = Weights() if self.title and spec.weights else None
        self.enter = (
            TextButton("chevron-down", f"Go into {used(spec.type)}") if self.title and used(spec.type) else None
        )
        self.again = TextButton("table", "Look again", "Look at the file again, and choose what its columns are")
        self.counted = Counted()
        self.note = NoteText("Write a note")
        self.problems = QVBoxLayout()
        self.problems.setSpacing(4)
        self._lay()
        self._join()

    def _lay(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(8)
        if self.title:
            layout.addWidget(self.title)
        else:
            layout.addWidget(Line(f"{len(self.ids)} nodes", px=15, weight=600))
        layout.addWidget(Elided(self.spec.type, self.spec.family, mono=True))
        layout.addWidget(Line(self.spec.doc, "muted").wrapped())
        if self.fed:
            layout.addWidget(self.fed)
        if self.enter is not None:
            layout.addWidget(self.enter)
        layout.addLayout(self.problems)
        if self.title:
            layout.addWidget(self.ports)
        if self.rows:
            layout.addSpacing(2)
            layout.addWidget(Line("Parameters", "muted", 11, 600))
        for row in self.rows.values():
            layout.addWidget(row)
        layout.addWidget(self.again)
        if self.weights:
            layout.addSpacing(2)
            layout.addWidget(self.weights)
        layout.addWidget(self.counted)
        if self.title:
            layout.addSpacing(2)
            layout.addWidget(Line("Note", "muted", 11, 600))
            layout.addWidget(self.note)
        layout.addStretch(1)

    def _join(self) -> None:
        for row in self.rows.values():
            row.edited.connect(self._set)
            row.reset.connect(self._reset)
            row.pinned.connect(self._pin)
            row.repaired.connect(self.repaired)
            row.problem_asked.connect(self.problem_asked)
            row.helped.connect(self.helped)
            row.trusted.connect(self.trusted)
            row.linked.connect(self.linked)
        if self.enter is not None:
            self.enter.clicked.connect(self.enter_wanted)
        path = self.path_row()
        if path is not None and self.title and isinstance(path.entry, PathEntry):
            path.entry.look.show()
            path.entry.look.clicked.connect(self._look)
            self.again.clicked.connect(lambda: self.sheet_wanted.emit(self.ids[0], self._path()))
        self.ports.reordered.connect(self._reorder)
        self.note.committed.connect(self._write_note)
        if self.weights:
            self.weights.edited.connect(lambda edits, text: self._tell(edits, text))
            self.weights.file.chosen.connect(self.weights_wanted)
        if self.title:
            self.title.renamed.connect(self._rename)

    def path_row(self) -> Row | None:
        """The row of the file whose fields are a parameter too."""
        kinds = {parameter.kind for parameter in self.spec.parameters}
        return self.rows.get("path") if {"fields", LOOKED} & kinds else None

    def commit(self) -> None:
        """Tell everything that was typed but not yet told."""
        if self.title:
            self.title.name.commit()
            self.note.commit()
        for row in self.rows.values():
            row.entry.commit()

    def show_graph(self, graph: Graph, report: Report, folder: Path, beside: Callable[[], Path]) -> None:
        """Show the nodes as they stand in a graph that holds them; dialogs begin `beside` it."""
        self.graph, self.report = graph, report
        nodes = [graph.nodes[id] for id in self.ids]
        mine = [problem for problem in report.problems if problem.node in self.ids and problem.severity != "open"]
        at_rows = {name: [p for p in mine if self._row_of(p) == name] for name in self.rows}
        context = {**self._context(nodes[0], folder), "beside": beside}
        for name, row in self.rows.items():
            given = any(name in node.parameters for node in nodes)
            self._show_row(row, self._seen(row.parameter, nodes, context), given, at_rows[name] if self.title else ())
        self.again.setVisible(self.spec.family == "dataset" and bool(self._path()))
        if self.title:
            self.title.show_node(graph, self.ids[0])
            self.ports.show_node(graph, nodes[0], self.spec, report, self._awaited(folder))
            self.note.keep(note_text(nodes[0].extra.get("note")))
        if self.fed:
            found = feeding(graph, report)
            self.fed.setText(found.told if found else "")
            self.fed.setVisible(found is not None)
        if self.weights:
            self.weights.show_node(graph, report, self.ids[0], beside, self.within is not None)
        if self.title:
            self._show_problems(tuple(problem for problem in mine if self._row_of(problem) is None))

    def _awaited(self, folder: Path) -> str:
        """Why an output has no type yet."""
        if self.spec.type not in OWN:
            return UNKNOWN
        inert = any(id == self.ids[0] for id, _ in untrusted(self.graph, folder))
        return "known once you trust it" if inert else "being tried" if self.trying else UNKNOWN

    def _show_row(self, row: Row, seen: Seen, given: bool, problems: Sequence[Problem]) -> None:
        """A value, or the parameter of the definition that the row's stands for."""
        stands = reference(seen.value) if self.within is not None else None
        within = self.within if self.title else None
        fresh = free_parameter(self.graph, row.parameter.name) if within and seen.value is not None else ""
        row.link.tell(within, stands, "" if stands else fresh)
        if stands is not None and self.within is not None:
            row.show_standing(stands, self.within, problems)
        else:
            row.show_seen(seen, given, problems)

    def _context(self, node: Node, folder: Path) -> dict[str, Any]:
        outputs = self.spec.ports(node.parameters)[1]
        own = set(fields_of(node))
        return {
            "names": tuple(fields_of(node)) if self.spec.family == "collate" else tuple(port.name for port in outputs),
            "types": {
                edge.target.port: str(type)
                for edge in self.graph.edges
                if edge.target.node == node.id and (type := self.report.types.get(edge.source))
            },
            "taken": frozenset(names_in(self.graph) - own) if self.spec.family == "collate" else frozenset(),
            "untrusted": frozenset(text for _, text in untrusted(self.graph, folder)),
            "folder": folder,
            **_named(node, folder),
        }

    def _seen(self, parameter: Parameter, nodes: Sequence[Node], context: dict[str, Any]) -> Seen:
        values = [node.parameters.get(parameter.name, parameter.default) for node in nodes]
        brought = [self.report.inferred.get(node.id, {}).get(parameter.name) for node in nodes]
        told = brought[0] if parameter.inferred and all(each == brought[0] for each in brought) else None
        mixed = any(value != values[0] for value in values[1:])
        return Seen(None if mixed else values[0], told, mixed, **context)

    def _row_of(self, problem: Problem) -> str | None:
        """The parameter that a problem is about, by the name in its sentence."""
        sentence = problem.message.removeprefix(f"{problem.node}.{problem.port}").removeprefix(problem.node)
        words = re.findall(r"\w+", sentence.partition(". ")[0])
        within = re.findall(r" in (\w+)", sentence)  # "needs at least 0 for eps in schedule"
        return next((name for name in (*within, *self.rows) if name in self.rows and name in words), None)

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems == self.told:
            return
        self.told = problems
        while (item := self.problems.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for problem in problems:
            row = ProblemRow(problem, narrow=True)
            row.repaired.connect(self.repaired)
            row.help_wanted.connect(self.problem_asked)
            self.problems.addWidget(row)

    def _tell(self, edits: list[Edit], text: str, merge: str = "") -> None:
        self.edits_made.emit(edits, text, merge)

    def _set(self, name: str, value: Any, renames: Any, visit: str) -> None:
        if any(id not in self.graph.nodes for id in self.ids):
            return  # the node went while something was typed
        edits = setting(self.graph, self.spec, self.ids, name, value, renames)
        subject = self.ids[0] if self.title else f"{len(self.ids)} nodes"
        self._tell(edits, f"Set {subject}.{name}", f"{','.join(self.ids)}.{name}.{visit}" if visit else "")
        row = self.path_row()
        if row is not None and value and (name == "called" or (name == row.parameter.name and not self._columns())):
            self._look()

    def _columns(self) -> bool:
        """Whether the node has fields already, which a new file does not take away by itself.

        Those of folders are told by what lies in them: another one has other classes.
        """
        return not classed(self.spec) and any(
            self.graph.nodes[self.ids[0]].parameters.get(p.name) for p in self.spec.parameters if p.kind == "fields"
        )

    def _path(self) -> str:
        """The file that a look would be at; empty where there is none."""
        row = self.path_row() if self.title else None
        path = self.graph.nodes[self.ids[0]].parameters.get(row.parameter.name) if row is not None else None
        return path if isinstance(path, str) else ""

    def _look(self) -> None:
        row, path = self.path_row(), self._path()
        if row is not None and path:
            row.tell(f"Looking at {path.rpartition('/')[2]}", wrong=False)
            self.look_wanted.emit(self.ids[0], path)

    def _reset(self, name: str) -> None:
        self._set(name, self.spec.defaults[name], {}, "")

    def _pin(self, name: str, pin: bool) -> None:
        told = {id: self.report.inferred.get(id, {}).get(name) for id in self.ids}
        if not pin:
            self._tell([("unset", id, name) for id in self.ids], f"Unpin {self.ids[0]}.{name}")
        else:
            edits: list[Edit] = [("set", id, name, value) for id, value in told.items() if value is not None]
            self._tell(edits, f"Pin {self.ids[0]}.{name}")

    def _reorder(self, port: str, at: int, to: int) -> None:
        """A wire among those of its port."""
        wires = self.graph.incoming.get(End(self.ids[0], port), ())
        intent = reordering(self.graph, wires[at], to - at) if max(at, to) < len(wires) else None
        if isinstance(intent, Intent):
            self._tell(list(intent.edits), f"O{intent.text[1:]}")

    def _write_note(self, text: str) -> None:
        id = self.ids[0]
        if id in self.graph.nodes:
            note = like_before(text, self.graph.nodes[id].extra.get("note"))
            self._tell([("note", id, note)], f"Note of {id}")

    def _rename(self, name: str) -> None:
        old = self.ids[0]
        self.ids = (name,)
        self._tell([("rename", old, name)], f"Rename {old} to {name}")


def _named(node: Node, folder: Path) -> dict[str, Any]:
    """What is known of a module that the node names."""
    own = named(node.id, node.parameters) if node.type == MODEL else None
    about = node.parameters.get(LOOKED)
    return {"about": about if isinstance(about, dict) else {}, "to_trust": own.python.to_trust(folder) if own else ""}


def _in_order(parameters: Sequence[Parameter]) -> list[Parameter]:
    """What the wire tells comes last: nobody has to look at it."""
    return sorted(parameters, key=lambda parameter: parameter.inferred)
