"""What can be done with a run of the table: shown, its graph opened, repeated, written for TensorBoard, thrown away."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QProcess, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from editor.document.leaving import begin_graph
from editor.workers.started import end, start
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.train.about import origin_of, read, seen
from runtime.train.folder import options_of
from runtime.train.runs import GOES_ON, Glance

if TYPE_CHECKING:
    from editor.window.window import Window


def show(window: "Window", run: Glance) -> None:
    """Its figures of each epoch and its log, from where it can be gone on with; Escape comes back to the runs."""
    session = window.session
    if session.at_work and (session.run_folder is None or session.run_folder.resolve() != run.path.resolve()):
        window.say("Another run goes on; the Training panel shows that one.")
        return
    if not session.at_work:
        session.show_run(run.path)
    window.show_training()
    if window.training is not None:
        window.training.take_keys(window.show_runs)


def open_graph(window: "Window", run: Glance, then: Callable[["Window"], object] = lambda place: None) -> None:
    """The graph of a run as an untitled copy, its data where it was."""

    def begin(place: "Window", graph: Graph) -> None:
        place.files.show_graph(graph, None, origin)
        then(place)

    origin = _origin(window, run)
    if (found := _graph(window, run)) is not None:
        begin_graph(window, lambda place: begin(place, found))


def repeat(window: "Window", run: Glance) -> None:
    """Train the same graph with the same seed and options once more; the graph that is open stays."""
    origin, document = _origin(window, run), window.document
    if window.session.at_work:
        window.say("A run goes on; stop it first.")
    elif origin != document.origin or (origin is None and run.path.parent != document.runs):
        open_graph(window, run, lambda place: _repeat(place, run, origin))  # a window shows the runs of its own graph
    else:
        _repeat(window, run, origin)


def _repeat(window: "Window", run: Glance, origin: Path | None) -> None:
    if (graph := _graph(window, run)) is not None:
        try:
            window.session.life.begin(graph, origin, repeated(run.path))
        except (OSError, ValueError) as problem:
            window.refuse(f"The run cannot be repeated. {problem}")


def repeated(folder: Path) -> dict[str, str]:
    """The options that give a run's result again. Raises OSError and ValueError where that cannot be.

    One that went on in its own folder is repeated as a whole, which gives the same.
    """
    known = read(folder).get("options", {})
    options = {name: str(known[name]) for name in ("epochs", "seed", "threads") if name in known} | options_of(folder)
    begun = options.pop("resume", "")
    if begun and Path(begun).resolve() != folder.resolve():
        if not (Path(begun) / "checkpoint.pt").is_file():
            raise ValueError(f"It went on from {begun}, which holds no checkpoint any more.")
        options["resume"] = begun
    return options


def write_for_tensorboard(window: "Window", runs: Sequence[Glance]) -> None:
    """Write their curves for TensorBoard, in a process: that needs torch."""
    process = QProcess(window)

    def leave() -> None:
        process.finished.disconnect(done)
        end(process)

    def done() -> None:
        window.left.disconnect(leave)
        told = bytes(process.readAllStandardOutput().data()).decode().strip()
        wrong = bytes(process.readAllStandardError().data()).decode().strip()
        if process.exitCode():
            window.refuse(wrong.splitlines()[-1] if wrong else "The files for TensorBoard were not written.")
        else:
            window.say(told)
        process.deleteLater()

    process.finished.connect(done)
    window.left.connect(leave)
    window.say("Writing files for TensorBoard")
    start(process, "runtime.train.tensorboard", *(run.folder for run in runs))


def show_folder(run: Glance) -> None:
    """Open the folder of a run in the system's own window."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(run.folder))


def ask_away(window: "Window", runs: Sequence[Glance], then: Callable[[], object]) -> None:
    """Ask before run folders go into the system's trash, from where they can be brought back."""
    mine = window.session.run_folder if window.session.running else None
    going_on = [run for run in runs if run.state in GOES_ON or run.path == mine]
    if going_on:
        window.say(f'The run "{going_on[0].name}" goes on; stop it first.')
        return
    what = f"the run {runs[0].name}" if len(runs) == 1 else f"{len(runs)} runs"
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Runs", f"Move {what} to the trash?")
    box.setInformativeText(
        "Its weights and checkpoint go with it." if len(runs) == 1 else "Their weights go with them."
    )
    away = box.addButton("Move to the trash", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))

    def throw() -> None:
        kept = [run for run in runs if not QFile(run.folder).moveToTrash()]
        if kept:
            window.refuse(f"{kept[0].folder} stays: the system has no trash for it. Remove it by hand.")
        then()

    window.ask(box, {away: throw})


def _origin(window: "Window", run: Glance) -> Path | None:
    """The file of a run's graph; of a run from another machine that of the open one, which its data may be beside."""
    elsewhere = read(run.path).get("graph") and origin_of(run.path) is None
    return window.document.origin if elsewhere else origin_of(run.path)


def _graph(window: "Window", run: Glance) -> Graph | None:
    """The graph of a run; why there is none is said."""
    try:
        return seen(load((run.path / "graph.json").read_bytes()), run.path)
    except Refused as refused:
        window.refuse(f"The graph of {run.path.name} was not opened. {refused}")
    except OSError:
        window.refuse(f"{run.path.name} holds no graph: a script wrote it, and the script carries its graph.")
    return None
