"""New, open, save, export: what the window does with files, and the questions it asks before anything could be lost."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QFileDialog

from editor.canvas.much import too_much
from editor.document.following import Following
from editor.document.leaving import begin_graph
from editor.document.recent import remember
from editor.export.packing import ask_copies, runs
from editor.inspector.from_file import KINDS as WEIGHTS
from editor.looks.file_dialog import FileDialog
from editor.workers.work import EXPORT, SAVE
from runtime.check.beside import not_beside
from runtime.generate.program import Program, made_from
from runtime.graph.carried import READERS, contents, in_script
from runtime.graph.file import Refused, dump, load
from runtime.graph.journal import Kept
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.graph.versions import keep_file
from runtime.packed import order
from runtime.places import EXAMPLES, versions_folder
from runtime.train.about import origin_of, seen

if TYPE_CHECKING:
    from editor.window.window import Window

GRAPHS, SCRIPTS = "Torchweave graphs (*.json)", "Python scripts (*.py)"
CARRIERS = f"What carries a graph ({' '.join(f'*{end}' for end in READERS)})"


class Files(QObject):
    """Nothing here waits for the user: each question goes on with what it was asked for once it has been answered."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window, self.document = window, window.document
        self.following = Following(window, self)

    def new(self) -> None:
        """An empty graph."""
        begin_graph(self.window, lambda place: place.files.show_graph(Graph(), None))

    def ask_open(self) -> None:
        """Let the user choose a file, and open it."""
        dialog = FileDialog(self.window, "Open a graph", self.document.beside(), f"{GRAPHS};;{CARRIERS}")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def open(
        self,
        path: Path,
        then: Callable[["Window"], None] | None = None,
        refuse: Callable[[str], object] | None = None,
    ) -> None:
        """Open a file; one that is refused leaves everything as it is and says why in one sentence."""
        if self.window.shows_already(path):
            return

        def show(place: "Window", found: tuple[Graph, bytes]) -> None:
            place.files.show_file(path, found)
            if then:
                then(place)

        if found := self.read(path, refuse):
            begin_graph(self.window, lambda place: show(place, found))

    def show_graph(
        self, graph: Graph, path: Path | None, origin: Path | None = None, data: bytes | None = None
    ) -> None:
        """Make another graph the open one; `data` is what its file holds."""
        self.window.frame.show_canvas()
        self.document.open(graph, path, origin)
        self.following.follow(path, data)

    def restore(self, kept: Kept) -> None:
        """Make unsaved work the open graph; its file may have changed since, which saving will ask about."""
        self.window.frame.show_canvas()
        path, saved = kept.file("path"), None
        if path:
            with suppress(Refused, OSError):  # then nothing is known to be saved
                saved = load(contents(path))
        whose = path, kept.file("origin"), kept.about.get("draft"), kept.about.get("name")
        self.document.restore(kept.steps, kept.index, *whose, saved)
        self.following.recall(kept.about)

    def about(self) -> dict[str, Any]:
        """What a journal has to know to restore it."""
        return self.following.on_disk.about()

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Write the file, asking where there is none yet or where somebody else changed it meanwhile."""
        self.window.commit()
        if self.document.path is None:
            self.save_as(then)
        elif self.following.on_disk.differs(self.document.path):
            self.following.ask_overwrite(self.document.path, then)
        else:
            self.write(self.document.path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Let the user choose a file, and write it."""
        self.window.commit()
        document = self.document
        name = document.origin.stem if document.origin else document.title
        suggested = document.path or document.beside() / f"{name}.json"
        dialog = self.save_dialog(f"Save {document.title}", suggested, GRAPHS)
        dialog.fileSelected.connect(lambda name: self.write(Path(name), then))
        dialog.open()

    def write(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Write to a file; data paths follow into its folder. What goes wrong is said, and nothing has changed then."""
        try:
            keep_file(path, versions_folder(path))
            self.document.save(path)
        except OSError as problem:
            why = f"{path.name} was not saved. {problem.strerror or problem}"
            self.window.refuse(f"{why}. Save again when that is mended, or save as another file.", SAVE)
            return
        self.window.banner.done(SAVE)
        self.following.follow(path, dump(self.document.graph).encode())
        with suppress(OSError):  # the next save tries again
            keep_file(path, versions_folder(path))
        remember(path)
        self.window.say(f"Saved {path.name}")
        if then:
            then()

    def export(self) -> None:
        """Save the program as a script, once there is one."""
        program = self.program_now()
        if program is None:
            return
        text = in_script(program.text, self.document.graph)
        dialog = self.save_dialog("Export the program", self.beside_graph(".py"), SCRIPTS)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), text))
        dialog.open()

    def program_now(self) -> Program | None:
        """The program of the graph as it is; where there is none yet, it is said why."""
        self.window.commit()
        self.window.session.write_now()
        if self.window.session.program is None:
            problem = self.window.session.unfinished()
            self.window.refuse(f"No program yet. {problem.message}" if problem else "The graph is empty.")
        return self.window.session.program

    def beside_graph(self, ending: str) -> Path:
        """A file that is called like the graph, and lies where that does."""
        return self.document.beside() / f"{self._name()}{ending}"

    def export_to(self, path: Path, text: str, then: Callable[[], None] | None = None) -> None:
        """Write the script, or ask first whether what it needs and would not find there is copied beside it.

        Then, once it is written, go on.
        """
        graph, folder, report = self.document.graph, self.document.folder, self.window.session.report
        lacking = not_beside(graph, folder, path)
        if lacking is None:
            self.write_program(path, text, then)
        else:
            copies = order(graph, report, folder, path, made_from(self.document.path or self.document.origin))
            ask_copies(self.window, path, lacking, copies, lambda: self.write_program(path, text, then), then)

    def ask_weights(self) -> None:
        """Let the user choose a file with which the whole model begins."""
        dialog = FileDialog(self.window, "Load weights", self.document.beside(), WEIGHTS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        session = self.window.session
        dialog.fileSelected.connect(lambda name: session.weights.load("", Path(name), session.report))
        dialog.open()

    def ask_data(self) -> None:
        """Let the user choose files of data; on the start page they begin a graph, as dropped ones do."""
        dialog = FileDialog(self.window, "Add data", self.document.beside())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._add_chosen(dialog)

    def ask_folder(self) -> None:
        """Let the user choose a folder of data."""
        dialog = FileDialog(self.window, "Add a folder", self.document.beside())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._add_chosen(dialog)

    def _add_chosen(self, dialog: QFileDialog) -> None:
        drops, canvas = self.window.drops, self.window.canvas

        def add(names: list[str]) -> None:
            files = [Path(name) for name in names]
            if self.window.frame.on_start:
                drops.begin_with(files)
            else:
                drops.take(files, QPointF(*canvas.adding.place(None)))

        dialog.filesSelected.connect(add)
        dialog.open()

    def write_program(self, path: Path, text: str, then: Callable[[], None] | None = None) -> None:
        """Write the script, and then go on."""
        try:
            write_whole(path, text.encode())
        except OSError as problem:
            self.window.refuse(f"{path.name} was not written. {problem.strerror or problem}", EXPORT)
            return
        lacking = not_beside(self.document.graph, self.document.folder, path)
        self.window.banner.done(EXPORT)
        self.window.say(f"Exported {path.name}. {lacking or runs(path)}")
        if then:
            then()

    def save_dialog(self, title: str, suggested: Path, kind: str) -> QFileDialog:
        """A dialog for a file to be written, which is not open yet."""
        dialog = FileDialog(self.window, title, suggested.parent, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix[1:])
        dialog.selectFile(suggested.name)
        return dialog

    def read(self, path: Path, refuse: Callable[[str], object] | None = None) -> tuple[Graph, bytes] | None:
        """What a file holds; None where it is refused, which is said then."""
        try:
            data = contents(path)
            graph = load(data)
            if why := too_much(graph):
                raise Refused(why)
            return graph, data
        except (Refused, OSError) as problem:
            reason = problem.strerror or "cannot be read" if isinstance(problem, OSError) else str(problem)
            (refuse or self.window.refuse)(f"{path.name} was not opened. {reason}")
            return None

    def show_file(self, path: Path, found: tuple[Graph, bytes]) -> None:
        """Show what was read. Examples open as untitled copies, so that nobody saves over them, and so does what only
        carries its graph; data is then where it was for the run of whose folder the file is.
        """
        if path == self.document.path:  # the answer to a question may have written this very file
            found = self.read(path) or found
        graph, data = found
        carries = path.suffix.lower() in READERS
        if carries or path.resolve().parent == EXAMPLES.resolve():
            origin = (origin_of(path.parent) if carries else None) or path
            self.show_graph(seen(graph, path.parent, origin.parent) if carries else graph, None, origin, data)
        else:
            self.show_graph(graph, path, path, data)
            remember(path)
        if "version" in graph.extra:  # one that this program knows is no extra
            newer = f"{path.name} was made by a newer version of Torchweave"
            self.window.refuse(f"{newer}; what this one does not know is kept.")

    def _name(self) -> str:
        """What a file that is made of the graph may be called: a script so that Python can import it."""
        known = self.document.path or self.document.origin
        return known.stem if known else self.document.title.lower().replace(" ", "_")
