"""Export for a cluster: the program as always, and beside it the batch file with which Slurm trains it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from runtime.generate.slurm import SUFFIX, batch_file
from runtime.graph.save import write_whole

if TYPE_CHECKING:
    from editor.window import Window

FOR_SLURM = f"Python script with a Slurm batch file (*.py *{SUFFIX})"


def offer(window: "Window", dialog: QFileDialog) -> None:
    """Let the dialog that exports a program write the batch file too, if that kind is chosen."""
    dialog.setNameFilters([*dialog.nameFilters(), FOR_SLURM])

    def write(name: str) -> None:
        if dialog.selectedNameFilter() == FOR_SLURM:
            write_batch_file(window, Path(name))

    dialog.fileSelected.connect(write)


def write_batch_file(window: "Window", script: Path) -> None:
    """Write the batch file beside a script."""
    path = script.with_suffix(SUFFIX)
    try:
        write_whole(path, batch_file(window.document.graph, script.name).encode())
    except OSError as problem:
        window.refuse(f"{path.name} was not written. {problem.strerror or problem}")
        return
    window.say(f"Exported {script.name}. sbatch {path.name} trains it on a cluster")
