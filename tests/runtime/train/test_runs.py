"""What is known of runs at a glance, what a run notes of itself, and its curves for TensorBoard."""

import builtins
import json
import math
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.places import glances_file, runs_folder
from runtime.started import command, environment
from runtime.train import about, changed
from runtime.train.events import FILE, read_events
from runtime.train.folder import arguments_of, options_of, prepare_run
from runtime.train.runs import Glance, glance, glances, write_note
from runtime.train.tensorboard import MISSING, NotWritten, main, points, shows, write
from runtime.train.worker import work
from tests.editor.training.conftest import told
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.past import run_in
from tests.runtime.train.runs import ready

TWO = graph_of("two_models")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the runs of a graph."""
    return runs_folder(tmp_path / "g.json")


def listed(*roots: Path) -> list[Glance]:
    """What the process prints."""
    done = subprocess.run(
        command("runtime.train.runs", *map(str, roots)), capture_output=True, check=True, env=environment()
    )
    return [Glance(**json.loads(line)) for line in done.stdout.splitlines()]


def test_that_runs_are_told_newest_first_each_named_by_what_changed(root: Path) -> None:
    wider = applied(TWO, [("set", "dense", "out_features", 8)])
    run_in(root, "20260102-100000-000", TWO)
    run_in(root, "20260102-110000-000", wider)
    run_in(root, "20260102-120000-000", wider, list(told(epochs=9))[:100])
    (root / "no run").mkdir()
    found = [run for run, _ in glances(root)]
    assert [run.name for run in found] == ["same graph", "dense.out_features 32 → 8", "first run"]
    assert [run.state for run in found] == ["running", "finished", "finished"]
    last = found[1]
    assert (last.epochs, last.asked, last.side, last.device) == (3, 3, "validation", "cpu")
    assert last.last == {"loss": pytest.approx(2.2 / 3), "accuracy": 0.875}
    assert last.settings["dense.out_features"] == 8
    assert found[0].asked == 9


def test_that_the_name_of_a_run_stays_when_the_runs_before_it_go(root: Path, tmp_path: Path) -> None:
    first = run_in(root, "20260102-100000-000", TWO)
    second = prepare_run(applied(TWO, [("set", "dense", "out_features", 8)]), tmp_path / "g.json", {})
    (second / FILE).touch()
    assert [run.name for run in listed(root)] == ["dense.out_features 32 → 8", "first run"]
    shutil.rmtree(first)
    assert [run.name for run in listed(root)] == ["dense.out_features 32 → 8"]
    assert glance(shutil.copytree(second, tmp_path / "elsewhere" / "run")).name == "dense.out_features 32 → 8"
    assert about.name_of(prepare_run(TWO, tmp_path / "g.json", {}, tmp_path / "wide")) == "wide", "its user named it"


def test_that_a_run_that_goes_on_says_from_what_and_counts_the_epochs_of_the_whole_training(
    root: Path, tmp_path: Path
) -> None:
    first, wider = run_in(root, "20260102-100000-000", TWO), applied(TWO, [("set", "adam", "lr", 0.5)])
    events = list(told(epochs=5))
    since = next(at for at, event in enumerate(events) if event.get("epoch") == 4)
    begun = [event for event in events if event["event"] == "started"]
    second = prepare_run(wider, tmp_path / "g.json", {"resume": first, "epochs": 5})
    third = prepare_run(wider, tmp_path / "g.json", {"resume": second, "epochs": 7})
    for folder in (second, third):
        (folder / FILE).write_text("".join(json.dumps(event) + "\n" for event in (*begun, *events[since:])))
    (found, _), (again, _), _ = glances(root)
    assert (again.name, again.epochs, again.asked) == ("continues first run, adam.lr 0.003 → 0.5 from epoch 4", 5, 5)
    assert found.name == f"{again.name} to epoch 7", "it goes on from that one, with more epochs"
    prepare_run(wider, tmp_path / "g.json", {"resume": second}, second)
    with (second / FILE).open("a") as file:
        file.write("".join(json.dumps(event) + "\n" for event in (*begun, *events[since:-1])))
    whole = glance(second)
    assert (whole.name, whole.epochs, whole.state) == (again.name, 5, "running"), "told again, they count once"


def went_on(folder: Path, before: Path) -> Path:
    """A run as one that went on from another."""
    (folder / "arguments.json").write_text(json.dumps(["--resume", str(before)]))
    return folder


def test_that_the_best_epoch_is_that_of_the_whole_training_as_long_as_the_same_is_watched(root: Path) -> None:
    begun = {"event": "started", "epochs": 4, "watched": "loss"}
    epochs = [
        {"event": "epoch", "epoch": at, "train": {"loss": loss}} for at, loss in enumerate((0.5, 0.1, 0.3, 0.2), 1)
    ]
    first = run_in(root, "a", TWO, [begun, *epochs[:3]])
    second = went_on(run_in(root, "b", TWO, [begun, *epochs[2:]]), first)
    assert (glance(second).best, glance(second).last, glance(second).epochs) == ({"loss": 0.1}, {"loss": 0.2}, 4)
    other = {**begun, "watched": "another loss"}
    assert glance(went_on(run_in(root, "c", TWO, [other, *epochs[2:]]), first)).best == {"loss": 0.2}
    said = [{**epoch, "best": min(epoch["epoch"], 2)} for epoch in epochs]  # type: ignore[call-overload]  # plain JSON
    first, second = run_in(root, "d", TWO, [begun, *said[:2]]), run_in(root, "e", TWO, [begun, *said[2:]])
    assert glance(went_on(second, first)).best == {"loss": 0.1}
    shutil.rmtree(first)
    assert glance(second).epochs == 4, "those that nobody can read any more were done"
    back_at_two = went_on(run_in(root, "f", TWO, [begun, {"event": "step", "step": 9, "epoch": 2}]), root / "a")
    assert (glance(back_at_two).epochs, glance(back_at_two).best) == (1, {"loss": 0.5}), "its checkpoint was older"


def test_that_what_was_read_is_read_again_where_the_run_that_it_went_on_from_has_changed(root: Path) -> None:
    first = run_in(root, "a", TWO, list(told(epochs=2)))
    events = list(told(epochs=3))
    since = next(at for at, event in enumerate(events) if event.get("epoch") == 3)
    went_on(run_in(root, "b", TWO, events[since:]), first)
    assert [run.best["accuracy"] for run in listed(root)] == [0.875, 0.75]
    again = [json.dumps({"event": "epoch", "epoch": 1, "validation": {"loss": 0.01, "accuracy": 0.5}})]
    (first / FILE).write_text("\n".join([*again, ""]))
    assert [run.best["accuracy"] for run in listed(root)] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ({"event": "finished", "stopped": True}, "stopped"),
        ({"event": "failed", "node": None, "message": "It broke."}, "failed"),
        ({"event": "failed", "node": None, "message": "The run was ended at once after step 3."}, "ended"),
        ({"event": "finished", "train": {"loss": "NaN"}}, "diverged"),
        ({"event": "epoch", "epoch": 4, "train": {"loss": 0.1}}, "broken off"),
        ({"event": "paused"}, "broken off"),
    ],
)
def test_that_the_state_of_a_run_is_how_it_ended(root: Path, end: dict[str, Any], state: str) -> None:
    folder = run_in(root, "a", TWO, [*list(told())[:-1], end])
    os.utime(folder / "events.jsonl", (0, 0))
    found = glance(folder)
    assert found.state == state
    os.utime(folder / "events.jsonl")  # somebody wrote to it just now
    begun = {"paused": "paused", "epoch": "running"}
    assert glance(folder).state == begun.get(end["event"], state)
    assert found.told == end.get("message", "")


def test_that_the_best_epoch_is_the_one_that_the_run_says_or_that_of_the_lowest_loss(root: Path) -> None:
    figures = [(1, 0.5, 0.7), (2, 0.3, 0.8), (3, 0.4, 0.9), (4, "NaN", 0.9)]
    epochs = [{"event": "epoch", "epoch": n, "train": {"loss": loss, "accuracy": a}} for n, loss, a in figures]
    assert glance(run_in(root, "a", TWO, epochs)).best == {"loss": 0.3, "accuracy": 0.8}
    said = [{**event, "best": min(event["epoch"], 3)} for event in epochs]  # type: ignore[call-overload]  # plain JSON
    assert glance(run_in(root, "b", TWO, said)).best == {"loss": 0.4, "accuracy": 0.9}
    assert glance(root / "b").last == {"accuracy": 0.9}


def test_that_the_folder_of_a_script_has_no_graph_and_is_a_run_all_the_same(root: Path) -> None:
    folder = run_in(root, "from a cluster", None)
    [found] = listed(folder)
    assert (found.name, found.graph, found.epochs) == ("from a cluster", False, 3)


def test_that_a_folder_that_holds_anything_leaves_the_others_told(root: Path) -> None:
    run_in(root, "a", TWO)
    odd = run_in(root, "b", TWO, [{"event": "epoch", "epoch": [], "train": 3}, {"event": "started", "epochs": {}}])
    (odd / "arguments.json").write_text("7")
    assert [(run.path.name, run.state) for run in listed(root)] == [("b", "unreadable"), ("a", "finished")]


def test_that_what_was_read_is_read_again_only_where_it_changed(root: Path) -> None:
    one, two = run_in(root, "a", TWO), run_in(root, "b", TWO)
    first = listed(root)
    kept = json.loads(glances_file().read_bytes())
    kept[str(one)][1]["name"] = "as it was kept"
    glances_file().write_text(json.dumps(kept))
    assert [run.name for run in listed(root)] == ["same graph", "as it was kept"]
    write_note(one, "a note\nof two lines")
    assert [run.note for run in listed(root)] == ["", "a note\nof two lines"]
    assert listed(root)[1].name == first[1].name
    glances_file().write_text("broken")
    assert [run.folder for run in listed(root)] == [str(two), str(one)]


def test_that_a_run_notes_versions_options_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "program", sys)  # put back afterwards
    folder = ready(tmp_path / "run", "table", epochs=1, seed=7)
    assert work(folder, arguments_of(folder)) == 0
    known = about.read(folder)
    assert known["options"] == {"epochs": 1, "seed": 7, "threads": 1}
    assert known["versions"]["torch"] == torch.__version__
    begun = next(event for event in read_events(folder) if event["event"] == "started")
    assert begun["watched"] == {"figure": "loss", "higher": False, "of": [{"type": "nn.BCEWithLogitsLoss"}]}
    assert known["versions"].keys() >= {"python", "torchweave", "pyarrow"}
    [(path, data)] = known["data"].items()
    assert (data["node"], data["print"]) == ("flowers", changed.fingerprint(Path(path)))
    assert options_of(folder) == {"epochs": "1", "seed": "7", "device": "cpu", "threads": "1"}
    origin = about.origin_of(folder)
    assert origin is not None and origin.name == "graph.json"
    assert torch.load(folder / "checkpoint.pt", weights_only=True)["graph"] == dump(graph_of("table"))


def test_that_a_run_without_such_a_file_tells_nothing(tmp_path: Path) -> None:
    assert about.read(tmp_path) == {}
    (tmp_path / "run.json").write_text("[1")
    assert about.read(tmp_path) == {}
    assert about.origin_of(tmp_path) is None


def test_that_each_point_of_each_curve_is_written_for_tensorboard(root: Path) -> None:
    folder = run_in(root, "a", TWO, list(told(epochs=2, steps=3)))
    assert write(folder) == 6 + 2 * 4
    assert write(folder) == 6 + 2 * 4
    assert len(list((folder / "tensorboard").iterdir())) == 1
    found = {name: (value, step) for name, value, step, _ in points(folder)}
    assert found["accuracy/validation"] == (0.75, 6)
    assert found["loss/step"][1] == 6


def test_that_a_learning_rate_is_written_for_tensorboard_at_each_step_that_tells_it(root: Path) -> None:
    events: list[dict[str, Any]] = [
        {"event": "step", "step": 1, "lr": {"sgd": 0.1}},
        {"event": "epoch", "epoch": 1, "lr": {"sgd": 0.2, "adam": 0.3}},
    ]
    found = points(run_in(root, "a", TWO, events))
    assert [(name, value) for name, value, *_ in found] == [("lr/sgd", 0.1), ("lr/adam", 0.3)]


def test_that_the_command_that_is_told_shows_all_runs_that_were_written(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [run_in(tmp_path / "all runs", name, TWO, list(told(epochs=1, steps=3))) for name in "ab"]
    monkeypatch.chdir(folders[0])
    assert main([".", str(folders[1])]) == 0
    said = capsys.readouterr().out.strip()
    assert said.startswith("14 values are in the folders of 2 runs; to see them: ")
    line = [*shlex.split(said.partition("; to see them: ")[2]), "--inspect"]
    assert line[-3:-1] == ["--logdir", str(tmp_path / "all runs")]
    shown = subprocess.run([*line[:-3], line[-1], *line[-3:-1]], capture_output=True, text=True, check=True).stdout
    assert all(str(folder / "tensorboard") in shown for folder in folders)
    assert shows([folders[0], root / "c"]).endswith(f"'all runs:{tmp_path / 'all runs'},{root.name}:{root}'")


def test_that_folds_are_curves_of_their_own_and_nan_is_a_point(root: Path) -> None:
    events = [
        {"event": "step", "step": 1, "fold": 2, "loss": "NaN", "seconds": 1.0},
        {"event": "epoch", "epoch": 1, "fold": 2, "train": {"loss": 0.5}},
    ]
    one, two = points(run_in(root, "a", TWO, events))
    assert one[0] == "fold 2/loss/step" and math.isnan(one[1])
    assert two == ("fold 2/loss/train", 0.5, 1, 1.0)


def test_that_without_tensorboard_it_is_said_how_to_get_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def refuse(name: str, *more: Any) -> Any:
        if name.startswith("torch.utils.tensorboard"):
            raise ImportError(name)
        return imported(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(NotWritten, match=r"pip install 'torchweave\[tensorboard\]'"):
        write(run_in(root, "a", TWO))
    assert MISSING.endswith(".")
    monkeypatch.undo()
    with pytest.raises(NotWritten, match="holds no events"):
        write(root)


def test_that_a_new_run_tells_the_file_of_its_graph(tmp_path: Path) -> None:
    folder = prepare_run(TWO, tmp_path / "g.json", {})
    assert about.origin_of(folder) == tmp_path / "g.json"
    assert load((folder / "graph.json").read_bytes()) == TWO
    assert asdict(glance(run_in(tmp_path, "a", TWO)))["begun"] > 0
