"""Export for a cluster: the program as always, and beside it the batch file with which Slurm trains it."""

from pathlib import Path
from typing import TYPE_CHECKING

from runtime.generate.slurm import SUFFIX, batch_file
from runtime.graph.carried import in_script
from runtime.graph.save import write_whole

if TYPE_CHECKING:
    from editor.window import Window


def export_for_slurm(window: "Window") -> None:
    """Let the user choose where the program is written, once there is one, and write both."""
    program = window.files.program_now()
    if program is None:
        return
    text = in_script(program.text, window.document.graph)
    dialog = window.files.save_dialog("Export for Slurm", window.files.beside_graph(".py"), "Python scripts (*.py)")

    def write(name: str) -> None:
        window.files.export_to(Path(name), text)
        write_batch_file(window, Path(name))

    dialog.fileSelected.connect(write)
    dialog.open()


def write_batch_file(window: "Window", script: Path) -> None:
    """Write the batch file beside a script."""
    path = script.with_suffix(SUFFIX)
    try:
        write_whole(path, batch_file(window.document.graph, script.name).encode())
    except OSError as problem:
        window.refuse(f"{path.name} was not written. {problem.strerror or problem}")
        return
    window.say(f"Exported {script.name}. sbatch {path.name} trains it on a cluster")
