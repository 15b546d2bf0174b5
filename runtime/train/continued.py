"""What a run is called that goes on from another: by the name of that, what changed since, and up to which epoch."""

import re
from dataclasses import replace
from pathlib import Path

from runtime.check.changes import changes, run_name
from runtime.check.settings import setting
from runtime.graph.model import Graph
from runtime.train import about

CONTINUES = "continues "  # begins such a name
UP_TO = re.compile(r" to epoch \d+$")  # ends it, where the run before was to end elsewhere


def continues(graph: Graph, run: Path, epochs: int | None, before: int | None) -> str:
    """The name of a run that goes on from another; each has a number of epochs in all, where it was given one beside
    its graph.

    More epochs are no change of what is trained, which would read as if the epochs before had been others.
    """
    was, whole = about.graph_of(run), epochs or setting(graph.run, "epochs")
    name, since = parts(about.name_of(run))[0].removeprefix(CONTINUES), ""
    if was:
        before = before or setting(was.run, "epochs")
        was = replace(was, run={**was.run, "epochs": setting(graph.run, "epochs")})
        since = f", {run_name(was, graph)}" if changes(was, graph) else ""
    return f"{CONTINUES}{name}{since}{f' to epoch {whole}' if before and before != whole else ''}"


def parts(name: str) -> tuple[str, str]:
    """The name of a run, and the end of it that says up to which epoch it goes on."""
    found = UP_TO.search(name) if name.startswith(CONTINUES) else None
    return (name[: found.start()], found.group()) if found else (name, "")


def called(name: str, begin: tuple[int, int]) -> str:
    """The same with the fold and the epoch where it began, each counted from 1."""
    (fold, epoch), (name, end) = begin, parts(name)
    within = f"fold {fold}, " if fold > 1 else ""
    return f"{name} from {within}epoch {epoch}{end}" if begin > (1, 1) else f"{name}{end}"
