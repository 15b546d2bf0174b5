"""Which runs are those of a graph: the ones in the folder of its file, and the ones that came along when it was saved.

Those stay where they are: whoever trains there, and what goes on from them, knows them by their place.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from runtime.places import all_runs, runs_folder
from runtime.train import about

ALSO = (
    "also.txt"  # in the folder of a graph's runs: those that lie elsewhere, a line each, as the folder of all has them
)


def runs_of(runs: Path) -> Iterator[Path]:
    """What may be the runs of a graph, the newest first; `runs` is the folder of those of its file."""
    return (run for run in _newest_first([*_in(runs), *_also(runs)]) if run.parent != runs or not _left(run))


def of_draft(runs: Path, draft: str) -> list[Path]:
    """Those in a folder that were trained of a graph while it had no file, the newest first."""
    return [run for run in _newest_first(_in(runs)) if about.read(run).get("draft") == draft]


def other_graph(run: Path, runs: Path) -> str:
    """What the graph is called that a run is of, where that is not the one with these `runs`; else empty.

    Of a run that does not lie among those of all graphs nobody knows that.
    """
    if run.parent.parent != all_runs() or run in runs_of(runs):
        return ""
    file = about.file_of(run)
    return file.stem if file else run.parent.name.rpartition("-")[0]


def join(run: Path, file: Path, leave: bool) -> None:
    """Make a run one of a graph file's, also where it goes on; where it is to `leave` those that it lies among, it is
    the file's alone. Raises OSError.
    """
    runs = runs_folder(file)
    if run.parent == runs or run.parent.parent != all_runs():
        return
    if run not in _also(runs):
        runs.mkdir(parents=True, exist_ok=True)
        with (runs / ALSO).open("a", encoding="utf-8") as lines:
            lines.write(f"\n{run.parent.name}/{run.name}\n")  # whatever tore the line before
    if leave:
        about.save_as(run, file)


def _in(runs: Path) -> list[Path]:
    return [runs / name for name in (os.listdir(runs) if runs.is_dir() else ())]


def _newest_first(runs: list[Path]) -> list[Path]:
    """Names of runs begin with the time."""
    return sorted(runs, key=lambda run: run.name, reverse=True)


def _also(runs: Path) -> list[Path]:
    """Those that lie elsewhere and are still there; a file can hold anything."""
    try:
        lines = (runs / ALSO).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    places = (Path(line) for line in dict.fromkeys(lines))
    found = (all_runs() / place for place in places if len(place.parts) == 2 and ".." not in place.parts)
    return [run for run in found if run.parent.parent == all_runs() and os.path.isdir(run)]


def _left(run: Path) -> bool:
    """Whether a run is of another file than those around it, and is found there."""
    file = about.saved_as(run)
    return file is not None and run.parent != (runs := runs_folder(file)) and run in _also(runs)
