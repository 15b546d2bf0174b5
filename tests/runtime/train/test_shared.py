"""Processes that share the rows of each batch: they train as one does, and one that fails ends the run."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from platform import node
from typing import Any

import pytest
import torch
from torch import distributed

from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump
from runtime.started import ROOT, command, environment
from runtime.train import short
from runtime.train.asked import ALONE
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.launch import note, torchrun, why
from runtime.train.pieces.line import line as line_of
from runtime.train.process import Trainer
from runtime.train.taking_part import accompany, lead
from tests.runtime.generate.cases import FOLDER, graph_of, imported, program_of
from tests.runtime.train import runs
from tests.runtime.train.runs import gone, ready, until
from tests.runtime.train.test_loop import prepared, told, weights_of
from tests.runtime.train.test_run_settings import asked

TWO = {"processes": 2, **ALONE}
EXAMPLES = ROOT / "resources" / "examples"
# A GAN has no figures without noise, which each process draws for itself.
SUPERVISED = sorted(file for file in EXAMPLES.glob("*.json") if file.stem != "gan")
WITHIN = 10.0  # seconds after which a run without one of its processes has ended


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    """A trainer whose processes are ended after the test; each of three imports torch, which may take a while."""
    monkeypatch.setattr(runs, "LONGEST", 150.0)
    made = Trainer()
    yield made
    made.kill()
    if made.process:
        made.process.wait()
    made.close()


def alike(folder: Path, *graphs: Path) -> list[dict[str, Any]]:
    """Train graphs by one process and by two; what is told of each."""
    output = folder / "alike.jsonl"
    line = command("torch.distributed.run", *torchrun(TWO), "-m", "tests.runtime.train.alike", str(output))
    known = {**environment(), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*line, *map(str, graphs)], env=known, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-6000:]
    return [json.loads(each) for each in output.read_text(encoding="utf-8").splitlines()]


def children(process: int) -> list[int]:
    """The processes that a process has started and that are there still, the oldest first."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = file.read_text(encoding="utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == process and state != "Z":
            found.append(int(file.parent.name))
    return sorted(found)


def test_that_two_processes_train_as_one_does_see_no_row_twice_and_go_on_where_they_were_stopped(
    tmp_path: Path,
) -> None:
    padded = applied(
        graph_of("padded"), [("set", "batches", "num_workers", 0)]
    )  # with workers below: each imports torch
    (tmp_path / "padded.json").write_text(dump(padded), encoding="utf-8")
    mingled = applied(graph_of("two_losses"), [("run", "accumulate", 2), ("set", "batches", "batch_size", 16)])
    (tmp_path / "mingled.json").write_text(dump(mingled), encoding="utf-8")
    names = ("two_optimizers", "definitions")
    graphs = (*(FOLDER / f"{name}.json" for name in names), tmp_path / "padded.json", tmp_path / "mingled.json")
    for found in alike(tmp_path, *graphs):
        assert found["largest"] < 1e-5, found
        assert found["once"] and found["goes_on"], found


@pytest.mark.soak
@pytest.mark.parametrize("file", SUPERVISED, ids=lambda file: file.stem)
def test_that_every_supervised_example_is_trained_by_two_processes_as_by_one(file: Path, tmp_path: Path) -> None:
    [found] = alike(tmp_path, file)
    assert found["largest"] < 1e-5 and found["once"] and found["goes_on"], found


def test_that_an_exported_script_trains_under_torchrun_as_one_process_does_and_goes_on(tmp_path: Path) -> None:
    alone, shared = (program_of(asked(graph_of("two_models"), {"processes": count})).text for count in (1, 2))
    (tmp_path / "script.py").write_text(shared, encoding="utf-8")
    options = ["--epochs=1", "--threads=1", "--device=cpu", "--run-dir=run"]
    line = [sys.executable, "-m", "torch.distributed.run", *torchrun(TWO), "script.py", *options]
    known = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(line, env=known, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    [printed] = done.stdout.splitlines()
    program = imported(alone, tmp_path / "alone.py")
    whole = list(prepared(program, "--epochs=2"))
    events = read_events(tmp_path / "run")
    for kind in ("step", "epoch"):
        here, there = ([each for each in found if each["event"] == kind] for found in (whole, events))
        assert len(there) == len(here) // 2
        for one, other in zip(here, there, strict=False):
            assert (one["epoch"], one.get("samples")) == (other["epoch"], other.get("samples"))
            figures = [{"loss": each["loss"]} if kind == "step" else each["validation"] for each in (one, other)]
            assert figures[1] == pytest.approx({name: float(each) for name, each in figures[0].items()}, rel=1e-5)
            assert kind == "step" or printed == line_of(other)
    resumed = prepared(program, "--epochs=2", f"--resume={tmp_path / 'run'}")
    assert told([*resumed])[-1]["validation"] == pytest.approx(whole[-2]["validation"], rel=1e-5)


def test_that_a_killed_process_ends_the_run_with_a_sentence_and_leaves_no_other(
    trainer: Trainer, tmp_path: Path
) -> None:
    folder = ready(tmp_path / "run", "two_models", ("run", "processes", 2), epochs=10_000)
    trainer.start(folder, [])
    events = until(trainer, "saved")
    assert trainer.process is not None
    first, second = children(trainer.process.pid)
    begin = time.monotonic()
    os.kill(second, signal.SIGKILL)
    *_, failed = until(trainer, "failed")
    assert time.monotonic() - begin < WITHIN
    how = r"Process 2 of 2 was ended by SIGKILL, .*; the others were ended too\."
    onwards = r"The last checkpoint is kept in .*\. Go on from it(, with fewer processes or a smaller batch)?\."
    assert re.fullmatch(f"{how} {onwards}", failed["message"])
    assert gone(trainer.process.pid) and gone(first) and gone(second)
    kinds = [event["event"] for event in events]
    begun, saved = kinds.index("started"), kinds.index("saved") + 1  # steps of the next epoch may have come with it
    assert kinds[begun:saved] == ["started", *["step"] * 45, "epoch", "saved"]
    alone = imported(program_of(graph_of("two_models")).text, tmp_path / "alone.py")
    run = prepared(alone, "--epochs=3", f"--resume={folder}")
    assert run.step % 45 == 0 and run.epoch == run.step // 45 + 1


def test_that_a_function_that_gives_no_dict_is_told_at_its_collate_by_whichever_process_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each alone here, without others to wait for."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "program", sys)  # put back afterwards
    lines = ["def join_samples(samples):", "    return [sample['a'] for sample in samples]"]
    outputs = {"a": "float32[3]", "b": "float32[3]", "label": "int64[]"}
    own: Edit = ("set", "batches", "collate_fn", {"function": lines, "outputs": outputs})
    folder = ready(tmp_path / "run", "whole_samples", own, ("run", "processes", 2))
    try:
        assert lead(folder, arguments_of(folder)) == accompany(folder, arguments_of(folder), 1) == 1
    finally:
        distributed.destroy_process_group()
    for rank in range(2):
        failed = json.loads((folder / f"failed-{rank}.json").read_text(encoding="utf-8"))
        told = "its function join_samples gives a list. Return a dict of a, b, label."
        assert (failed["node"], failed["message"]) == ("batches", told)


@pytest.mark.soak
def test_that_metrics_that_keep_rows_are_those_of_one_process_where_another_was_shown_none(tmp_path: Path) -> None:
    few = applied(graph_of("metrics"), [("set", "batches", "validation", 0.017)])  # three rows, all with the first one
    (tmp_path / "few.json").write_text(dump(few), encoding="utf-8")
    [found] = alike(tmp_path, tmp_path / "few.json")
    assert found["largest"] < 1e-5 and found["once"] and found["goes_on"], found


@pytest.mark.parametrize("kept", [torch.tensor([2, 0]), torch.tensor([[0.5, 0.5]])])
def test_that_a_process_that_was_shown_nothing_adds_nothing_to_a_metric(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: torch.Tensor
) -> None:
    made = imported(program_of(asked(graph_of("metrics"), {"processes": 2})).text, tmp_path / "shared.py")
    nothing = torch.tensor([])  # as torchmetrics has it
    monkeypatch.setattr(distributed, "get_world_size", lambda: 2)
    for own in (kept, nothing):
        monkeypatch.setattr(
            distributed, "all_gather_object", lambda each, *_: each.__setitem__(slice(2), [kept, nothing])
        )
        [found] = made.tensors_of_all(own)
        assert torch.equal(found, kept) and found.dtype == kept.dtype
    monkeypatch.setattr(distributed, "all_gather_object", lambda each, *_: each.__setitem__(slice(2), [nothing] * 2))
    assert [each.numel() for each in made.tensors_of_all(nothing)] == [0]


def test_that_a_process_ends_at_once_where_the_one_that_watches_is_gone_before_it_looks(tmp_path: Path) -> None:
    watcher = subprocess.Popen(["true"])
    watcher.wait()
    line = command("runtime.train.rank", str(watcher.pid), str(tmp_path))
    done = subprocess.run(line, env={**environment(), "RANK": "0"}, capture_output=True, start_new_session=True)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")


@pytest.mark.soak
def test_that_a_run_that_is_killed_while_it_starts_leaves_no_process(trainer: Trainer, tmp_path: Path) -> None:
    trainer.start(ready(tmp_path / "run", "two_models", ("run", "processes", 2), epochs=10_000), [])
    assert trainer.process is not None
    while len(ranks := children(trainer.process.pid)) < 2:
        assert trainer.process.poll() is None
    os.kill(trainer.process.pid, signal.SIGKILL)
    assert all(gone(rank) for rank in ranks)


@pytest.mark.soak
def test_that_processes_with_workers_train_as_one_does_and_go_on(tmp_path: Path) -> None:
    [found] = alike(tmp_path, FOLDER / "padded.json")
    assert found["largest"] < 1e-5 and found["once"] and found["goes_on"], found


@pytest.mark.parametrize(("given", "found"), [(None, "spawn"), ("fork", "fork")])
def test_that_workers_of_processes_that_train_together_are_no_forks(given: str | None, found: str) -> None:
    edits: list[Edit] = [("set", "batches", "multiprocessing_context", given)] if given else []
    assert (
        f'"multiprocessing_context": "{found}"' in program_of(asked(graph_of("padded"), {"processes": 2}, *edits)).text
    )


@pytest.mark.soak
@pytest.mark.parametrize("end", ["kill", "stop"])
@pytest.mark.parametrize("name", ["two_models", "padded"])  # the second has workers
def test_that_processes_end_with_the_run(trainer: Trainer, tmp_path: Path, end: str, name: str) -> None:
    folder = ready(tmp_path / "run", name, ("run", "processes", 2), epochs=10_000)
    trainer.start(folder, [])
    until(trainer, "step")
    assert trainer.process is not None
    ranks = children(trainer.process.pid)
    workers = [worker for rank in ranks for worker in children(rank)]
    assert bool(workers) == (name == "padded")
    getattr(trainer, end)()
    last = until(trainer, "finished")[-1]
    assert last["event"] == ("finished" if end == "stop" else "failed")
    assert all(gone(each) for each in (*ranks, *workers))


@pytest.mark.parametrize("edit", [("set", "batches", "shuffle", True), ("set", "batches", "drop_last", True)])
@pytest.mark.parametrize("name", ["two_models", "padded"])
@pytest.mark.parametrize("world", [2, 3, 7])
def test_that_each_row_is_with_one_process_and_the_batch_is_that_of_the_graph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, edit: Edit, world: int
) -> None:
    made = imported(program_of(asked(graph_of(name), {"processes": world}, edit)).text, tmp_path / "shared.py")
    batches = prepared(made).batches["training"]
    whole = batches.order(1)
    monkeypatch.setattr(distributed, "get_world_size", lambda: world)
    each = []
    for rank in range(world):
        monkeypatch.setattr(distributed, "get_rank", lambda rank=rank: rank)
        each.append(batches.order(1))
    for at, rows in enumerate(whole):
        parts = [order[at] for order in each]
        if len(rows) < 2 * world:  # too few to go around: all have all, and the first one counts them
            assert all(torch.equal(part, rows) for part in parts)
            continue
        assert sorted(torch.cat(parts).tolist()) == sorted(rows.tolist())
        assert min(map(len, parts)) >= 2


@pytest.mark.parametrize("rows", [1, 3, 4, 5, 32])
@pytest.mark.parametrize("world", [1, 2, 3])
def test_that_shares_of_a_loss_make_up_that_of_the_batch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows: int, world: int
) -> None:
    made = imported(program_of(asked(graph_of("two_models"), {"processes": 2})).text, tmp_path / "shared.py")
    numbers = torch.randn(rows, dtype=torch.float64)
    monkeypatch.setattr(distributed, "get_world_size", lambda: world)
    shares = []
    for rank in range(world):
        monkeypatch.setattr(distributed, "get_rank", lambda rank=rank: rank)
        ours = made.rows_for_us(numbers)
        shares.append(made.shares_of({"loss": ours.mean()}, rows)["loss"])
    assert torch.stack(shares).mean().item() == pytest.approx(numbers.mean().item(), rel=1e-12)


@pytest.mark.parametrize("last", [1, 50])
def test_that_a_run_goes_on_with_and_without_others(tmp_path: Path, last: int) -> None:
    graphs = [asked(graph_of("two_optimizers"), {"processes": processes, "accumulate": 2}) for processes in (1, 2)]
    alone, shared = (imported(program_of(graph).text, tmp_path / f"{at}.py") for at, graph in enumerate(graphs))
    whole = prepared(alone, "--epochs=30")
    expected = told(list(whole))
    for begins, goes_on in ((alone, shared), (shared, alone)):
        begun, events = prepared(begins, "--epochs=30"), []
        for event in begun:
            events.append(event)
            begun.stopped = event.get("step") == last
        begins.save(begun.state(), tmp_path / "checkpoint.pt")
        resumed = prepared(goes_on, "--epochs=30", f"--resume={tmp_path}")
        assert told([*events, *resumed]) == expected
        assert weights_of(resumed) == weights_of(whole)


def test_that_what_a_process_says_itself_comes_before_that_others_lost_it(tmp_path: Path) -> None:
    note(tmp_path, 0, None, "RuntimeError: [gloo/transport/tcp/pair.cc:537] Connection closed by peer")
    note(tmp_path, 1, "dense", "out of memory. Make it or batch_size smaller; accumulate makes up for it.")
    event = why(tmp_path, {0: 1}, TWO)
    assert (event["node"], event["message"][:13]) == ("dense", "out of memory")


def test_that_what_a_process_could_not_finish_saying_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "failed-0.json").write_text('{"node": "den', encoding="utf-8")
    assert why(tmp_path, {0: 3}, TWO)["message"].startswith("Process 1 of 2 ended with exit code 3")
    note(tmp_path, 1, "dense", "out of memory.")
    assert why(tmp_path, {0: 1}, TWO)["node"] == "dense"
    note(tmp_path, 0, "batches", "gloo")  # whole again
    assert sorted(file.name for file in tmp_path.iterdir()) == ["failed-0.json", "failed-1.json"]


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        ({0: 1, 1: -9}, "Process 2 of 2 was ended by SIGKILL, perhaps by the system, as memory is short; the others"),
        ({1: -11, 0: -15}, "Process 2 of 2 was ended by SIGSEGV; the others were ended too."),
        ({0: 3}, "Process 1 of 2 ended with exit code 3; the others were ended too."),
    ],
)
def test_that_a_process_that_says_nothing_is_named(tmp_path: Path, ended: dict[int, int], sentence: str) -> None:
    assert why(tmp_path, ended, TWO)["message"].startswith(sentence)


@pytest.mark.parametrize(("code", "todo"), [(-9, ", with fewer processes or a smaller batch."), (-11, "."), (3, ".")])
def test_that_it_is_said_what_to_do_where_a_process_ended(tmp_path: Path, code: int, todo: str) -> None:
    said = "; the others were ended too."
    assert why(tmp_path, {1: code}, TWO)["message"].endswith(f"{said} Run again{todo}")
    (tmp_path / "checkpoint.pt").touch()
    kept = f"The last checkpoint is kept in {tmp_path}. Go on from it{todo}"
    assert why(tmp_path, {1: code}, TWO)["message"].endswith(f"{said} {kept}")


@pytest.mark.parametrize(
    ("now", "how", "todo"),
    [
        (4, ", as the system does where memory is short", ", with fewer processes or a smaller batch."),
        (3, ", from outside", "."),
    ],
)
def test_that_memory_is_named_only_where_the_system_has_ended_a_process_for_want_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: int, how: str, todo: str
) -> None:
    (tmp_path / "process.json").write_text(json.dumps({"host": node(), "ended_by_system": 3}))
    (tmp_path / "vmstat").write_text(f"oom_kill {now}\n")
    monkeypatch.setattr(short, "COUNTS", tmp_path / "vmstat")
    said = f"Process 2 of 2 was ended by SIGKILL{how}; the others were ended too. Run again{todo}"
    assert why(tmp_path, {1: -9}, TWO)["message"] == said


def test_that_a_process_on_another_machine_is_missed(tmp_path: Path) -> None:
    note(tmp_path, 0, None, "DistBackendError: NCCL error: remote process exited")
    message = why(tmp_path, {0: 1}, {**TWO, "processes": 1, "machines": 2})["message"]
    assert message == "One of 2 processes was lost on another machine; the others were ended too. Run again."
