"""What is known of many runs at a glance: ``python -m runtime.train.runs FOLDER...`` prints a line of JSON for each.

Each FOLDER holds the runs of one graph, or is a run, or holds those of all graphs; the newest come first. What was
read is kept in the user's cache until a run changes, so that a thousand of them are told at once the next time.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from runtime.check.failed import by_hand
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.places import all_runs, glances_file
from runtime.train import about
from runtime.train.at_work import at_work, gone
from runtime.train.belonging import runs_of
from runtime.train.continued import called
from runtime.train.events import FILE, Event, Events
from runtime.train.folder import options_of
from runtime.train.outcome import diverged
from runtime.train.trainings import Trainings

NOTE = "note.txt"
MOST_NOTE = 10_000  # letters
UNREADABLE = "unreadable"
QUIET = 120.0  # seconds without a word after which nobody writes to a run on another machine, as far as can be told
ENDS = ("finished", "failed")
RUNNING = "running"
GOES_ON = (RUNNING, "paused")  # states that change by themselves
VERSION = 6  # of what is kept


@dataclass(frozen=True)
class Glance:
    """One run: where it is, how it went, and what it was made with; figures are those of the rows held out, if any."""

    folder: str
    name: str  # as it was given when it began
    begun: float  # seconds since 1970
    state: str  # finished, stopped, ended, failed, diverged, running, paused, broken off, unreadable
    epochs: int = 0  # that are done of the whole training: of all folds, and of the runs that it went on from
    asked: int = 0  # how many there were to be in all; 0 where it did not say
    side: str = "train"  # on which rows the figures are
    last: Mapping[str, float] = field(default_factory=dict)  # after the last epoch; over folds means
    best: Mapping[str, float] = field(default_factory=dict)  # after the best one
    settings: Mapping[str, Any] = field(default_factory=dict)  # "adam.lr", "seed": what the graph and the options set
    types: Mapping[str, str] = field(default_factory=dict)  # of the nodes, for what they have by default
    device: str = ""
    seconds: float = 0.0
    note: str = ""
    told: str = ""  # why it failed, or how it was ended
    graph: bool = True  # whether it holds one
    file: str = ""  # that of its graph

    @property
    def path(self) -> Path:
        """Its folder."""
        return Path(self.folder)


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, of Torchweave's or of an exported script's."""
    return (folder / FILE).is_file()


def write_note(folder: Path, text: str) -> None:
    """Keep what somebody notes of a run in its folder. Raises OSError."""
    write_whole(folder / NOTE, text[:MOST_NOTE].encode())


def glances(root: Path, kept: Mapping[str, Any] | None = None) -> Iterator[tuple[Glance, list[Any]]]:
    """The runs of one graph, newest first, each with its stamp; what `kept` tells of the same stamps is not read.

    A folder that is a run itself is the only one.
    """
    folders = [root] if is_run(root) else filter(is_run, runs_of(root))
    trainings = Trainings()
    for folder in folders:
        stamp: list[Any] = []
        try:
            stamp = [VERSION, *trainings.stamp(folder, "graph.json", NOTE, about.FILE, about.SAVED_AS)]
            known = (kept or {}).get(str(folder), [None])
            same = known[0] == stamp and known[1]["state"] not in GOES_ON
            yield Glance(**known[1]) if same else glance(folder, trainings), stamp
        except OSError:  # gone meanwhile
            continue
        except Exception:  # a folder from elsewhere can hold anything; the others are told all the same
            yield Glance(str(folder), folder.name, 0.0, UNREADABLE), stamp


def glance(folder: Path, trainings: Trainings | None = None) -> Glance:
    """Read one run, with what was read of others already. Raises OSError."""
    trainings = trainings or Trainings()
    graph, known = about.graph_of(folder), about.read(folder)
    events = [*Events(folder, without_steps=True)]
    started: Event = next((event for event in reversed(events) if event["event"] == "started"), {})
    epochs, best = trainings.epochs(folder)
    last = events[-1] if events else {}
    ended = last if last.get("event") in ENDS else None
    asked, folds = _number(started.get("epochs")), _number(started.get("folds"))
    side = "validation" if "validation" in (epochs or [{}])[-1] else "train"
    settings = _settings(graph) | _options(folder, known) if graph else dict(known.get("options", {}))
    return Glance(
        str(folder),
        called(about.name_of(folder), trainings.begin(folder)),
        begun(folder),
        _state(folder, last),
        _done_before(trainings.begin(trainings.chain(folder)[0]), asked) + len(epochs),
        int(asked * max(folds, 1)),
        side,
        _figures(ended if ended and ended.get("folds") else epochs[-1] if epochs else {}, side),
        _figures(best, side) if not folds else {},
        settings,
        {id: node.type for id, node in graph.nodes.items()} if graph else {},
        str(started.get("device", "")),
        _number((ended or {}).get("seconds")),
        _note(folder),
        str(ended.get("message", "")) if ended and ended["event"] == "failed" else "",
        graph is not None,
        str(about.file_of(folder) or ""),
    )


def _done_before(begin: tuple[int, int], asked: float) -> int:
    """How many epochs were done before the first run of a training that is still there."""
    fold, epoch = begin
    return int((fold - 1) * asked) + epoch - 1


def _state(folder: Path, last: Mapping[str, Any]) -> str:
    """How a run is, by the last thing that it told but for its steps."""
    if last.get("event") not in ENDS:
        quiet = datetime.now().timestamp() - (folder / FILE).stat().st_mtime
        goes_on = at_work(folder) or (quiet < QUIET and not gone(folder))
        return "broken off" if not goes_on else "paused" if last.get("event") == "paused" else RUNNING
    if last["event"] == "failed":
        return "ended" if by_hand(last) else "failed"
    return "stopped" if last.get("stopped") else "diverged" if diverged(last) else "finished"


def _figures(event: Mapping[str, Any], side: str) -> dict[str, float]:
    """Those of an event that are numbers; NaN is none."""
    found = event.get(side)
    figures = found if isinstance(found, dict) else {}
    return {name: float(each) for name, each in figures.items() if isinstance(each, int | float) and each == each}


def _settings(graph: Graph) -> dict[str, Any]:
    """What is set at nodes and for the run, by a name as people say it, as far as it is short."""
    found = {f"{id}.{key}": each for id, node in graph.nodes.items() for key, each in node.parameters.items()}
    return {key: each for key, each in (found | dict(graph.run)).items() if len(json.dumps(each)) < 60}


def _options(folder: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for when the run was started goes before what its graph says."""
    with suppress(OSError, ValueError):
        asked = options_of(folder)
        numbers = {name: int(asked[name]) for name in ("epochs", "seed") if name in asked}
        return numbers | {name: each for name, each in known.get("options", {}).items() if name in ("epochs", "seed")}
    return {}


def begun(folder: Path) -> float:
    """When a run began, in seconds since 1970, by what it says itself, its name, or its files."""
    with suppress(ValueError, TypeError, KeyError, OverflowError):  # a file from elsewhere can say anything
        return datetime.fromisoformat(about.read(folder)["begun"]).astimezone().timestamp()
    with suppress(ValueError):
        return datetime.strptime(folder.name[:15], "%Y%m%d-%H%M%S").timestamp()
    return next((f.stat().st_mtime for f in (folder / "graph.json", folder / FILE) if f.is_file()), 0.0)


def _note(folder: Path) -> str:
    try:
        with (folder / NOTE).open(encoding="utf-8", errors="replace") as file:
            return file.read(MOST_NOTE)
    except OSError:
        return ""


def _parts(root: Path) -> list[Path]:
    """The folders of the runs of each graph, where it is the one that holds them: there may be too many to be named."""
    return sorted(each for each in root.iterdir() if each.is_dir()) if root == all_runs() and root.is_dir() else [root]


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def main(roots: list[str]) -> int:
    """Print the runs in each folder, and keep what was read for the next time."""
    kept: dict[str, Any] = {}
    with suppress(OSError, ValueError, RecursionError):
        kept = json.loads(glances_file().read_bytes())
    told: dict[str, Any] = {}
    for root in (each for given in map(Path, roots) for each in _parts(given)):
        for found, stamp in glances(root, kept | told):
            if found.folder not in told:  # a folder and a run in it may both be asked for
                print(json.dumps(asdict(found)), flush=True)
            told[found.folder] = [stamp, asdict(found)]
    if any(kept.get(folder) != found for folder, found in told.items()):
        there = {folder: found for folder, found in kept.items() if Path(folder).is_dir()}
        with suppress(OSError):  # then it is read again the next time
            glances_file().parent.mkdir(parents=True, exist_ok=True)
            write_whole(glances_file(), json.dumps(there | told).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
