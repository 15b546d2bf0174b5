"""From a look at a data file to nodes: a sheet a file, and one undo step for what the user chooses on it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF

from editor.dropping.placing import placed
from editor.dropping.sheet import DataSheet
from editor.inspector.edits import setting
from editor.moved import relative
from runtime.check.use import known
from runtime.graph.model import Graph
from runtime.propose.again import as_before
from runtime.propose.columns import Column, columns_of
from runtime.propose.fields import fields_for
from runtime.propose.propose import Proposal, dataset_only, proposed
from runtime.spec.catalogue import catalogue

if TYPE_CHECKING:
    from editor.window import Window


class Adding(QObject):
    """What the buttons of a sheet do."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window = window

    def show(self, sheet: DataSheet, path: Path, at: QPointF, found: Mapping[str, Any]) -> None:
        """Show what a look at a dataset found; it becomes nodes of the graph as it is then."""
        document, where = self.window.document, (at.x(), at.y())
        name, look = str(found.get("name") or path.stem), with_paths(found, path, document.folder)

        def propose(columns: tuple[Column, ...], skip: bool) -> Proposal:
            return proposed(document.graph, look, columns, name, where, skip)

        def add(whole: bool) -> None:
            make = proposed if whole else dataset_only
            self._do(make(document.graph, look, sheet.columns, name, where, sheet.skip.isChecked()))

        sheet.added.connect(add)
        document.stepped.connect(sheet.refresh)
        sheet.show_look(found, columns_of(found), propose, lambda: taken(document.graph))

    def show_again(self, sheet: DataSheet, node: str, found: Mapping[str, Any]) -> None:
        """Show what another look at the file of a dataset found, with the choices that its fields tell."""
        document = self.window.document

        def take(_: bool) -> None:
            graph = document.graph
            if node in graph.nodes:
                spec = known(graph)[graph.nodes[node].type]
                edits = setting(graph, spec, [node], "fields", fields_for(sheet.columns))
                document.do(edits, f"Take what the file of {node} tells")

        sheet.added.connect(take)
        sheet.show_look(found, as_before(columns_of(found), document.graph.nodes[node].parameters.get("fields", {})))

    def _do(self, proposal: Proposal) -> None:
        window, graph = self.window, self.window.document.graph
        window.frame.show_canvas()
        many = len(proposal.added) > 1
        edits = placed(graph, proposal.edits) if many else proposal.edits
        window.document.do(edits, f"Add {proposal.dataset}{' and a model' if proposal.whole else ''}")
        window.canvas.select([proposal.dataset])
        if many:
            window.canvas.fit()
        window.canvas.setFocus()
        window.say(f"{proposal.sentence}." if proposal.sentence else f"{proposal.dataset} is the dataset.")


def with_paths(found: Mapping[str, Any], path: Path, folder: Path) -> dict[str, Any]:
    """A look whose paths are as a graph in `folder` keeps them; that of the file itself is among them."""
    spec = catalogue()[found["type"]]
    given = {n: value for n, value in {"path": path, **found["parameters"]}.items() if n in spec.parameter}
    kept = {n: relative(Path(v), folder) if spec.parameter[n].kind == "path" else v for n, v in given.items()}
    return {**found, "parameters": kept}


def taken(graph: Graph) -> str:
    """Why a graph has no room for a whole pipeline; empty where it has."""
    found = next((id for id, node in graph.nodes.items() if node.type == "Collate"), None)
    return f"This graph has a loader already, {found}: add the dataset alone, and connect it." if found else ""
