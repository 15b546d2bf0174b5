"""Which weights of a run an export has: of which epoch, how the run ended, and what changed in the graph since."""

from collections.abc import Iterator
from pathlib import Path

from runtime.check.changes import changes
from runtime.graph.model import Graph
from runtime.train.about import graph_of
from runtime.train.events import Events
from runtime.train.runs import glance, is_run

ENDED = ("finished", "unreadable")  # states of which nothing is to be said


def whose(file: Path, graph: Graph, origin: Path) -> str:
    """``with the last weights of the run NAME (epoch 3 of 10, stopped); the graph has changed since: ...``.

    The folder of `file` is that of the run; paths of the graph are relative to `origin`.
    """
    run, best = file.parent, file.name.startswith("best")
    about = ", ".join(_where(run, best)) if is_run(run) else ""
    before = graph_of(run, origin)
    found = changes(before, graph) if before else []
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    since = f"; the graph has changed since: {found[0]}{more}" if found else ""
    return f"with the {'best' if best else 'last'} weights of the run {run.name}{f' ({about})' if about else ''}{since}"


def _where(run: Path, best: bool) -> Iterator[str]:
    """The epoch of the weights, where they are not those of a fold, and how a run ended that did not finish."""
    events, known = [*Events(run, without_steps=True)], glance(run)
    epochs = [event for event in events if event["event"] == "epoch" and (not best or event.get("best"))]
    kept = [event for event in events if event["event"] == "saved" and str(event.get("path")).startswith("weights")]
    last = (([] if best else kept) or epochs or [{}])[-1]
    if (told := last.get("best" if best else "epoch")) and not any("fold" in event for event in epochs):
        yield f"{'within ' * ('step' in last)}epoch {told}{f' of {known.asked}' if known.asked else ''}"
    if known.state not in ENDED:
        yield "still going on" if known.state in ("running", "paused") else known.state
