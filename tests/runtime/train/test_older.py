"""Best weights of an epoch after the checkpoint, where a run goes on in its own folder: they are kept."""

import errno
import os
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from runtime.graph.edit import Edit
from runtime.train import keeping
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.keeping import Keeping, NotKept
from runtime.train.older import make_way
from runtime.train.told import Told
from runtime.train.worker import work
from tests.runtime.train.past import run_in
from tests.runtime.train.runs import Event, ready

LOSS: Edit = ("run", "best", "loss")


@pytest.mark.parametrize("edits", [[], [("set", "batches", "batch_size", 64)]])
def test_that_a_run_that_goes_on_in_its_own_folder_overwrites_no_best_weights_of_later_epochs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: list[Edit]
) -> None:
    monkeypatch.setattr(keeping, "SHARE", 10**9)  # the checkpoint will be of the first epoch, the best of the third
    folder, write = ready(tmp_path / "run", "model_after_model", LOSS, epochs=9), Told.write

    def breaking(self: Told, event: Event) -> bool:
        if event["event"] == "step" and event["epoch"] == 4:
            raise ValueError("a row that cannot be read")
        return write(self, event)

    with monkeypatch.context() as broken:
        broken.setattr(Told, "write", breaking)
        assert work(folder, arguments_of(folder)) == 1
    third = load_file(folder / "best.safetensors")
    ready(folder, "model_after_model", LOSS, *edits, epochs=2, resume=folder)
    assert work(folder, arguments_of(folder)) == 0
    told = [event["message"] for event in read_events(folder) if event["event"] == "warning"]
    name = "older-1-best.safetensors"
    assert told == [f"The best weights, of epoch 3, came after the checkpoint: they are kept as {name}."]
    kept, best = load_file(folder / name), load_file(folder / "best.safetensors")
    assert all(torch.equal(third[name], each) for name, each in kept.items())
    assert any(not torch.equal(third[name], each) for name, each in best.items())


def left(root: Path, seconds: int) -> tuple[Path, Namespace]:
    """A folder with a checkpoint of the first epoch, best weights of so many seconds later, and a run from there."""
    epochs: list[Event] = [{"event": "epoch", "epoch": epoch, "best": min(epoch, 3)} for epoch in (1, 2, 3, 4)]
    folder = run_in(root, "run", None, epochs)
    for name, at in (("checkpoint.pt", 1000), ("best.safetensors", 1000 + seconds)):
        (folder / name).write_text("nothing that can be read")
        os.utime(folder / name, (at, at))
    return folder, Namespace(options=Namespace(), epoch=2, batch=0, step=9)


@pytest.mark.parametrize(("seconds", "epoch", "kept"), [(5, 2, 1), (5, 3, 1), (5, 4, 0), (-5, 2, 0)])
def test_that_best_weights_make_way_that_are_of_an_epoch_which_is_done_anew(
    tmp_path: Path, seconds: int, epoch: int, kept: int
) -> None:
    folder, run = left(tmp_path, seconds)
    run.epoch = epoch
    assert len(make_way(run, folder, folder / "checkpoint.pt")) == kept
    assert [(folder / f"{name}best.safetensors").exists() for name in ("", "older-1-")] == [not kept, bool(kept)]


def test_that_best_weights_that_cannot_make_way_end_the_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, run = left(tmp_path, 5)

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", fail)
    said = f"cannot be written to {folder}: Permission denied. Go on from the checkpoint"
    with closing(Told(folder)) as told, pytest.raises(NotKept, match=said):
        Keeping(run, folder, told, folder)


def test_that_a_full_disk_has_room_again_though_the_error_holds_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, run = left(tmp_path, 5)
    run.state = dict
    held: list[Any] = []

    def save(state: Any, path: Path) -> None:
        held.append(path.open("wb", buffering=0))
        held[0].write(bytes(4096))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(torch, "save", save)
    with closing(Told(folder)) as told, pytest.raises(NotKept, match="no room left for it"):
        Keeping(run, folder, told).keep_checkpoint()
    with held[0] as file:
        assert os.fstat(file.fileno()).st_size == 0
    assert not (folder / "checkpoint.part").exists()


def test_that_a_disk_that_says_late_that_it_is_full_leaves_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, run = left(tmp_path, 5)
    run.state = dict

    def late(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", late)
    with closing(Told(folder)) as told, pytest.raises(NotKept, match="no room left for it"):
        Keeping(run, folder, told).keep_checkpoint()
    assert (folder / "checkpoint.pt").read_text() == "nothing that can be read"
    assert not (folder / "checkpoint.part").exists()
