"""A journal of unsaved work: a file that grows by a line an edit, so that a crash or a kill costs nothing.

The first line holds a graph as the lines of its file, each further one a step: which lines gave way to which, and to
where in the history that leads. Graphs are read from it as from any file: nothing in it is run.
"""

import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

from runtime.graph.difference import splice
from runtime.graph.file import Refused, dump, load
from runtime.graph.model import Graph
from runtime.graph.save import stamped
from runtime.lock import hold

FORMAT, VERSION, SUFFIX = "torchweave journal", 1, ".jsonl"
PATIENCE = 50  # hundredths of a second
Step = tuple[str, Graph]  # what an edit is called, and the graph after it


class Journal:
    """The journal of one open graph. It is held by this process, so that no other one takes it for left behind."""

    def __init__(self, folder: Path, about: Mapping[str, Any], steps: Sequence[Step], index: int) -> None:
        """`steps` is the history, the graph before all edits first; `index` where in it the user is. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{datetime.now():%Y%m%d-%H%M%S}-", suffix=SUFFIX, dir=folder)
        self.file: IO[bytes] = os.fdopen(descriptor, "ab")
        self.path = Path(name)
        _hold_soon(self.file)
        self.lines = _lines(steps[0][1])
        history = [(graph, at, at, text) for at, (text, graph) in enumerate(steps[1:], start=1)]
        if index < len(steps) - 1:
            history.append((steps[index][1], index, len(steps) - 1, steps[index][0]))
        known = {"format": FORMAT, "version": VERSION, **about, "records": len(history)}
        self._write(known | {"lines": self.lines})
        for each in history:
            self._write(self._step(*each))
        self._flush()

    def add(self, graph: Graph, index: int, count: int, text: str) -> None:
        """The graph after an edit, undo or redo, which is step `index` of a history of `count`. Raises OSError."""
        self._write(self._step(graph, index, count, text))
        self._flush()

    def end(self) -> None:
        """The work is saved, or given up on purpose."""
        self.file.close()
        self.path.unlink(missing_ok=True)

    def _step(self, graph: Graph, index: int, count: int, text: str) -> dict[str, Any]:
        before, self.lines = self.lines, _lines(graph)
        change = splice(tuple(before), tuple(self.lines))
        where = {"index": index, "count": count, "text": text}
        return where | {"at": change.at, "gone": len(change.old), "lines": change.new}

    def _write(self, record: Mapping[str, Any]) -> None:
        self.file.write(json.dumps(record).encode() + b"\n")

    def _flush(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())


@dataclass(frozen=True)
class Kept:
    """What a journal tells: whose work it is, the history, and where in it the user was."""

    about: Mapping[str, Any]
    steps: tuple[Step, ...]
    index: int
    edits: int  # how many steps lie between what its file holds and the work

    def file(self, key: str) -> Path | None:
        """`path` or `origin` of the document."""
        found = self.about.get(key)
        return Path(found) if isinstance(found, str) and found else None


@dataclass(frozen=True)
class Lost:
    """A journal whose editor ended without a word. It is held here, so that it is offered in one window only."""

    kept: Kept
    path: Path
    file: IO[bytes]

    @property
    def time(self) -> datetime:
        """When the last edit was made."""
        return datetime.fromtimestamp(os.fstat(self.file.fileno()).st_mtime)

    def end(self) -> None:
        """The work was taken over, or given up on purpose."""
        self.file.close()
        self.path.unlink(missing_ok=True)

    def leave(self) -> None:
        """Let another window offer it."""
        self.file.close()


def lost(folder: Path) -> Iterator[Lost]:
    """The journals that nobody holds and that hold more than their graph's file; the others of them are removed."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with suppress(OSError):  # of another user, or gone meanwhile
            file = path.open("r+b")
            if not hold(file):
                file.close()
                continue
            data = file.read()
            kept = read(data)
            if kept and not _saved(kept):
                yield Lost(kept, path, file)
                continue
            file.close()
            if kept or _half_begun(data):  # empty: just begun; not understood: a later version may do so
                path.unlink(missing_ok=True)


def read(data: bytes) -> Kept | None:
    """A journal up to where its process ended or it is torn; None for what is none, or of a later version.

    With a part of the history that it was begun with, an older graph would pass for the work: that is none too.
    """
    first, *records = [_record(line) for line in data.split(b"\n")[:-1]] or [None]
    if first is None or not _ours(first) or len(records) < _at_once(first):
        return None
    with suppress(KeyError, TypeError):
        return _replayed(first, takewhile(lambda record: record is not None, records))
    return None


def _ours(first: Mapping[str, Any]) -> bool:
    return first.get("format") == FORMAT and first.get("version") == VERSION


def _at_once(first: Mapping[str, Any]) -> int:
    """How many records were written with the first line, before anybody was told that edits are kept."""
    found = first.get("records")
    return found if isinstance(found, int) else 0


def _half_begun(data: bytes) -> bool:
    """Whether its process ended while it was begun, so that nothing is kept in it."""
    head, *records = data.split(b"\n")
    first = _record(head)
    return bool(data) and (not records or (first is not None and _ours(first) and len(records) <= _at_once(first)))


def _replayed(first: dict[str, Any], records: Iterable[dict[str, Any] | None]) -> Kept | None:
    lines = [str(line) for line in first["lines"]]
    texts, states, index = [""], ["\n".join(lines)], 0
    begun, at_once = states, _at_once(first)  # an older version did not tell how it was begun
    for number, record in enumerate(records, start=1):
        if record is None or not {"index", "count", "text", "at", "gone", "lines"} <= record.keys():
            break
        lines[record["at"] : record["at"] + record["gone"]] = record["lines"]
        index, stop = record["index"], record["count"] + 1
        texts[index:] = [record["text"], *texts[index + 1 : stop]]
        states[index:] = ["\n".join(lines), *states[index + 1 : stop]]
        if number == at_once:
            begun = [*states]
    edits = _apart(first.get("saved"), begun, states, index)
    return _readable(first, texts, [_graph(text) for text in states], index, edits)


def _apart(saved: Any, begun: Sequence[str], states: Sequence[str], index: int) -> int:
    """How many steps lead from what was saved to where the user is: back to where they part, and on from there.

    All edits where the history holds nothing that was saved.
    """
    if not isinstance(saved, int) or not 0 <= saved < len(begun):
        return index
    together = [*takewhile(lambda at: begun[at] == states[at], range(min(saved, index) + 1))]
    return saved + index - 2 * max(0, len(together) - 1)


def _readable(
    about: dict[str, Any], texts: list[str], graphs: list[Graph | None], index: int, edits: int
) -> Kept | None:
    """The part of the history around where the user was that can be read."""
    while index and graphs[index] is None:
        index -= 1
    before = [*takewhile(lambda at: graphs[at] is not None, range(index, -1, -1))]
    behind = [*takewhile(lambda at: graphs[at] is not None, range(index + 1, len(graphs)))]
    steps = tuple((texts[at], graph) for at in [*before[::-1], *behind] if (graph := graphs[at]) is not None)
    return Kept(about, steps, len(before) - 1, edits) if steps else None


def _saved(kept: Kept) -> bool:
    """Whether the graph's file holds all of it: the process ended after saving and before the journal was removed.

    A file that is the one of which the journal tells was not saved since; it is alike by chance, edited there and back.
    """
    path = kept.file("path")
    try:
        if path is None or list(stamped(path)) == kept.about.get("stamp"):
            return False
        return path.read_bytes() == dump(kept.steps[kept.index][1]).encode()
    except OSError:
        return False


def _hold_soon(file: IO[bytes]) -> None:
    """Another window may be looking through the journals at this very moment."""
    for _ in range(PATIENCE):
        if hold(file):
            return
        time.sleep(0.01)


def _lines(graph: Graph) -> list[str]:
    return dump(graph).split("\n")


def _graph(text: str) -> Graph | None:
    try:
        return load(text.encode())
    except Refused:
        return None


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
