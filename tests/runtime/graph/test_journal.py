"""The journal as a file: what is written comes back, torn or not, and only journals of the dead are found."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.graph.edit import applied
from runtime.graph.file import dump
from runtime.graph.journal import SUFFIX, Journal, Step, lost, read
from runtime.graph.model import Graph
from runtime.graph.save import stamped, write_whole

ABOUT = {"title": "wine", "path": None, "origin": None, "saved": 0}


def grown(count: int) -> list[Step]:
    """A history of edits: nodes come, are noted, moved and go."""
    steps: list[Step] = [("", Graph())]
    for at in range(count):
        graph = steps[-1][1]
        if at % 4 == 3:
            graph = applied(graph, [("remove", f"n{at - 2}"), ("note", f"n{at - 1}", "a\u2028b\nc")])
        else:
            graph = applied(graph, [("add", f"n{at}", "nn.Linear", {"out_features": at + 1}, (at, 0))])
        steps.append((f"edit {at}", graph))
    return steps


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal of nothing yet."""
    made = Journal(tmp_path, ABOUT, [("", Graph())], 0)
    yield made
    made.end()


def test_that_every_step_comes_back(journal: Journal) -> None:
    steps = grown(9)
    for at, (text, graph) in enumerate(steps[1:], start=1):
        journal.add(graph, at, at, text)
    kept = read(journal.path.read_bytes())
    assert kept
    assert [text for text, _ in kept.steps] == [text for text, _ in steps]
    assert [dump(graph) for _, graph in kept.steps] == [dump(graph) for _, graph in steps]
    assert (kept.index, kept.edits) == (9, 9)


@pytest.mark.parametrize("seed", range(5))
def test_that_any_walk_through_the_history_comes_back(journal: Journal, seed: int) -> None:
    dice = random.Random(seed)
    stack: list[Step] = [("", Graph())]
    index = 0
    for number in range(60):
        way = dice.choice(["edit", "edit", "undo", "redo", "merge"])
        if way == "undo" and index:
            index -= 1
        elif way == "redo" and index < len(stack) - 1:
            index += 1
        elif way == "edit" or (way == "merge" and index == len(stack) - 1 and index):
            graph = applied(stack[index][1], [("add", f"n{number}", "nn.ReLU", {}, (number, 1.5))])
            index += way == "edit"
            stack[index:] = [(f"edit {number}", graph)]
        else:
            continue
        journal.add(stack[index][1], index, len(stack) - 1, stack[index][0])
        kept = read(journal.path.read_bytes())
        assert kept
        assert kept.index == index
        assert kept.steps == tuple(stack)


def test_that_a_history_written_at_once_is_the_same(tmp_path: Path) -> None:
    steps = grown(6)
    journal = Journal(tmp_path, ABOUT, steps, 4)
    kept = read(journal.path.read_bytes())
    assert kept
    assert (kept.steps, kept.index) == (tuple(steps), 4)
    journal.end()


def test_that_a_journal_torn_anywhere_gives_what_was_whole(journal: Journal) -> None:
    steps = grown(5)
    ends = [len(journal.path.read_bytes())]
    for at, (text, graph) in enumerate(steps[1:], start=1):
        journal.add(graph, at, at, text)
        ends.append(len(journal.path.read_bytes()))
    data = journal.path.read_bytes()
    for size in range(len(data) + 1):
        kept, whole = read(data[:size]), sum(end <= size for end in ends)
        assert (kept.steps if kept else ()) == tuple(steps[:whole])


def test_that_a_history_written_at_once_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    steps = grown(6)
    journal = Journal(tmp_path, ABOUT, steps, 4)
    data = journal.path.read_bytes()
    journal.add(steps[5][1], 5, 6, "redone")
    longer = journal.path.read_bytes()
    journal.end()
    file = tmp_path / f"torn{SUFFIX}"
    for size in range(1, len(longer) + 1, 7):
        file.write_bytes(longer[:size])
        found = list(lost(tmp_path))
        for each in found:
            each.leave()
        assert len(found) == (size >= len(data))
        assert file.exists() == bool(found)


BEGIN = b'{"format": "torchweave journal", "version": 1'
NONE = [b"", b"\n", b"no\n", b"[]\n", b'{"lines": []}\n', b"[" * 99999, BEGIN + b"}\n", bytes(range(256))]


@pytest.mark.parametrize("data", [*NONE, BEGIN + b', "lines": 7}\n{"index": 1}\n'])
def test_that_what_is_no_journal_is_none(data: bytes) -> None:
    assert read(data) is None


def test_that_only_journals_whose_process_is_gone_are_found(tmp_path: Path) -> None:
    journal = Journal(tmp_path, ABOUT, grown(2), 2)
    assert list(lost(tmp_path)) == []
    journal.file.close()  # as the system does when a process ends
    (found,) = lost(tmp_path)
    assert found.kept.steps == tuple(grown(2))
    assert list(lost(tmp_path)) == []  # it is held by whoever found it
    found.leave()
    (again,) = lost(tmp_path)
    again.end()
    assert list(tmp_path.iterdir()) == []


def test_that_a_journal_whose_file_holds_all_of_it_is_removed(tmp_path: Path) -> None:
    steps = grown(3)
    graph = tmp_path / "graph.json"
    graph.write_text(dump(steps[-1][1]), encoding="utf-8")
    about = ABOUT | {"path": str(graph), "stamp": stamped(graph)}
    Journal(tmp_path / "journals", about, steps, 3).file.close()
    (alike,) = lost(tmp_path / "journals")  # nothing was saved since; steps lead there and back
    alike.leave()
    write_whole(graph, graph.read_bytes())
    assert list(lost(tmp_path / "journals")) == []
    assert list((tmp_path / "journals").iterdir()) == []


def test_that_what_a_later_version_wrote_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / f"later{SUFFIX}"
    file.write_bytes(b'{"format": "torchweave journal", "version": 2}\n')
    assert list(lost(tmp_path)) == []
    assert file.exists()


def test_that_there_need_be_no_folder(tmp_path: Path) -> None:
    assert list(lost(tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("back", "on", "edits"),
    [(0, 0, 1), (0, 2, 3), (1, 0, 2), (1, 1, 3), (2, 2, 5)],
    ids="undone on also other longer".split(),
)
def test_that_edits_are_counted_from_what_the_file_holds(tmp_path: Path, back: int, on: int, edits: int) -> None:
    steps = grown(3)
    journal = Journal(tmp_path, ABOUT | {"saved": 3}, steps, 2)  # begun by an undo of what is saved
    for at in range(1, back + 1):
        journal.add(steps[2 - at][1], 2 - at, 3, "undo")
    graph = steps[2 - back][1]
    for at in range(3 - back, 3 - back + on):
        graph = applied(graph, [("add", f"new{at}", "nn.ReLU", {})])
        journal.add(graph, at, at, "another edit")
    kept = read(journal.path.read_bytes())
    journal.end()
    assert kept
    assert kept.edits == edits
