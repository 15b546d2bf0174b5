"""Bad data on the whole way of a user: what a look, a check and a run say of each kind, and that none of them hangs."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from runtime import cli
from runtime.graph.edit import Edit
from runtime.graph.file import load
from runtime.started import command, environment
from runtime.train.changed import remember
from runtime.train.events import read_events
from runtime.train.folder import arguments_of, prepare_run
from runtime.train.look import look
from runtime.train.worker import work
from tests.runtime.commands import finished
from tests.runtime.train.bad_data import (
    ARRAYS,
    NAMED,
    PICTURES,
    ROWS,
    TABLE,
    TEXTS,
    Data,
    Spoil,
    a_pipe,
    arrays,
    as_json,
    bomb,
    cut,
    gone,
    holds,
    row,
)
from tests.runtime.train.bad_kinds import KINDS, LINE
from tests.runtime.train.runs import Event, own_function, ready
from tests.runtime.train.test_samples import held_out

LONGEST = 10  # seconds that a look, a check or a run of bad data may take


@contextmanager
def seconds(most: int) -> Iterator[None]:
    """Fails where something has not ended by then, whatever it waits for."""

    def late(*_: Any) -> None:
        raise AssertionError(f"nothing came within {most} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(most)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module", autouse=True)
def _optimizers_are_imported() -> None:
    """Torch takes seconds for the first optimizer of a process."""
    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))])


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Runs in this process leave nothing behind."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "path_hooks", [*sys.path_hooks])
    monkeypatch.setitem(sys.modules, "program", sys)
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def run(file: Path) -> list[Event]:
    """The events of a run of a graph's file, in this process."""
    folder = prepare_run(load(file.read_bytes()), file, {"threads": 1, "device": "cpu"})
    with seconds(LONGEST):
        work(folder, arguments_of(folder))
    return read_events(folder)


def of_kind(events: list[Event], kind: str) -> list[tuple[str, str]]:
    """Nodes and sentences of events."""
    return [(event["node"], event["message"]) for event in events if event["event"] == kind]


def drawn(folder: Path, data: Data, **parameters: Any) -> Path:
    """A graph that trains on data in the same folder, which is written too."""
    data.write(folder / data.path)
    file = folder / "graph.json"
    file.write_bytes(as_json(data.graph(**parameters)))
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_that_bad_data_is_told_in_one_sentence_by_look_check_and_run(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = KINDS[kind]
    file = drawn(tmp_path, bad.data)
    bad.spoil(tmp_path / bad.data.path)
    with seconds(LONGEST):
        found = look(tmp_path / bad.data.path)
    said = [found["problem"]] if "problem" in found else found["notes"]
    assert bad.look is None or any(bad.look in each for each in said)
    assert bad.look is not None or "problem" not in found
    with seconds(LONGEST):
        code = cli.main(["check", str(file)])
    told = capsys.readouterr().out
    assert (code == 0) == (bad.check is None)
    assert (bad.check or "sound") in told
    events = run(file)
    if bad.run is None:
        assert events[-1]["event"] == "finished"
        return
    ((node, sentence),) = of_kind(events, "failed")
    assert node == bad.run[0]
    assert re.search(bad.run[1].replace("{'", r"\{'"), sentence)
    assert "\n" not in sentence and not sentence.startswith("ValueError")
    assert not [event for event in events if event["event"] == "step"]
    assert not (tmp_path / "was_run").exists()


@pytest.mark.soak
def test_that_a_command_that_trains_on_bad_data_ends_with_the_sentence(tmp_path: Path) -> None:
    file = drawn(tmp_path, TABLE)
    row(7, "six,1,x")(tmp_path / "flowers.csv")
    code, output, errors = finished("train", file, "--run-dir", tmp_path / "run", "--device", "cpu")
    assert (code, output) == (1, "")
    sentence = f"flowers.csv, line 7: 'six' in 'a' cannot be read as number; {LINE}"
    assert errors.splitlines()[-1] == f"torchweave: flowers: {sentence}"


def test_that_what_nobody_may_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drawn(tmp_path, TABLE)
    opened = Path.open

    def refuse(path: Path, *how: Any, **more: Any) -> Any:  # whoever runs the tests may read everything
        if path.name == "flowers.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", refuse)
    assert look(tmp_path / "flowers.csv") == {"problem": "flowers.csv cannot be read: Permission denied"}
    ((node, sentence),) = of_kind(run(file), "failed")
    assert (node, sentence) == ("flowers", f"{tmp_path / 'flowers.csv'} cannot be read: Permission denied.")


# --- what is told, and trained on


def test_that_a_class_that_is_seen_once_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    file = drawn(tmp_path, ARRAYS)
    learnt = next(each for each in range(ROWS) if each not in held_out(ROWS))
    label = np.zeros(ROWS, np.int64)
    label[learnt] = 1
    arrays(label=label)(tmp_path / "flowers.npz")
    events = run(file)
    told = "label: class 1 is seen once in all the data, too little to learn from. Add rows of it, or leave it out."
    assert of_kind(events, "warning") == [("flowers", told)]
    assert events[-1]["event"] == "finished"


def test_that_rows_that_are_left_out_are_counted_in_the_log(tmp_path: Path) -> None:
    file = drawn(tmp_path, TABLE, bad_rows="skip")
    row(7, "six,1,x")(tmp_path / "flowers.csv")
    events = run(file)
    told = "flowers.csv: 1 of 24 rows is left out, line 7: 'six' in 'a' cannot be read as number"
    assert of_kind(events, "warning") == [("flowers", told)]
    assert (events[-1]["event"], sum(next(e for e in events if e["event"] == "started")["rows"].values())) == (
        "finished",
        23,
    )


LEFT_OUT: dict[str, tuple[Data, dict[str, Spoil], str]] = {
    "pictures": (
        PICTURES,
        {"flowers/x/04.jpg": cut(300), "flowers/y/05.jpg": holds(b""), "flowers/x/z.png": holds(bomb())},
        "flowers: 3 of 25 pictures cannot be decoded and are left out: x/04.jpg, x/z.png, y/05.jpg",
    ),
    "texts": (
        TEXTS,
        {"flowers/x/04.txt": holds(b"f\xfcr"), "flowers/x/a.txt": a_pipe(), "flowers/y/05.txt": holds(b"\xff\xfea")},
        "flowers: 3 of 25 texts cannot be decoded and are left out: x/04.txt, x/a.txt, y/05.txt",
    ),
    "pictures of a table": (
        NAMED,
        {"x/04.jpg": cut(300), "y/05.jpg": gone()},
        "flowers.csv: 2 of 24 rows lack a picture that can be decoded and are left out: x/04.jpg, y/05.jpg",
    ),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_that_files_that_cannot_be_decoded_are_left_out_and_counted_where_that_is_asked_for(
    kind: str, tmp_path: Path
) -> None:
    data, spoiled, told = LEFT_OUT[kind]
    file = drawn(tmp_path, data, bad_files="skip")
    for name, spoil in spoiled.items():
        spoil(tmp_path / name)
    events = run(file)
    assert [each for each in of_kind(events, "warning") if each[0] == "flowers"] == [("flowers", told)]
    rows = next(event for event in events if event["event"] == "started")["rows"]
    assert (events[-1]["event"], sum(rows.values())) == ("finished", 22)


def test_that_a_folder_of_which_no_picture_is_left_ends_the_run(tmp_path: Path) -> None:
    file = drawn(tmp_path, PICTURES, bad_files="skip")
    for each in (tmp_path / "flowers").rglob("*.jpg"):
        each.write_bytes(b"no picture")
    ((node, sentence),) = of_kind(run(file), "failed")
    assert node == "flowers"
    assert sentence == ("flowers: 24 of 24 pictures cannot be decoded: x/00.jpg, x/02.jpg, x/04.jpg and 21 more")


# --- data that has changed since it was looked at


CHANGES: dict[str, tuple[Data, Spoil, bool]] = {
    "other rows": (TABLE, row(7, "9,9,y"), True),
    "a row more": (TABLE, row(7, "9,9,y\n8,8,x"), True),
    "the same again": (TABLE, TABLE.write, False),
    "a picture more": (PICTURES, lambda path: Image.new("RGB", (9, 9)).save(path / "x" / "new.png"), True),
    "the same pictures": (PICTURES, lambda path: os.utime(path / "x" / "00.jpg", (1, 1)), False),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_that_data_that_changed_since_the_last_look_is_told_and_trained_on(kind: str, tmp_path: Path) -> None:
    data, change, is_told = CHANGES[kind]
    file = drawn(tmp_path, data)
    remember(look(tmp_path / data.path), tmp_path / data.path)
    change(tmp_path / data.path)
    events = run(file)
    told = of_kind(events, "warning")
    assert len(told) == is_told
    when = r"\(\d{1,2} \w{3} \d\d:\d\d\)"
    todo = "Look again in the inspector if columns or classes are others."
    for node, sentence in told:
        assert node == "flowers"
        assert re.fullmatch(f"{data.path} has changed since it was looked at {when}. {todo}", sentence)
    assert events[-1]["event"] == "finished"


def test_that_a_look_in_a_process_is_remembered(tmp_path: Path) -> None:
    file = drawn(tmp_path, TABLE)
    line = command("runtime.train.look", str(tmp_path / "flowers.csv"))
    subprocess.run(line, env=environment(), capture_output=True, timeout=6 * LONGEST, check=True)
    assert of_kind(run(file), "warning") == []
    row(7, "9,9,y")(tmp_path / "flowers.csv")
    assert len(of_kind(run(file), "warning")) == 1


def test_that_a_file_that_goes_between_a_look_and_a_run_is_named(tmp_path: Path) -> None:
    file = drawn(tmp_path, TABLE)
    remember(look(tmp_path / "flowers.csv"), tmp_path / "flowers.csv")
    (tmp_path / "flowers.csv").unlink()
    events = run(file)
    said = f"There is no file {tmp_path / 'flowers.csv'}. Put it back, or choose another in flowers."
    assert of_kind(events, "failed") == [("flowers", said)]


# --- functions of the user's own; workers that are killed or hang are in test_loader


OWN: dict[str, tuple[str, list[Edit], str]] = {
    "StopIteration": (
        "next(iter(()))",
        [],
        "it raised StopIteration. An own function ends with return",
    ),
    "StopIteration in a worker": (
        "next(iter(()))",
        [("set", "batches", "num_workers", 1)],
        "the data ended after 0 of 3 batches: collating them raised StopIteration. An own function ends with return",
    ),
    "data that ends early": ("titles[len(titles)]", [], "IndexError: list index out of range"),
}


@pytest.mark.parametrize("kind", OWN)
def test_that_what_makes_batches_and_fails_is_told_at_the_loader(kind: str, tmp_path: Path) -> None:
    body, edits, sentence = OWN[kind]
    folder = ready(tmp_path / "run", "own_function", own_function(body), *edits)
    with seconds(LONGEST):
        work(folder, arguments_of(folder))
    ((node, told),) = of_kind(read_events(folder), "failed")
    assert node == "batches"
    assert told.startswith(sentence)
