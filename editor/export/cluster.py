"""Export for a cluster: the program as always, and beside it the batch file with which Slurm trains it."""

from pathlib import Path
from shlex import quote  # the shell is that of the cluster, whatever this system is
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from runtime.generate.slurm import SUFFIX, batch_file
from runtime.graph.carried import in_script
from runtime.graph.model import Graph
from runtime.graph.save import write_whole

if TYPE_CHECKING:
    from editor.window.window import Window


def export_for_slurm(window: "Window") -> None:
    """Let the user choose where the program is written, once there is one, and write both."""
    program = window.files.program_now()
    if program is None:
        return
    graph = window.document.graph
    text = in_script(program.text, graph)
    dialog = window.files.save_dialog("Export for Slurm", window.files.beside_graph(".py"), "Python scripts (*.py)")
    dialog.fileSelected.connect(lambda name: _write(window, Path(name), text, graph))
    dialog.open()


def _write(window: "Window", script: Path, text: str, graph: Graph) -> None:
    """Write the program and once it is there the batch file; the dialog has asked about the program alone."""
    batch = script.with_suffix(SUFFIX)

    def write() -> None:
        window.files.export_to(script, text, lambda: write_batch_file(window, script, graph))

    if batch == script:
        window.refuse(f"{script.name} is the name of the batch file. Choose one for the program, with the ending .py.")
    elif batch.exists():
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Export for Slurm", f"{batch.name} is there already.")
        box.setInformativeText(f"The batch file for {script.name} would take its place.")
        replace = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        window.ask(box, {replace: write})
    else:
        write()


def write_batch_file(window: "Window", script: Path, graph: Graph) -> None:
    """Write the batch file beside a script of the graph."""
    path = script.with_suffix(SUFFIX)
    try:
        write_whole(path, batch_file(graph, script.name).encode())
    except OSError as problem:
        window.refuse(f"{script.name} is written, {path.name} is not. {problem.strerror or problem}")
        return
    window.say(f"Exported {script.name}. sbatch {quote(path.name)} trains it on a cluster")
