"""What a program warns of, such as rows that it leaves out, as events of its run."""

import json
import os
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

PROGRAM = "program.py"
Tell = Callable[[str | None, str], None]


@contextmanager
def warned(folder: Path, tell: Tell) -> Iterator[None]:
    """Tell the node and the sentence of each warning that the program of a run gives; torch's own are left alone."""
    process = os.getpid()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        frames = [frame for frame in traceback.extract_stack()[:-1] if not frame.filename.endswith("warnings.py")]
        inner = [frame.lineno or 0 for frame in frames if frame.filename.endswith(PROGRAM)]
        if os.getpid() == process and inner and frames[-1].filename.endswith(PROGRAM):
            tell(node_at(inner, folder), str(message))
        else:
            usual(message, category, filename, lineno, file, line)

    with warnings.catch_warnings():
        usual = warnings.showwarning
        warnings.filterwarnings("always", category=UserWarning, module="program$")
        warnings.showwarning = show
        yield


def node_at(numbers: list[int], folder: Path) -> str | None:
    """The node whose line of a run's program is the innermost of these, the last one given."""
    lines = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
    found = (next((id for id, own in lines.items() if number in own), None) for number in reversed(numbers))
    return next(filter(None, found), None)
