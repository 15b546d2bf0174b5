"""The columns of the table of runs: name, time, state, figures, and the parameters that differ between those shown."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from editor.document.versions import when
from editor.training.record import figure
from runtime.spec.catalogue import catalogue
from runtime.spec.value import in_digits
from runtime.train.runs import Glance

MOST_FIGURES, MOST_SETTINGS = 8, 24  # of which there are columns; it is told how many are left out
NAME, NOTE = "name", "note"
_BEST = " (that of the lowest loss, or by the figure that best names for the run: another epoch may do better in this)"
_ROWS = "on validation rows where there are some"
Value = Callable[[Glance], Any]


@dataclass(frozen=True)
class Column:
    """What of a run stands in a column: as text, and as what it is sorted by; None comes last."""

    key: str
    title: str
    about: str
    value: Value
    shown: Callable[[Glance], str]
    number: bool = False
    parameter: bool = False


def columns(runs: Sequence[Glance], several: bool) -> list[Column]:
    """For these runs; `several` where they are of several graphs."""
    return [
        Column(NAME, "run", "What changed since the run before it", lambda run: run.name, lambda run: run.name),
        Column(NOTE, "notes", "F2 writes here; kept in the run's folder", lambda run: run.note or None, _note),
        *([_graph()] if several else []),
        Column("when", "when", "When it began", lambda run: run.begun, _when, True),
        Column("state", "state", "How it ended", lambda run: run.state, lambda run: run.state),
        Column(
            "epochs",
            "epochs",
            "How many are done, in the runs that it went on from too",
            lambda run: run.epochs,
            _epochs,
            True,
        ),
        *_figures(runs),
        *(_setting(key) for key in differing(runs)[:MOST_SETTINGS]),
    ]


def left_out(runs: Sequence[Glance]) -> str:
    """For how much there is no column, in words."""
    more = [(len(_measured(runs)) - MOST_FIGURES, "figure"), (len(differing(runs)) - MOST_SETTINGS, "parameter")]
    return ", ".join(f"{many} {what}{'s' * (many != 1)} without a column" for many, what in more if many > 0)


def differing(runs: Sequence[Glance]) -> list[str]:
    """The parameters and settings that are not the same in all of these runs, as far as they have them.

    How many epochs were asked for stands beside how many are done.
    """
    keys = dict.fromkeys(key for run in runs for key in run.settings if key != "epochs")
    return [key for key in keys if _unlike(value for run in runs if (value := setting(run, key)) is not None)]


def _unlike(values: Iterator[Any]) -> bool:
    first = next(values, None)
    return any(each != first for each in values)


def setting(run: Glance, key: str) -> Any:
    """The value of ``adam.lr`` in a run, by default where it was not set; None where there is no such node."""
    if key in run.settings:
        return run.settings[key]
    node, dot, name = key.rpartition(".")
    spec = catalogue().get(run.types.get(node, "")) if dot else None
    return spec.defaults.get(name) if spec else None


def wanted(run: Glance, words: Sequence[str], keys: Sequence[str] = ()) -> bool:
    """Whether each of the words stands somewhere in what is known of a run; words are small letters.

    Parameters are found as the table tells them, what is so by default too in the columns of these `keys`.
    """
    set_to = {key: value for key in (*run.settings, *keys) if (value := setting(run, key)) is not None}
    settings = " ".join(f"{key}={_told(value)}" for key, value in set_to.items())
    whole = f"{run.name} {run.note} {run.state} {run.device} {graph_name(run)} {settings} {run.path.name}".lower()
    return all(word in whole or _in_digits(word) in whole for word in words)


def _in_digits(word: str) -> str:
    """``lr=0.00001`` as the table has it, ``lr=1e-5``; other words as they are."""
    name, equals, value = word.partition("=")
    try:
        return f"{name}={in_digits(float(value))}" if equals else word
    except (ValueError, OverflowError):
        return word


def _told(value: Any) -> str:
    """A parameter as it stands in a cell."""
    if isinstance(value, float):
        return in_digits(value)
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def in_order(runs: Sequence[Glance], column: Column, down: bool) -> list[Glance]:
    """Sorted by a column; runs for which it holds nothing come last either way."""
    there = [run for run in runs if column.value(run) is not None]
    try:
        there.sort(key=column.value, reverse=down)
    except TypeError:  # numbers and texts in one column
        there.sort(key=lambda run: str(column.value(run)), reverse=down)
    return [*there, *(run for run in runs if column.value(run) is None)]


def graph_name(run: Glance) -> str:
    """The name of the graph's file, else as the folder of its runs has it."""
    return Path(run.file).stem or run.path.parent.name.rpartition("-")[0] or run.path.parent.name


def _graph() -> Column:
    return Column("graph", "graph", "The graph's file", graph_name, graph_name)


def _when(run: Glance) -> str:
    return when(datetime.fromtimestamp(run.begun), datetime.now())


def _epochs(run: Glance) -> str:
    return str(run.epochs) if run.epochs == run.asked or not run.asked else f"{run.epochs} of {run.asked}"


def _note(run: Glance) -> str:
    return " ".join(run.note.split())


def _figures(runs: Sequence[Glance]) -> Iterator[Column]:
    """Of each figure the best epoch's and the last one's, the loss first."""
    for name in _measured(runs)[:MOST_FIGURES]:
        for which in ("best", "last"):
            about = f"{name} after the {which} epoch{_BEST if which == 'best' else ''}, {_ROWS}"
            at = f"at {which} epoch"
            yield Column(f"{name} {at}", f"{name}\n{at}", about, _figure(name, which), _text(name, which), True)


def _measured(runs: Sequence[Glance]) -> list[str]:
    names = dict.fromkeys(name for run in runs for name in (*run.last, *run.best))
    return sorted(names, key=lambda name: name != "loss")


def _figure(name: str, which: str) -> Value:
    return lambda run: getattr(run, which).get(name)


def _text(name: str, which: str) -> Callable[[Glance], str]:
    return lambda run: "" if (found := getattr(run, which).get(name)) is None else figure(found)


def _setting(key: str) -> Column:
    def value(run: Glance) -> Any:
        found = setting(run, key)
        return found if isinstance(found, int | float | str) else None if found is None else json.dumps(found)

    node, _, name = key.rpartition(".")
    return Column(
        key, f"{node}\n{name}" if node else name, key, value, lambda run: _told(setting(run, key)), True, True
    )
