"""What the inspector does to the definition that is shown: its name and parameters, and what stands for these."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.document.level import Level
from editor.inspector.definition import DefinitionForm
from editor.inspector.edits import setting
from editor.inspector.note import like_before
from editor.inspector.standing import OWN, Within
from runtime.define.change import (
    Refused,
    renamed,
    renamed_parameter,
    standing_for,
    with_parameter,
    without_parameter,
)
from runtime.graph.model import Graph
from runtime.spec.definition import REFERENCE
from runtime.spec.node import Spec


class Defining(QObject):
    """Each wish is one undo step; what cannot be is said in the form that asked."""

    kept = Signal(str)  # a definition that is to be in the user's library
    refused = Signal(str)  # why the last wish could not be; empty where it could

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level

    def within(self) -> Within | None:
        """The parameters of the definition that is shown; None in the graph of the file."""
        return Within(self.level.graph.parameters, self.level.seen.parameters) if self.level.steps else None

    def form(self) -> DefinitionForm:
        """A form of the definition."""
        page = DefinitionForm()
        self.refused.connect(page.refuse)
        page.edits_made.connect(lambda edits, text, merge: self.level.do(edits, text, merge or None))
        page.renamed.connect(self._rename)
        page.note_given.connect(self._note)
        page.parameter_given.connect(
            lambda name, value: self._do(with_parameter, f"Set {name} of {self.level.name}", name, value)
        )
        page.parameter_renamed.connect(
            lambda old, new: self._do(renamed_parameter, f"Rename {old} to {new} in {self.level.name}", old, new)
        )
        page.parameter_removed.connect(
            lambda name: self._do(without_parameter, f"Remove {name} of {self.level.name}", name)
        )
        page.kept.connect(lambda: self.kept.emit(self.level.name))
        return page

    def link(self, id: str, spec: Spec, parameter: str, name: str, new: bool) -> None:
        """Let a node's parameter stand for one of the definition, or have a value of its own again."""
        node = self.level.seen.nodes[id]
        value = node.parameters.get(parameter, spec.defaults[parameter])
        if name == OWN:
            self.level.do(setting(self.level.graph, spec, [id], parameter, value), f"Set {id}.{parameter}")
        elif new:
            self._do(standing_for, f"New parameter {name} of {self.level.name}", id, parameter, name, value)
        else:
            self.level.do([("set", id, parameter, {REFERENCE: name})], f"Set {id}.{parameter} to {name}")

    def _rename(self, new: str) -> None:
        if new != self.level.name:
            self._do(renamed, f"Rename {self.level.name} to {new}", new)

    def _note(self, text: str) -> None:
        graph = self.level.graph
        rest = {key: value for key, value in graph.extra.items() if key != "note"}
        note = {"note": like_before(text, graph.extra.get("note"))} if text else {}
        self.level.become(graph.with_(extra={**rest, **note}), f"Note of {self.level.name}")

    def _do(self, change: Any, text: str, *arguments: Any) -> None:
        """Change the definition as a whole, in the file's graph."""
        sentence = ""
        try:
            graph: Graph = change(self.level.document.graph, self.level.name, *arguments)
            self.level.document.become(graph, text)
        except Refused as refused:
            sentence = str(refused)
        self.refused.emit(sentence)
