"""What becomes of dropped files: graphs open, data and models become nodes, layers get weights."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QProcess, QTimer

from editor.canvas.intents import new_name
from editor.document.leaving import begin_graph
from editor.dropping.adding import Adding
from editor.dropping.refused import DROP, WEIGHTS_ALONE, no_data, no_use
from editor.dropping.sheet import DataSheet
from editor.inspector.from_file import ENDS as WEIGHTS
from editor.workers.started import end, start
from runtime.check.use import known
from runtime.graph.carried import carries
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.moved import relative
from runtime.spec.paths import is_idx, pictures_of
from runtime.train.parts import Parts, together
from runtime.train.runs import is_run

if TYPE_CHECKING:
    from editor.window.window import Window

DATA = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".npz", ".npy", ".txt", ".py")
BESIDE = 90.0  # between the nodes of files that were dropped together
PATIENCE = 30_000  # ms
MOST = 5  # sentences on what could not be dropped
LOOKED_AT = 100  # what lies in a folder, of which a run may be


@dataclass(frozen=True)
class Wanted:
    """A file that is to be looked at."""

    path: Path
    at: QPointF = field(default_factory=QPointF)  # on the canvas
    node: str = ""  # whose file it is, where that is looked at again
    onto: str = ""  # the dataset that it was dropped on
    parts: Parts = field(default_factory=dict)  # files beside it whose rows are held out, by parameter

    @property
    def has_sheet(self) -> bool:
        """Whether the user chooses what becomes of it; a model is a node at once."""
        return self.path.suffix.lower() != ".py"


class Drops(QObject):
    """Data files are looked at by a process of their own: they may be large, slow or broken."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window = window
        self.looking: dict[QProcess, Wanted] = {}
        self.sheets: dict[QProcess, DataSheet] = {}
        self.waiting: list[Wanted] = []  # for the sheet that is open
        self.adding = Adding(window)
        self.refused: list[str] = []  # what was said of what could not be dropped last
        window.document.opened.connect(self.forget)  # data belongs into the graph that it was dropped on

    def begin_with(self, files: list[Path]) -> None:
        """Files were dropped on the start page: data begins a new graph."""

        def begin(place: "Window") -> None:
            place.files.show_graph(Graph(), None)
            place.drops.take(files, QPointF())

        if any(map(_is_data, files)):
            begin_graph(self.window, begin)
        else:
            self.take(files, QPointF())

    def forget(self) -> None:
        """Look at nothing any more."""
        self.waiting.clear()
        for sheet in list(self.sheets.values()):
            sheet.reject()
        looking, self.looking = list(self.looking), {}
        for process in looking:
            end(process)

    def take(self, files: list[Path], at: QPointF) -> None:
        """Deal with each dropped file; `at` is where on the canvas. What was said of the last ones is over."""
        if self._says_refused():
            self.window.banner.hide()
        graphs = [path for path in files if path.suffix.lower() == ".json" or self._reopens(path)]
        self._open(graphs)  # first: what is looked at for a graph is forgotten where another one takes its place
        files = [path for path in files if path not in graphs]
        alone = together(path for path in files if _is_data(path) and Wanted(path).has_sheet)
        held = {part for parts in alone.values() for part in parts.values()} | _labels_among(files)
        for number, path in enumerate(path for path in files if path not in held):
            if _is_data(path):
                onto = self.adding.dataset_at(at) if len(files) == 1 else ""
                self._look(Wanted(path, at + QPointF(0, number * BESIDE), "", onto, alone.get(path, {})))
            elif path.suffix.lower() in WEIGHTS:
                self._load(path, at + QPointF(0, number * BESIDE))
            elif holds_runs(path):
                self.window.open_bottom("runs")
                self.window.runs.show_folder(path)
            else:
                self._refuse(no_use(path))

    def _open(self, graphs: list[Path]) -> None:
        """Open each; what is said of those that are refused stands where the last of the others is shown."""
        refused, places = list[str](), [self.window]

        def shown(place: "Window") -> None:
            places.append(place)
            place.drops.tell(refused)

        for path in graphs:
            self.window.files.open(path, shown, refused.append)
        places[-1].drops.tell(refused)

    def tell(self, refused: list[str]) -> None:
        """Say of some files that they were refused, and nothing of earlier ones."""
        self.refused = list(refused)
        if refused:
            self.window.refuse(self._said())

    def _reopens(self, path: Path) -> bool:
        """Whether the graph that a file carries is what is wanted of it; weights are first of all for layers."""
        if path.suffix.lower() in WEIGHTS and not self.window.frame.on_start and self._layers():
            return False
        return carries(path)

    def _layers(self) -> set[str]:
        """The nodes that could have weights."""
        graph = self.window.document.graph
        specs = known(graph)
        return {id for id, node in graph.nodes.items() if node.type in specs and specs[node.type].weights}

    def _load(self, path: Path, at: QPointF) -> None:
        """Weights are for the selected layer; where none is, or several nodes are, for the whole model."""
        session, graph, layers = self.window.session, self.window.document.graph, self._layers()
        chosen = self.window.canvas.selected()
        if not layers and path.suffix.lower() in WEIGHTS_ALONE:
            self._refuse(no_use(path))
            return
        if not layers:
            self._look(Wanted(path, at))  # tensors that no layer could have as weights may be data
            return
        if len(chosen) == 1 and chosen[0] in layers and "shares" not in graph.nodes[chosen[0]].extra:
            session.weights.load(chosen[0], path, session.report)
        else:
            session.weights.load("", path, session.report)

    def look_again(self, node: str, path: str) -> None:
        """Look at the file of a dataset that is in the graph."""
        self._look(Wanted(self.window.document.folder / path, QPointF(), node))

    def _look(self, wanted: Wanted) -> None:
        """Start a look; one sheet at a time is open."""
        if wanted.has_sheet and self.sheets:
            self.waiting.append(wanted)
            return
        process = QProcess(self)
        self.looking[process] = wanted
        if wanted.has_sheet:
            self._show_sheet(process, wanted.path)
        process.finished.connect(lambda *_: self._looked(process))
        process.errorOccurred.connect(lambda *_: self._looked(process))
        self.window.say(f"Looking at {wanted.path.name}")
        QTimer.singleShot(PATIENCE, process, process.kill)
        parts = [word for name, file in wanted.parts.items() for word in (name, str(file))]
        start(process, "runtime.train.look", str(wanted.path), *parts)

    def _show_sheet(self, process: QProcess, path: Path) -> None:
        """A sheet for the look; closing it ends the look, and the next file has its turn."""
        sheet = self.sheets[process] = DataSheet(path.name, self.window)

        def closed() -> None:
            self.sheets.pop(process, None)
            if self.looking.pop(process, None):
                end(process)
                self._say_looking()
            QTimer.singleShot(0, self, self._next)  # what was chosen is added first

        sheet.finished.connect(closed)
        sheet.finished.connect(sheet.deleteLater)
        sheet.show()

    def _next(self) -> None:
        if self.waiting and not self.sheets:
            self._look(self.waiting.pop(0))

    def _say_looking(self) -> None:
        self.window.say(f"Looking at {next(iter(self.looking.values())).path.name}" if self.looking else "")

    def _looked(self, process: QProcess) -> None:
        process.deleteLater()
        if process not in self.looking:
            return
        wanted = self.looking.pop(process)
        path, at, node = wanted.path, wanted.at, wanted.node
        found = _answer(bytes(process.readAllStandardOutput().data()))
        self._say_looking()
        sheet = self.sheets.get(process)
        if wrong := self._wrong(node, found):
            if sheet is not None:
                sheet.reject()
            self._refuse(no_data(path, wrong))
        elif sheet is None:
            self._add(path, at, found)
        elif node:
            self.adding.show_again(sheet, node, found)
        elif wanted.onto and not self._wrong(wanted.onto, found):
            self.adding.show_onto(sheet, wanted.onto, Path(found.get("path", path)), found)
        else:
            if self.waiting:
                found = {**found, "notes": [*found.get("notes", []), f"{self.waiting[0].path.name} is next"]}
            self.adding.show(sheet, Path(found.get("path", path)), at, found)

    def _wrong(self, node: str, found: dict[str, Any]) -> str:
        """Why what was found is of no use."""
        if "type" not in found:
            return str(found["problem"])
        there = self.window.document.graph.nodes.get(node)
        if node and (there is None or there.type != found["type"]):
            return f"It is for {found['type']} now, and {node} is {there.type if there else 'gone'}"
        return ""

    def _refuse(self, sentence: str) -> None:
        """Say it beside what is said of others that were dropped with it."""
        self.refused = [*(self.refused if self._says_refused() else []), sentence]
        self.window.refuse(self._said())

    def _said(self) -> str:
        first, *others = self.refused
        more = len(others) - MOST + 1
        told = " ".join([first, *(each.replace(DROP, "") if DROP in first else each for each in others[: MOST - 1])])
        return f"{told} {more} more could not be dropped either." if more > 0 else told

    def _says_refused(self) -> bool:
        """Whether what could not be dropped is still said."""
        banner = self.window.banner
        return bool(self.refused) and banner.isVisible() and banner.sentence.text() == self._said()

    def _add(self, path: Path, at: QPointF, found: dict[str, Any]) -> None:
        """The node of a model, in one step; the last class of a file, until another is chosen."""
        document = self.window.document
        spec, given = catalogue()[found["type"]], found["parameters"]
        paths = {p.name: relative(path, document.folder) for p in spec.parameters if p.kind == "path"}
        id = new_name(document.graph, given.get("called") or path.stem)
        self.window.frame.show_canvas()
        self.adding.put(id, [("add", id, spec.type, given | paths, (at.x(), at.y()))], f"Add {id}")
        others = [name for name in found.get("choices", {}) if name != given["called"]]
        more = f"; {' and '.join(others)} can be chosen in the inspector" if others else ""
        self.window.say(f"{path.name} is the {spec.family} {id}{more}")


def holds_runs(path: Path) -> bool:
    """Whether a folder is that of a run, or holds such folders."""
    with suppress(OSError):  # of one that may not be read a look says so
        if is_run(path):
            return True
        with os.scandir(path) as found:  # a name at a time: there may be a million pictures
            return any(is_run(Path(each)) for each in islice(found, LOOKED_AT))
    return False


def _is_data(path: Path) -> bool:
    """Whether a look at a file or a folder can make a dataset or a model of it."""
    if path.is_dir():
        return not holds_runs(path)
    return (path.suffix.lower() in DATA and not carries(path)) or is_idx(path)


def _labels_among(files: list[Path]) -> set[Path]:
    """The labels of idx files whose pictures were dropped with them: a look at the pictures finds them."""
    return {path for path in files if is_idx(path) and "labels" in path.name and pictures_of(path) in files}


def _answer(output: bytes) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        found = None
    if isinstance(found, dict) and (found.get("type") in catalogue() or "problem" in found):
        return found
    return {"problem": "Looking at it ended without an answer."}
