"""The folder of one run: graph, program, events, weights; made before the run and read after it."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from runtime.check.changes import run_name
from runtime.check.check import check
from runtime.check.settings import setting
from runtime.generate.drawn import Drawn
from runtime.generate.lasting import lasting
from runtime.generate.program import generate, made_from
from runtime.generate.rows import paths
from runtime.generate.watched import watched
from runtime.generate.weights import files
from runtime.graph.bypass import passed
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.places import all_runs, cache_folder, runs_folder
from runtime.train import about, best, changed, gives, joined, launch, predictable, room, samples
from runtime.train.asked import ALONE
from runtime.train.at_work import at_work
from runtime.train.belonging import runs_of
from runtime.train.continued import continues
from runtime.train.events import FILE, STEP
from runtime.train.resume import with_those_before
from runtime.train.trust import HERE, untrusted

OPTIONS = ("epochs", "seed", "device", "threads", "resume")
OF_A_RUN = (
    *("events.jsonl", "control", "output.txt", "checkpoint.pt", "weights.safetensors", "best.safetensors"),
    about.SAVED_AS,
    *("standing.txt", "probes.json", "probed.json", "not_finite.pt", "reproduce.py"),
    *predictable.FILES,
)
OURS = ("arguments.json", "lines.json")  # what every run folder holds, and hardly any other folder
BEGINNING = 2**20  # bytes of events in which the first step is told
MOST = 20  # runs of a graph among which one that goes on is looked for


class Untrusted(Exception):
    """The graph holds Python that nobody has trusted."""


def prepare_run(
    graph: Graph,
    origin: Path | None,
    options: Mapping[str, Any],
    folder: Path | None = None,
    trusting: bool = False,
    machines: Mapping[str, Any] = ALONE,
    runs: Path | None = None,
    draft: str | None = None,
) -> Path:
    """Make the folder of a run of a sound graph; `origin` is the graph's file, which data paths are relative to.

    Without a `folder` it is a new one among the graph's `runs`, by default those of its file. A `draft` tells an
    unsaved copy of that file from others.

    `machines` says on which its processes are, as `runtime.train.asked` tells.

    Raises Untrusted, OSError, and ValueError for a graph that is not sound; a folder that was made goes again then.
    """
    options = with_those_before(options)
    if not trusting and untrusted(graph, origin.parent if origin else HERE):
        raise Untrusted("The graph holds Python that nobody has trusted yet.")
    report = check(graph)
    program = generate(graph, report, made_from(origin))
    named = folder is not None
    new = folder is None or not folder.exists()
    folder = _new_folder(runs or runs_folder(origin)) if folder is None else folder
    resumed = options.get("resume") is not None and Path(options["resume"]).resolve() == folder.resolve()
    _refuse_what_is_not_ours(folder, origin, resumed)
    with _whole(folder, new):
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder, resumed)
        (folder / "graph.json").write_text(dump(graph), encoding="utf-8")
        (folder / "program.py").write_text(program.text, encoding="utf-8")
        (folder / "lines.json").write_text(json.dumps(program.lines), encoding="utf-8")
        drawn = Drawn(passed(graph), report)
        (folder / "watched.py").write_text(watched(drawn), encoding="utf-8")
        (folder / "arguments.json").write_text(json.dumps(_arguments(drawn, origin, options)), encoding="utf-8")
        launch.keep(setting(graph.run, "processes"), machines, folder)
        name = called(graph, folder, options, named)
        about.begin(folder, origin, name, watched=best.watching(drawn), **({"draft": draft} if draft else {}))
        gives.keep(drawn, origin.parent if origin else HERE, folder)
        samples.keep(drawn, folder)
        room.keep(drawn, report, folder)
        joined.keep(drawn, folder)
        predictable.keep(drawn, folder)
        base = origin.resolve().parent if origin else Path.cwd()
        changed.keep({str(base / path): name.partition("-")[0] for name, path in paths(drawn).items()}, folder)
    return folder


def throw_away(folder: Path) -> None:
    """Remove the folder of a run that never began, and that of its graph's runs where it was the only one."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent.parent == all_runs():
        with suppress(OSError):  # there are others
            folder.parent.rmdir()


@contextmanager
def _whole(folder: Path, new: bool) -> Iterator[None]:
    """A new folder becomes whole or goes, as where the disk is full."""
    try:
        yield
    except BaseException:
        if new:
            throw_away(folder)
        raise


def _clear(folder: Path, resumed: bool) -> None:
    """What a run left here goes, except where another one goes on from it."""
    for old in OF_A_RUN if not resumed else ("control", *predictable.FILES):
        (folder / old).unlink(missing_ok=True)
    for pattern in ("*-*.safetensors", predictable.OF_FOLD.format("*")) if not resumed else ():
        for of_fold in folder.glob(pattern):
            of_fold.unlink()
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)  # loader workers would take what lies there for ours


def called(graph: Graph, folder: Path, options: Mapping[str, Any], named: bool = False) -> str:
    """What a run in a folder is called from now on: by what it goes on from, by whoever `named` its folder, or by what
    has changed since the run before it.
    """
    if options.get("resume") is not None:
        run = Path(options["resume"])
        if run.resolve() == folder.resolve():
            return about.name_of(run)
        before: Mapping[str, str] = {}
        with suppress(OSError, ValueError):  # a script's
            before = options_of(run)
        return continues(graph, run, options.get("epochs"), int(before.get("epochs", 0)))
    if named:
        return folder.resolve().name
    others = (each for each in runs_of(folder.parent) if each != folder and _has_events(each))
    return run_name(next((found for each in others if (found := about.graph_of(each))), None), graph)


def _trained(folder: Path) -> bool:
    """Whether a run in this folder has come to its first step."""
    try:
        with (folder / FILE).open("rb") as file:
            return any(line.startswith(STEP) for line in file.read(BEGINNING).splitlines())
    except OSError:
        return False


def _refuse_what_is_not_ours(folder: Path, origin: Path | None, resumed: bool) -> None:
    """A run overwrites files: its folder is a new one, an empty one, or that of the run from which it goes on."""
    if origin and folder.resolve() in (origin.parent.resolve(), origin.resolve().parent):
        raise FileExistsError(f"{folder} holds the graph itself")
    if folder.exists() and any(folder.iterdir()) and not all((folder / name).is_file() for name in OURS):
        raise FileExistsError(f"{folder} holds files that are not of a run")
    if at_work(folder):
        raise FileExistsError(f"{folder} holds a run that goes on: another process is training there")
    if not resumed and ((folder / "checkpoint.pt").is_file() or _trained(folder)):
        raise FileExistsError(f"{folder} holds a run; name another folder, or go on from it: --resume {folder}")


def arguments_of(folder: Path) -> list[str]:
    """The program's arguments that were settled when the folder was made."""
    found = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
    return [str(each) for each in found]


def options_of(folder: Path) -> dict[str, str]:
    """The options with which a run was started, by name, those of paths left out; what it goes on from among them."""
    given = arguments_of(folder)
    return {name[2:]: value for name, value in pairwise(given) if name.startswith("--") and name[2:] in OPTIONS}


def last_run(runs: Path, draft: str | None = None) -> Path | None:
    """The newest of the runs of one graph that has events; one that goes on comes first.

    Of an unsaved copy, which shares them with others of its file, those of its own `draft` come before all others.
    """
    newest = [*islice(filter(_has_events, runs_of(runs)), MOST)]
    own = [run for run in newest if draft and about.read(run).get("draft") == draft]
    return next((run for run in own or newest if at_work(run)), next(iter(own or newest), None))


def _has_events(run: Path) -> bool:
    return (run / FILE).is_file()


def _new_folder(root: Path) -> Path:
    """A folder named by the time, so that names sort by age."""
    name = datetime.now().strftime("%Y%m%d-%H%M%S")
    for number in range(1000):
        folder = root / (f"{name}-{number:03}")
        try:
            folder.mkdir(parents=True)  # another run that is thrown away may take an empty folder above along
        except FileExistsError:
            continue
        return folder
    raise OSError(f"no free name for a run in {root}")


def _arguments(drawn: Drawn, origin: Path | None, options: Mapping[str, Any]) -> list[str]:
    found = []
    asked = {key: value for key, value in options.items() if value is not None}
    settled = {key: drawn.graph.run[key] for key in ("device",) if key in drawn.graph.run} | asked
    for name in OPTIONS:
        if name in settled:
            found += [f"--{name}", str(settled[name])]
    base = origin.resolve().parent if origin else Path.cwd()
    for name, path in paths(drawn).items():
        found += [f"--{name}-path", str(base / path)]
    if lasting(drawn):
        found += ["--cache", str(cache_folder())]
    for name, source in files(drawn).items():
        found += [f"--{name}-weights", str(base / source.path)]
    return found
