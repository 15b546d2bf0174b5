"""The form of several nodes of different types: the parameters that all of them have, set in one undo step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.inspector.counted import Counted
from editor.inspector.edits import same, setting
from editor.inspector.entry import Seen
from editor.inspector.row import Row
from editor.looks.pieces import Elided, Line
from runtime.graph.edit import Edit
from runtime.graph.model import Graph, Node
from runtime.spec.definition import reference
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter

# Kinds whose values mean the same at every node; fields, functions and files are those of one.
ALIKE = frozenset(("int", "float", "number", "bool", "text", "choice", "sizes", "factors", "numbers", "wholes"))
NONE = "They have no parameter in common."


class Together(QWidget):
    """Counts the nodes by type, and shows a row for each parameter in common; tells edits as `Form` does."""

    edits_made = Signal(object, str, str)
    helped = Signal(object)

    def __init__(self, nodes: Sequence[Node], specs: Mapping[str, Spec]) -> None:
        super().__init__()
        self.ids, self.specs = tuple(node.id for node in nodes), specs
        self.types = {node.id: node.type for node in nodes}
        self.graph = Graph()
        types = Counter(self.types.values())
        known = [specs[type] for type in types if type in specs]
        self.rows = {each.name: Row(each) for each in (in_all(known) if len(known) == len(types) else ())}
        self.counted = Counted()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(Line(f"{len(nodes)} nodes", px=15, weight=600))
        for type, count in types.items():
            family = specs[type].family if type in specs else "muted"
            layout.addWidget(Elided(f"{count} × {type}", family, mono=True))
        layout.addSpacing(2)
        layout.addWidget(Line("Parameters in common" if self.rows else NONE, "muted", 11, 600 if self.rows else 400))
        for row in self.rows.values():
            layout.addWidget(row)
            row.edited.connect(self._set)
            row.reset.connect(self._reset)
            row.helped.connect(self.helped)
        layout.addWidget(self.counted)
        layout.addStretch(1)

    def commit(self) -> None:
        """Tell everything that was typed but not yet told."""
        for row in self.rows.values():
            row.entry.commit()

    def show_graph(self, graph: Graph) -> None:
        """Show the nodes as they stand in a graph that holds them."""
        self.graph = graph
        for name, row in self.rows.items():
            given = any(name in graph.nodes[id].parameters for id in self.ids)
            row.show_seen(self._seen(name), given)
            row.back.say("Back to the default of each")

    def _seen(self, name: str) -> Seen:
        values = [self._value(id, name) for id in self.ids]
        mixed = any(not same(value, values[0]) for value in values) or any(map(reference, values))
        return Seen(None if mixed else values[0], mixed=mixed)

    def _value(self, id: str, name: str) -> Any:
        return self.graph.nodes[id].parameters.get(name, self.specs[self.types[id]].defaults[name])

    def _set(self, name: str, value: Any, renames: object, visit: str) -> None:
        if all(id in self.graph.nodes for id in self.ids):  # some may be gone while something was typed
            edits = [edit for id in self.ids for edit in self._edits(id, name, value)]
            merge = f"{','.join(self.ids)}.{name}.{visit}" if visit else ""
            self.edits_made.emit(edits, f"Set {len(self.ids)} nodes.{name}", merge)

    def _edits(self, id: str, name: str, value: Any) -> list[Edit]:
        return setting(self.graph, self.specs[self.types[id]], [id], name, value)

    def _reset(self, name: str) -> None:
        given = [id for id in self.ids if name in self.graph.nodes[id].parameters]
        defaults = {id: self.specs[self.types[id]].defaults[name] for id in given}
        edits = [edit for id, value in defaults.items() for edit in self._edits(id, name, value)]
        self.edits_made.emit(edits, f"Reset {len(self.ids)} nodes.{name}", "")


def in_all(specs: Sequence[Spec]) -> list[Parameter]:
    """The parameters that all types have by name and kind, each with the limits that all of them keep."""
    first, *others = specs
    return [
        made
        for each in first.parameters
        if (made := _shared(each, [spec.parameter.get(each.name) for spec in others])) is not None
    ]


def _shared(one: Parameter, others: Sequence[Parameter | None]) -> Parameter | None:
    every = [one, *(each for each in others if each is not None)]
    alike = len(every) == 1 + len(others) and one.kind in ALIKE
    if not alike or any((each.kind, each.length, each.inferred) != (one.kind, one.length, False) for each in every):
        return None
    choices = tuple(word for word in one.choices if all(word in each.choices for each in every))
    if one.kind == "choice" and not choices:
        return None
    units, usual = {each.unit for each in every}, all(same(each.default, one.default) for each in every)
    return replace(
        one,
        choices=choices,
        least=_tightest(max, [each.least for each in every]),
        most=_tightest(min, [each.most for each in every]),
        above=_tightest(max, [each.above for each in every]),
        below=_tightest(min, [each.below for each in every]),
        default=one.default if usual else _none(every),
        positional=one.positional or not usual,  # then there is no default to tell
        unit=one.unit if len(units) == 1 else "",
        doc=one.doc if len({each.doc for each in every}) == 1 else "What this is at each of them.",
    )


def _tightest(pick: Any, limits: Sequence[float | None]) -> float | None:
    """Of several limits the one that keeps them all; None where there is none."""
    there = [limit for limit in limits if limit is not None]
    return pick(there) if there else None


def _none(every: Sequence[Parameter]) -> Any:
    """What stands for defaults that differ: None where all may be None, so that it is offered, else the first."""
    return None if all(each.problem(None) is None for each in every) else every[0].default
