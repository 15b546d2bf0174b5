"""Which runs are those of a graph: the ones in the folder of its file, and the ones that came along when it was saved.

Those stay where they are: whoever trains there, and what goes on from them, knows them by their place.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from runtime.places import all_runs, runs_folder
from runtime.train import about

ALSO = "also.jsonl"  # in the folder of a graph's runs: those that lie elsewhere, a line of JSON each: [folder, name]
MOST = 2**17  # bytes of it that are read, the last ones


def runs_of(runs: Path) -> Iterator[Path]:
    """What may be the runs of a graph, the newest first; `runs` is the folder of those of its file."""
    also = _also(runs)
    known = cache(_also)  # of the files to which those that lie here were saved
    for run in _newest_first({*_in(runs), *also}):
        if os.path.isdir(run) if run in also else not _left(run, known):
            yield run


def of_draft(runs: Path, draft: str) -> list[Path]:
    """Those in a folder that were trained of a graph while it had no file, the newest first."""
    known = cache(_also)
    return [each for each in _newest_first(_in(runs)) if _drafted(each) == draft and not _left(each, known)]


def other_graph(run: Path, runs: Path) -> str:
    """What the graph is called that a run is of, where that is not the one with these `runs`; else empty.

    Of a run that does not lie among those of all graphs nobody knows that.
    """
    if run.parent.parent != all_runs() or is_of(run, runs):
        return ""
    file = about.file_of(run)
    return file.stem if file else run.parent.name.rpartition("-")[0]


def is_of(run: Path, runs: Path) -> bool:
    """Whether a run is one of those of a graph."""
    return not _left(run, _also) if run.parent == runs else run in _also(runs)


def join(those: Sequence[Path], file: Path, leave: bool) -> None:
    """Make runs those of a graph file, also ones that go on; where they are to `leave` the others among which they lie,
    they are the file's alone. Raises OSError.
    """
    runs = runs_folder(file)
    known = _also(runs)
    new = [run for run in those if run.parent != runs and run.parent.parent == all_runs()]
    if lines := [json.dumps([run.parent.name, run.name]) for run in new if run not in known]:
        runs.mkdir(parents=True, exist_ok=True)
        with (runs / ALSO).open("a", encoding="ascii") as also:
            also.write("\n".join(["", *lines, ""]))  # whatever tore the line before
    for run in new if leave else ():
        about.save_as(run, file)


def _in(runs: Path) -> list[Path]:
    return [runs / name for name in (os.listdir(runs) if runs.is_dir() else ())]


def _newest_first(runs: Iterator[Path] | Sequence[Path] | set[Path]) -> list[Path]:
    """Names of runs begin with the time."""
    return sorted(runs, key=lambda run: (run.name, run.parent.name), reverse=True)


def _drafted(run: Path) -> object:
    return about.read(run).get("draft")


def _also(runs: Path) -> set[Path]:
    """Those that lie elsewhere, or did; a file can hold anything."""
    try:
        with (runs / ALSO).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - MOST))
            lines = file.read().split(b"\n")
    except OSError:
        return set()
    root, found = all_runs(), set[Path]()
    for line in filter(None, lines):
        with suppress(ValueError, TypeError, RecursionError):
            run = root.joinpath(*map(str, json.loads(line)))
            if run.parent.parent == root and ".." not in run.parts and run.parent != runs:
                found.add(run)
    return found


def _left(run: Path, also: Callable[[Path], set[Path]]) -> bool:
    """Whether a run is of another file than those around it, and is found there."""
    with suppress(OSError, ValueError, RuntimeError):  # of links that go round in a circle
        file = about.saved_as(run)
        return file is not None and run in also(runs_folder(file))
    return False
