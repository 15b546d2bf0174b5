"""From a look at a data file to nodes: a sheet a file, and one undo step for what the user chooses on it."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF

from editor.canvas.arriving import bring_into_view
from editor.dropping.placing import placed
from editor.dropping.sheet import DataSheet
from editor.inspector.edits import setting
from runtime.check.use import known
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.propose.again import as_before
from runtime.propose.columns import Column, columns_of
from runtime.propose.propose import Proposal, dataset_only, proposed
from runtime.spec.catalogue import catalogue
from runtime.spec.moved import relative

if TYPE_CHECKING:
    from editor.window.window import Window


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
                spec, given = known(graph)[graph.nodes[node].type], told_of(found, sheet)
                names = [name for name in given if name in spec.parameter and spec.parameter[name].kind != "path"]
                edits = [edit for name in names for edit in setting(graph, spec, [node], name, given[name])]
                document.do(edits, f"Take what the file of {node} tells")

        sheet.added.connect(take)
        before = document.graph.nodes[node].parameters.get("fields", {})
        sheet.show_look(found, as_before(columns_of(found), before), partial(as_dataset, found))

    def dataset_at(self, at: QPointF) -> str:
        """The dataset at a place of the canvas that reads a file; "" for none."""
        canvas, known_types = self.window.canvas, catalogue()
        for id, rect in canvas.mirror.rects().items():
            spec = known_types.get(self.window.document.graph.nodes[id].type) if not canvas.level.steps else None
            if spec and spec.family == "dataset" and "path" in spec.parameter and rect.contains(at):
                return id
        return ""

    def show_onto(self, sheet: DataSheet, node: str, path: Path, found: Mapping[str, Any]) -> None:
        """Show what a look at a file found that was dropped on a dataset: it reads that file then, wired as before."""
        document = self.window.document

        def take(_: bool) -> None:
            graph = document.graph
            if node not in graph.nodes:
                return
            spec, look = known(graph)[graph.nodes[node].type], with_paths(found, path, document.folder)
            given, edits = told_of(look, sheet), list[Edit]()
            fields = given.pop("fields", {})
            for name in (name for name in given if name in spec.parameter):
                edits += setting(graph, spec, [node], name, given[name])
            renames = alike(graph.nodes[node].parameters.get("fields") or {}, fields)
            edits += setting(graph, spec, [node], "fields", fields, renames)
            document.do(edits, f"Let {node} read {path.name}")
            self.window.canvas.select([node])

        sheet.added.connect(take)
        sheet.show_look(found, columns_of(found), partial(as_dataset, found))

    def put(self, id: str, edits: Iterable[Edit], text: str) -> None:
        """Add one node of the file's graph, where it was dropped or on free ground near by, seen and selected."""
        window, document = self.window, self.window.document
        window.level.go(())
        document.do(window.canvas.adding.on_free_ground(document.graph, edits, id), text)
        window.canvas.select([id])
        bring_into_view(window.canvas, [id])

    def _do(self, proposal: Proposal) -> None:
        window, graph = self.window, self.window.document.graph
        window.frame.show_canvas()
        if len(proposal.added) > 1:
            edits = placed(graph, proposal.edits)
            window.document.do(edits, f"Add {proposal.dataset}{' and a model' if proposal.whole else ''}")
            window.canvas.select([proposal.dataset])
            window.canvas.fit()
        else:
            self.put(proposal.dataset, proposal.edits, f"Add {proposal.dataset}")
        window.canvas.setFocus()
        window.say(f"{proposal.sentence}." if proposal.sentence else f"{proposal.dataset} is the dataset.")


def as_dataset(found: Mapping[str, Any], columns: tuple[Column, ...], skip: bool) -> Proposal:
    """What is made of a look for a dataset that is there already."""
    return dataset_only(Graph(), found, columns, "data", (0.0, 0.0), skip)


def told_of(found: Mapping[str, Any], sheet: DataSheet) -> dict[str, Any]:
    """The parameters of a dataset that is there already, as the sheet shows it; what is bad ends a run if it is to."""
    proposal = as_dataset(found, sheet.columns, sheet.skip.isChecked())
    ends = {} if sheet.skip.isChecked() else {str(each["by"]): "refuse" for each in found.get("left_out", ())}
    return {**ends, **proposal.edits[0][3]}


def with_paths(found: Mapping[str, Any], path: Path, folder: Path) -> dict[str, Any]:
    """A look whose paths are as a graph in `folder` keeps them; that of the file itself is among them."""
    spec = catalogue()[found["type"]]
    given = {n: value for n, value in {"path": path, **found["parameters"]}.items() if n in spec.parameter}
    kept = {n: relative(Path(v), folder) if spec.parameter[n].kind == "path" else v for n, v in given.items()}
    return {**found, "parameters": kept}


def alike(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """The fields of other data by those in whose wires they go: of the same name, else of the same kind in turn.

    What is to be predicted is the last of its kind as a rule, so both are gone through from their ends.
    """
    found: dict[str, str] = {}
    free = [name for name in after if name not in before]
    for old in reversed([name for name in before if name not in after]):
        new = next((name for name in reversed(free) if _kind(after[name]) == _kind(before[old])), None)
        if new is not None:
            found[old] = new
            free.remove(new)
    return found


def _kind(about: Any) -> str:
    """Text, picture, or numbers of a dtype, single ones or several."""
    told = str(about.get("type", "") if isinstance(about, dict) else about)
    return f"{told.partition('[')[0]}{'' if told.endswith('[]') else '[]'}"


def taken(graph: Graph) -> str:
    """Why a graph has no room for a whole pipeline; empty where it has."""
    found = next((id for id, node in graph.nodes.items() if node.type == "Collate"), None)
    return f"This graph has a loader already, {found}: add the dataset alone, and connect it." if found else ""
