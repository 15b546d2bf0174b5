"""Which runs are of a graph: those in the folder of its file, and those that it brought along."""

from dataclasses import asdict
from pathlib import Path

import pytest

from runtime.places import draft_runs, runs_folder
from runtime.train import about
from runtime.train.belonging import ALSO, is_of, join, of_draft, runs_of
from runtime.train.folder import last_run, prepare_run
from runtime.train.runs import glances
from tests.runtime.generate.cases import graph_of

TWO, DRAFT = graph_of("two_models"), "0123456789ab"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What a graph is saved to."""
    return tmp_path / "drawn.json"


@pytest.fixture
def drawn() -> Path:
    """A run from before that."""
    run = prepare_run(TWO, None, {}, runs=draft_runs(DRAFT), draft=DRAFT)
    (run / "events.jsonl").touch()
    return run


def test_that_a_run_that_joins_a_file_stays_where_it_is_and_is_of_no_other(drawn: Path, file: Path) -> None:
    own = prepare_run(TWO, file, {}, runs_folder(file) / "29990101-000000-000")
    (own / "events.jsonl").touch()
    assert of_draft(drawn.parent, DRAFT) == [drawn] and of_draft(drawn.parent, "ba9876543210") == []
    kept = {run.folder: [stamp, asdict(run)] for run, stamp in glances(drawn.parent)}
    for _ in range(2):
        join([drawn], file, leave=True)
    assert len((runs_folder(file) / ALSO).read_text().split("\n")) == 3, "it is noted once"
    assert of_draft(drawn.parent, DRAFT) == [] and is_of(drawn, runs_folder(file)) and not is_of(drawn, drawn.parent)
    assert {*runs_of(runs_folder(file))} >= {drawn, own} and drawn.is_dir()
    assert [run.folder for run, _ in glances(runs_folder(file))] == [str(own), str(drawn)]
    assert [run.file for run, _ in glances(runs_folder(file), kept)] == [str(file)] * 2, "also where it was known"
    assert about.origin_of(drawn) == file
    assert [*runs_of(drawn.parent)] == [] and last_run(runs_folder(file)) == own


def test_that_a_run_of_one_file_can_be_of_another_one_too(file: Path, tmp_path: Path) -> None:
    run = prepare_run(TWO, file, {})
    (run / "events.jsonl").touch()
    join([run], tmp_path / "copy.json", leave=False)
    assert last_run(runs_folder(file)) == last_run(runs_folder(tmp_path / "copy.json")) == run
    assert about.origin_of(run) == file


def test_that_a_run_is_found_where_it_lies_when_the_file_knows_nothing_of_it_any_more(drawn: Path, file: Path) -> None:
    join([drawn], file, leave=True)
    (runs_folder(file) / ALSO).unlink()
    assert [*runs_of(drawn.parent)] == [drawn]


LINES = {
    "cut off": b'["untitled-0123', "out of the folder": b'["..", "outside"]', "up": b'["a", ".."]', "a number": b"7",
    "a list": b'["a", []]', "deep": b"[" * 100_000, "gone": b'["untitled-0123456789ab", "no"]', "empty": b"",
    "not UTF-8": b'["\xff", "\xff"]', "null": b'["a", "\\u0000"]', "elsewhere": b'["/", "outside"]',
    "huge": b'["a", "b"]\n' * 100_000, "three": b'["a", "b", "c"]', "long": b'["a", "%s"]' % (b"x" * 300),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_that_a_file_of_runs_can_hold_anything(name: str, drawn: Path, file: Path) -> None:
    runs_folder(file).mkdir(parents=True)
    for place in (drawn.parents[2] / "outside", drawn.parents[1] / "a" / "b" / "c"):  # runs that are none of a graph
        place.mkdir(parents=True)
        (place / "events.jsonl").touch()
    (runs_folder(file) / ALSO).write_bytes(LINES[name])
    assert last_run(runs_folder(file)) is None
    join([drawn], file, leave=True)
    assert last_run(runs_folder(file)) == drawn


def test_that_a_run_from_elsewhere_joins_no_file(file: Path, tmp_path: Path) -> None:
    join([prepare_run(TWO, None, {}, tmp_path / "by hand" / "run")], file, leave=True)
    assert not runs_folder(file).exists()


NOTES = {
    "null": b'"a\\u0000b"', "not JSON": b"x", "a number": b"3", "empty": b"", "long": b'"%s"' % (b"x/" * 200_000),
    "a circle": b'"CIRCLE/x.json"', "deep": b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", NOTES)
def test_that_a_note_of_a_file_can_hold_anything(name: str, drawn: Path, file: Path, tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (drawn / about.SAVED_AS).write_bytes(NOTES[name].replace(b"CIRCLE", bytes(tmp_path / "circle")))
    assert [*runs_of(drawn.parent)] == [drawn] and [run.folder for run, _ in glances(drawn.parent)] == [str(drawn)]
    join([drawn], file, leave=True)
    assert about.origin_of(drawn) == file and [*runs_of(drawn.parent)] == []


@pytest.mark.parametrize("name", ["a\u2028b.json", "a\u0085b.json", "a\nb.json", "a\rb.json", "\u00e9.json"])
def test_that_a_file_can_be_called_anything(name: str, tmp_path: Path) -> None:
    one = tmp_path / name
    run = prepare_run(TWO, one, {})
    (run / "events.jsonl").touch()
    join([run], tmp_path / "copy.json", leave=True)
    assert last_run(runs_folder(tmp_path / "copy.json")) == run
    about.save_as(run, one)
    assert about.file_of(run) == one
