"""Folds: each row is held out once, each fold is a run of its own, and a run of folds goes on where it was."""

import json
import statistics
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.check.split import folds_in
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.outcome import place, share
from runtime.train.pieces.folds import fold_classes, fold_groups, fold_rows
from runtime.train.pieces.main import keep_epoch
from runtime.train.pieces.split import split_classes, split_groups, split_parts
from runtime.train.resume import refusal
from runtime.train.told import Told
from runtime.train.worker import work
from tests.runtime.check.test_few import measured
from tests.runtime.generate.cases import graph_of, imported, program_of
from tests.runtime.train.runs import ready
from tests.runtime.train.test_loop import prepared, told, weights_of
from tests.runtime.train.test_split import graph, rows, trained_on

Program = Callable[..., Any]
KINDS = ("random", "stratified", "group")
FOLDS = 3


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Imports the program of a graph with some edits."""
    count = iter(range(100))

    def made(found: Graph | str, *edits: Edit) -> ModuleType:
        changed = applied(graph_of(found) if isinstance(found, str) else found, edits)
        return imported(program_of(changed).text, tmp_path / f"p{next(count)}.py")

    return made


@pytest.fixture(scope="module", autouse=True)
def _imports() -> Iterator[None]:
    """What is worked in this process is imported from its folder; afterwards nobody finds it there."""
    import sys

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        patch.setitem(sys.modules, "program", sys)
        yield


VALUES = st.lists(st.integers(0, 5), min_size=20, max_size=60)


@settings(max_examples=50)
@given(VALUES, st.integers(2, 5), st.floats(0, 0.4), st.integers(0, 9))
def test_that_each_row_is_held_out_once_and_never_trained_on_then(
    values: list[int], folds: int, share: float, seed: int
) -> None:
    column, count = torch.tensor(values), len(values)
    warnings.simplefilter("ignore")  # that a class has one row
    every = range(1, folds + 1)
    rest, _, test = split_parts(count, (0.0, share), seed)
    whole = [(rest, test, [fold_rows(rest, folds, fold, seed) for fold in every])]
    rest, _, test = split_classes(column, (0.0, share), seed)
    whole += [(rest, test, [fold_classes(rest, column, folds, fold, seed) for fold in every])]
    for rest, test, found in whole:
        assert torch.equal(torch.cat([held for _, held in found]).sort().values, rest)
        for training, held in found:
            assert torch.equal(torch.cat([training, held, test]).sort().values, torch.arange(count))
        sizes = [len(held) for _, held in found]
        assert max(sizes) - min(sizes) <= 1


@settings(max_examples=50)
@given(VALUES, st.integers(2, 7), st.integers(0, 9))
def test_that_folds_hold_out_as_many_rows_of_each_class_but_for_one(values: list[int], folds: int, seed: int) -> None:
    warnings.simplefilter("ignore")  # that a class has fewer rows than there are folds
    every = torch.arange(len(values))
    held = [fold_classes(every, values, folds, fold, seed)[1].tolist() for fold in range(1, folds + 1)]
    for each in set(values):
        counts = [sum(values[row] == each for row in part) for part in held]
        assert max(counts) - min(counts) <= 1


@settings(max_examples=50)
@given(st.lists(st.integers(1, 4), min_size=20, max_size=60), st.integers(2, 5), st.integers(0, 9))
def test_that_a_group_is_held_out_whole(sizes: list[int], folds: int, seed: int) -> None:
    groups = [group for group, size in enumerate(sizes) for _ in range(size)][::-1]
    rest, _, test = split_groups(groups, (0.0, 0.2), seed)
    found = [fold_groups(rest, groups, folds, fold, seed) for fold in range(1, folds + 1)]
    assert torch.equal(torch.cat([held for _, held in found]).sort().values, rest)
    for training, held in found:
        assert torch.equal(torch.cat([training, held, test]).sort().values, torch.arange(len(groups)))
        assert not {groups[row] for row in training.tolist()} & {groups[row] for row in held.tolist()}
    lengths = [len(held) for _, held in found]
    assert max(lengths) - min(lengths) <= max(sizes)


def test_that_classes_too_rare_for_all_folds_are_told_once() -> None:
    classes = ["a"] * 8 + ["b"] * 2 + ["c"]
    with pytest.warns(UserWarning, match="2 of the classes to split by have fewer rows than there are folds"):
        fold_classes(torch.arange(11), classes, 3, 1, 0)
    fold_classes(torch.arange(11), classes, 3, 2, 0)  # a warning would fail


def test_that_folds_that_cannot_be_filled_are_told() -> None:
    with pytest.raises(ValueError, match="a fold holds out 0 of 4 rows, at least 1 are needed: set folds lower"):
        fold_rows(torch.arange(4), 5, 1, 0)
    with pytest.raises(ValueError, match="a fold trains on 3 of 6 rows, at least 4 are needed: set folds higher"):
        fold_rows(torch.arange(6), 2, 1, 0, least=(4, 1))
    for fold in (1, 2, 3):  # whichever has too few, it is told before the first
        with pytest.raises(ValueError, match="a fold holds out 1 of 8 rows, at least 2 are needed: set folds lower"):
            fold_groups(torch.arange(8), list("aaaaabbc"), 3, fold, 0, least=(1, 2))
    with pytest.raises(ValueError, match="3 folds need as many groups in split_by, not 2: set folds lower"):
        fold_groups(torch.arange(6), list("aabbbb"), 3, 1, 0)


def each_fold(made: Any, *arguments: str) -> list[Any]:
    """The run as it is when each of its folds begins: the rows of its parts, what is trained on, and its weights."""
    run = prepared(made, "--epochs=1", *arguments)
    return [(rows(run), trained_on(run), weights_of(run)) for event in run if event["event"] == "started"]


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_that_what_is_learnt_in_a_fold_is_of_the_rows_it_trains_on(kind: str, loaded: bool, program: Program) -> None:
    drawn = graph(kind, folds=FOLDS, pin_memory=loaded)  # which is why samples are loaded
    as_they_are = each_fold(program(drawn))
    assert sorted(row for found, _, _ in as_they_are for row in found["validation"]) == sorted(
        row for part in ("training", "validation") for row in as_they_are[0][0][part]
    )
    for at, (parts, learnt, _) in enumerate(as_they_are):
        assert sorted(row for part in parts.values() for row in part) == list(range(300))
        made = program(drawn)
        noise = made.make_noise

        def read(*given: Any, noise: Any = noise, held: list[int] = parts["validation"]) -> dict[str, Any]:
            columns: dict[str, Any] = noise(*given)
            columns["value"][held] = 1e6
            columns["note"] = ["zebra" if row in held else text for row, text in enumerate(columns["note"])]
            return columns

        made.make_noise = read
        spoilt = each_fold(made)
        assert spoilt[at][:2] == (parts, learnt)
        assert spoilt[at - 1][1] != as_they_are[at - 1][1]  # which trains on these rows


def test_that_each_fold_begins_anew_from_a_seed_of_its_own_and_from_the_rows_of_one_reading(program: Program) -> None:
    made = program(graph("random", learning=False, folds=FOLDS))
    first, again, other = (each_fold(made, f"--seed={seed}") for seed in (1, 1, 2))
    assert first == again
    assert all(one[2] != two[2] for one, two in pairwise([*first, other[0]]))
    assert [found[0] for found in first] == [found[0] for found in other]


def test_that_events_say_their_fold_and_the_end_holds_the_figures_of_all(program: Program) -> None:
    events = list(prepared(program("folds"), "--epochs=2"))
    kinds = [(event["event"], event.get("fold")) for event in events if event["event"] != "step"]
    folds = [(kind, fold) for fold in (1, 2, 3) for kind in ("started", "epoch", "epoch")]
    assert kinds == [*folds, ("finished", None)]
    assert [event["folds"] for event in events if event["event"] == "started"] == [3, 3, 3]
    last = [event for event in events if event["event"] == "epoch" and event["epoch"] == 2]
    end = events[-1]
    assert [each["fold"] for each in end["folds"]] == [1, 2, 3]
    for side in ("train", "validation"):
        assert [each[side] for each in end["folds"]] == [each[side] for each in last]
    for side in ("train", "validation", "test"):
        for name in ("loss", "accuracy"):
            values = [each[side][name] for each in end["folds"]]
            assert end[side][name] == pytest.approx(statistics.mean(values))
            assert end["deviation"][side][name] == pytest.approx(statistics.pstdev(values))
    assert not end["stopped"]
    seconds = [event["seconds"] for event in events if "seconds" in event]
    assert seconds == sorted(seconds)


def test_that_started_tells_the_rows_of_its_fold(program: Program) -> None:
    run = prepared(program("folds"), "--epochs=1")
    found = [(event["fold"], event["rows"]) for event in run if event["event"] == "started"]
    assert found == [(1, {"training": 106, "validation": 54, "test": 18}), *((fold, found[1][1]) for fold in (2, 3))]
    assert found[1][1] == {"training": 107, "validation": 53, "test": 18}


PLACES = [(1, 1, 2), (2, 1, 3), (2, 1, "end"), (2, 2, "end"), (3, 2, 4)]  # fold, epoch, step
STOPS = [("folds", at) for at in PLACES] + [(name, PLACES[1]) for name in ("weights", "three_schedules", "metrics")]
STOPS += [("weights", PLACES[3]), ("flips", PLACES[1])]


@pytest.mark.parametrize(("name", "at"), STOPS, ids=str)
def test_that_a_run_of_folds_goes_on_as_if_it_had_not_been_stopped(
    program: Program, tmp_path: Path, name: str, at: tuple[Any, ...]
) -> None:
    size = 200 if name == "flips" else 24
    folds: list[Edit] = [("set", "batches", "folds", 3), ("set", "batches", "batch_size", size)]
    made = program(name, *folds)
    whole = prepared(made, "--epochs=2")
    expected = list(whole)
    begun, events, steps = prepared(made, "--epochs=2"), [], 0
    for event in begun:
        events.append(event)
        steps = 0 if event["event"] in ("started", "epoch") else steps + 1
        here = (event.get("fold"), event.get("epoch"), "end" if event["event"] == "epoch" else steps)
        begun.stopped = begun.stopped or here == at
    assert begun.stopped and events[-1]["stopped"]
    assert [each["fold"] for each in events[-1]["folds"]] == list(range(1, at[0]))
    torch.save(begun.state(), tmp_path / "checkpoint.pt")
    torch.manual_seed(99)  # what happens in between does not count
    resumed = prepared(program(name, *folds), "--epochs=2", f"--resume={tmp_path}")
    rest = list(resumed)
    assert told([*events, *rest]) == told(expected)
    assert weights_of(resumed) == weights_of(whole)
    assert {**rest[-1], "seconds": 0} == {**expected[-1], "seconds": 0}


def test_that_a_script_prints_the_fold_of_each_epoch_and_one_line_for_all(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = program("folds")
    monkeypatch.setattr("sys.argv", ["p", "--epochs=1", "--threads=1", "--device=cpu", f"--run-dir={tmp_path / 'run'}"])
    made.main()
    *epochs, last = capsys.readouterr().out.splitlines()
    assert [line.partition(" | train loss ")[0] for line in epochs] == [f"fold {n} | epoch 1" for n in (1, 2, 3)]
    end = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()][-1]
    for side in ("validation", "test"):
        for name, value in end[side].items():
            assert f" {name} {value:.4g} ± {end['deviation'][side][name]:.2g}" in last
    assert last.startswith("folds | validation loss ") and " | test loss " in last


def test_that_a_script_keeps_the_best_and_the_last_of_each_fold(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made, epochs = program("folds", ("run", "best", "loss"), ("set", "adam", "lr", 3.0)), 4
    given = [f"--epochs={epochs}", "--threads=1", "--device=cpu", f"--run-dir={tmp_path}"]
    monkeypatch.setattr("sys.argv", ["p", *given])
    made.main()
    told = {(e["fold"], e["epoch"]): e["best"] for e in read_events(tmp_path) if e["event"] == "epoch"}
    best = [told[fold, epochs] for fold in (1, 2, 3)]
    assert min(best) < epochs
    for fold, epoch in enumerate(best, 1):
        for name, over in (("best", epoch), ("checkpoint", epochs)):
            state = torch.load(tmp_path / f"{name}-{fold}.pt", weights_only=True)
            assert state["place"][:3] == (fold, over + 1, 0)
    assert {file.name for file in tmp_path.glob("*.p*t")} == {
        "checkpoint.pt",
        *(f"{name}-{fold}.pt" for name in ("best", "checkpoint") for fold in (1, 2, 3)),
    }


def test_that_the_app_follows_all_folds_and_keeps_the_weights_of_each(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "folds", epochs=1)
    assert work(folder, arguments_of(folder)) == 0
    events = read_events(folder)
    saved = [event["path"] for event in events if event["event"] == "saved"]
    assert saved == [f"weights-{fold}.safetensors" for fold in (1, 2, 3)]
    files = [(folder / name).read_bytes() for name in (*saved, "weights.safetensors")]
    assert len({*files}) == 3 and files[2] == files[3]
    assert events[-1]["event"] == "finished" and len(events[-1]["folds"]) == 3


def test_that_what_is_predicted_of_each_fold_changes_no_figure(program: Program, tmp_path: Path) -> None:
    by_chance: list[Edit] = [
        ("add", "noise", "torch.randn_like", {}),
        ("insert", "noisy", "torch.add", {}, "head.output", "loss.input", "input", "output"),
        ("connect", "head.output", "noise.input"),
        ("connect", "noise.output", "noisy.other"),
    ]
    folder = ready(tmp_path / "run", "folds", *by_chance, epochs=1)
    assert work(folder, arguments_of(folder)) == 0
    assert (folder / "predictions.json").is_file()
    script = list(prepared(program("folds", *by_chance), "--epochs=1"))
    assert {**read_events(folder)[-1], "seconds": 0} == {**script[-1], "seconds": 0}


def test_that_a_run_that_is_asked_to_stop_in_its_second_fold_goes_on_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ready(tmp_path / "whole", "folds", epochs=2)
    assert work(whole, arguments_of(whole)) == 0
    folder = ready(tmp_path / "run", "folds", epochs=2)
    write = Told.write

    def asking(self: Told, event: dict[str, Any]) -> bool:
        if event["event"] == "step" and (event["fold"], event["step"]) == (2, 9):
            (folder / "control").write_text("stop\n")
        return write(self, event)

    monkeypatch.setattr("runtime.train.told.OFTEN", 0.0)  # so that it looks after this very step
    monkeypatch.setattr(Told, "write", asking)
    assert work(folder, arguments_of(folder)) == 0
    last = read_events(folder)[-3:]
    assert [event["event"] for event in last] == ["step", "saved", "finished"]
    assert last[2]["stopped"] and [each["fold"] for each in last[2]["folds"]] == [1]
    again = ready(folder, "folds", epochs=2, resume=folder)
    monkeypatch.setattr(Told, "write", write)
    assert work(again, arguments_of(again)) == 0
    expected, found = read_events(whole), read_events(again)
    assert told(found) == told(expected)
    assert {**found[-1], "seconds": 0} == {**expected[-1], "seconds": 0}
    for name in (*(f"weights-{fold}.safetensors" for fold in (1, 2, 3)), "predictions.json"):
        assert (again / name).read_bytes() == (whole / name).read_bytes()


def test_that_a_checkpoint_of_other_folds_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "folds", epochs=1)
    plain = applied(graph_of("folds"), [("unset", "batches", "folds")])
    assert refusal(folder, graph_of("folds")) is None
    words = "in the run to go on from; set them back, or train anew"
    assert refusal(folder, plain) == f"the graph has no folds, but 3 {words}"
    other = ready(tmp_path / "other", plain, epochs=1)
    assert refusal(other, graph_of("folds")) == f"the graph has 3 folds, but none {words}"


def test_that_only_a_file_of_rows_that_feed_collate_stands_in_place_of_folds() -> None:
    found = graph_of("given_files")
    found = applied(found, [("set", next(id for id, n in found.nodes.items() if n.type == "Collate"), "folds", 4)])
    assert folds_in(found) == 0
    table = found.nodes["flowers"]
    beside = [("unset", "flowers", "validation_path"), ("add", "other", table.type, table.parameters)]
    assert folds_in(applied(found, beside)) == 4


def test_that_a_script_of_folds_says_how_many_rows_its_metrics_need_in_each() -> None:
    found = applied(measured("R2Score", folds=3), [("set", "noise", "length", 60)])
    assert "fold_rows(training, FOLDS, options.fold, 0, least=(2, 2))" in program_of(found).text
    found = applied(found, [("set", "batches", "drop_last", True), ("remove", "figure")])
    assert "fold_rows(training, FOLDS, options.fold, 0, least=(32, 1))" in program_of(found).text


def test_that_a_script_refuses_a_checkpoint_of_other_folds(program: Program, tmp_path: Path) -> None:
    edits: list[list[Edit]] = [[], [("set", "batches", "folds", 4)], [("unset", "batches", "folds")]]
    three, four, plain = (program("folds", *each) for each in edits)
    for made, folder in ((three, tmp_path / "three"), (plain, tmp_path / "plain")):
        folder.mkdir()
        torch.save(prepared(made, "--epochs=1").state(), folder / "checkpoint.pt")
    for begun in ("three", "plain"):
        had = {"three": "3", "plain": "no"}[begun]
        told = f"the run to go on from has {had} folds, this one 4: set them back, or train anew."
        with pytest.raises(SystemExit, match=told):
            prepared(four, f"--resume={tmp_path / begun}")
    with pytest.raises(ValueError, match="too many values"):  # no line of a script without folds is about them
        prepared(plain, f"--resume={tmp_path / 'three'}")


def test_that_folds_that_are_over_are_not_joined_by_others_of_another_length(program: Program, tmp_path: Path) -> None:
    made = program("folds")
    run = prepared(made, "--epochs=1")
    list(run)
    torch.save(run.state(), tmp_path / "checkpoint.pt")
    with pytest.raises(SystemExit, match="2 of the folds had 1 epochs, so that the others have as many"):
        prepared(made, "--epochs=2", f"--resume={tmp_path}")


def test_that_progress_counts_all_folds() -> None:
    started = {"event": "started", "fold": 2, "folds": 4, "epochs": 5, "steps_per_epoch": 10}
    assert share(started, {"event": "step", "fold": 2, "epoch": 3, "step": 25}) == 75 / 200
    assert place(started, {"fold": 2, "epoch": 3}) == "fold 2 of 4, epoch 3 of 5"
    plain = {"event": "started", "epochs": 5, "steps_per_epoch": 10}
    assert share(plain, {"event": "epoch", "epoch": 3}) == 30 / 50
    assert place(plain, {"epoch": 3}) == "epoch 3 of 5"


@pytest.mark.parametrize("full", ["checkpoint", "checkpoint-1", "best-1"])
def test_that_an_epoch_of_a_fold_is_kept_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: str
) -> None:
    def save(state: dict[str, int], file: Path) -> None:
        if file.stem == full and state["epoch"] == 2:
            raise OSError("the disk is full")
        done(state, file)

    done = torch.save
    monkeypatch.setattr(torch, "save", save)
    keep_epoch({"epoch": 1}, tmp_path, {"best": 1, "epoch": 1, "fold": 1})
    with pytest.raises(OSError, match="the disk is full"):
        keep_epoch({"epoch": 2}, tmp_path, {"best": 2, "epoch": 2, "fold": 1})
    kept = {file.stem: torch.load(file)["epoch"] for file in tmp_path.glob("*.pt")}
    assert kept == {"best-1": 1, "checkpoint-1": 1, "checkpoint": 1}
