"""What is kept of a run: the checkpoint to go on from, and the weights of its last and its best epoch."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.train.about import graph_in
from runtime.train.older import best_file, make_way
from runtime.train.predictable import OF_FOLD
from runtime.train.restored import CHECKPOINT, take_over

if TYPE_CHECKING:
    from runtime.train.told import Told

WEIGHTS = "weights.safetensors"  # of the model after the last epoch, or where it was stopped
# None that comes may be better; folds that are over come no more.
OF_BEFORE = ("best*.safetensors", "weights-*.safetensors", OF_FOLD.format("*"))
EVERY = 300.0  # seconds of training that a kill loses at most, where a checkpoint takes no longer than one
SHARE, STEP_SHARE = 500, 100  # keeping epochs takes at most one in so many seconds, and steps of a long epoch
# Torch and safetensors say it in words of their own.
NO_ROOM = re.compile(r"No space left|StorageFull|File too large|quota|iostream error|unexpected pos|write failed")


class NotKept(Exception):
    """Why a checkpoint or weights could not be written, and what is there all the same."""


class Keeping:
    """Keeps what there is to keep of a run, after each of its events."""

    def __init__(self, run: Any, folder: Path, told: "Told", before: Path | None = None) -> None:
        """`before` is the folder of the run from which this one goes on."""
        import safetensors.torch  # noqa: F401 - now, which takes longer than a small model

        self.run, self.folder, self.told = run, folder, told
        self.due = time.monotonic() + EVERY
        self.soon = 0.0  # when an epoch is worth keeping again
        self.now = False  # whether this epoch is
        self.last = ""  # the place of what was kept last
        self.best: dict[str, Any] = {}  # weights of the best epoch that are not written yet
        self.kept = f"the checkpoint of {place(run)} in {before}" if before else ""
        if before and before.resolve() == folder.resolve():
            for file in folder.glob("best*.safetensors"):
                self._written("weights", partial(take_over, file, file))
            for sentence in self._written("weights", partial(make_way, run, folder, folder / CHECKPOINT)):
                told.warn(None, sentence)
        elif before:
            for name in OF_BEFORE:
                for file in before.glob(name):
                    self._written("weights", partial(take_over, file, folder / file.name))

    @property
    def behind(self) -> bool:
        """Whether there is more to keep than what was kept last."""
        return place(self.run) != self.last

    @property
    def _fold(self) -> int:
        """Which fold is trained, counted from 1; 0 where there are none."""
        return int(getattr(self.run.options, "fold", 0))

    def wants(self, epoch: Mapping[str, Any]) -> bool:
        """Whether weights are kept after this epoch: those of very short ones are only where they are the best so far.

        They wait for the next checkpoint, then.
        """
        # Of a fold nothing can be kept once the next one begins; and a measure of the test rows may draw numbers.
        ends = (self._fold or "test" in self.run.rows) and nothing_left(self.run, self.folder)
        self.now = bool(ends) or time.monotonic() >= self.soon
        return self.now or epoch.get("best") == epoch["epoch"]

    def after(self, event: Mapping[str, Any]) -> None:
        """What is wanted of an epoch; the checkpoint alone in a long one."""
        if event["event"] == "epoch":
            best = event.get("best") == event["epoch"]
            if self.now:
                self.keep(best)
            elif best:
                self.best = {}  # which makes room for these
                self.best = weights_of(self.run, copy=True)
        elif event["event"] == "step" and time.monotonic() >= self.due:
            self.keep_checkpoint()

    def keep(self, best: bool = False) -> None:
        """The weights alone, once more where they are the best so far, and the checkpoint. Raises NotKept.

        The checkpoint comes last: whoever is killed before does the epoch again, and writes the same weights.
        """
        begin = time.monotonic()
        path = self._written("weights", partial(keep_weights, self.run, self.folder))
        if best:
            self.told.flush()  # whoever goes on from the checkpoint before knows of which epoch these are
            self._written("weights", partial(_copied, self.folder / WEIGHTS, self.folder / best_file(self._fold)))
            self.best = {}
        self._written("checkpoint", self._save)
        self._tell(path)
        end = time.monotonic()
        self.soon, self.last = end + min(EVERY, SHARE * (end - begin)), place(self.run)

    def keep_checkpoint(self) -> None:
        """The checkpoint within an epoch. Raises NotKept."""
        begin = time.monotonic()
        self._written("checkpoint", self._save)
        self._tell(CHECKPOINT)
        end = time.monotonic()
        self.due = end + max(EVERY, STEP_SHARE * (end - begin))

    def keep_best(self) -> None:
        """The weights of the best epoch, where they are not written yet. Raises NotKept."""
        if self.best:
            self._written("weights", partial(_saved, self.best, self.folder, best_file(self._fold)))
            self.best = {}

    def _tell(self, path: str) -> None:
        """What was kept last: of a whole epoch, or of an epoch that goes on and its step."""
        run = self.run
        place = {"epoch": run.epoch, "step": run.step} if run.batch else {"epoch": run.epoch - 1}
        self.told.write({"event": "saved", **place, "path": path})

    def _save(self) -> None:
        import torch

        self.told.flush()  # whoever goes on from here tells of no step before
        self.keep_best()
        part = (self.folder / CHECKPOINT).with_suffix(".part")
        torch.save(self.run.state(), part)
        _put(part, self.folder / CHECKPOINT)
        self.due = time.monotonic() + EVERY
        self.kept = f"the checkpoint of {place(self.run)}"

    def _written(self, what: str, write: Callable[[], Any]) -> Any:
        try:
            return write()
        except Exception as error:  # torch and safetensors have kinds of their own
            if isinstance(error, OSError) or NO_ROOM.search(_said(error)):
                raise self._not_kept(what, error) from error
            raise

    def _not_kept(self, what: str, error: Exception) -> NotKept:
        """Away with what was written in part: its room may be needed to say so."""
        for part in self.folder.glob("*.part"):
            with suppress(OSError):
                os.truncate(part, 0)  # the error holds what writes it, and that holds the file
            part.unlink(missing_ok=True)
        full = bool(NO_ROOM.search(_said(error)))
        why = "there is no room left for it" if full else getattr(error, "strerror", None) or str(error)
        again = f"go on from {self.kept}, which is kept" if self.kept else "run again"
        todo = f"Make room and {again}." if full else f"{again[0].upper()}{again[1:]}."
        return NotKept(f"The {what} of {place(self.run)} cannot be written to {self.folder}: {why}. {todo}")


def _said(error: BaseException) -> str:
    """What an error says, with the one in whose midst it came up."""
    return f"{error} {error.__context__ or ''}"


def place(run: Any) -> str:
    """Where a run is: ``epoch 3`` when that is over, ``epoch 3, step 120`` within it."""
    fold = f"fold {run.options.fold}, " if getattr(run.options, "fold", 0) else ""
    return f"{fold}epoch {run.epoch}, step {run.step}" if run.batch else f"{fold}epoch {run.epoch - 1}"


def keep_weights(run: Any, folder: Path) -> str:
    """The weights alone as safetensors; of folds each has a file of its own too.

    Returns the name of the file that nothing overwrites but a later epoch.
    """
    _saved(weights_of(run), folder, WEIGHTS)
    if fold := getattr(run.options, "fold", 0):  # one of several
        _copied(folder / WEIGHTS, folder / (name := f"weights-{fold}.safetensors"))
        return name
    return WEIGHTS


def weights_of(run: Any, copy: bool = False) -> dict[str, Any]:
    """The weights of a run as they are now, on the CPU; where they are there already, only `copy` makes copies."""
    found = run.model.state_dict().items()
    return {name: value.detach().to("cpu", copy=copy).contiguous() for name, value in found}


def _saved(weights: Mapping[str, Any], folder: Path, name: str) -> None:
    """A file of weights that is there whole or not at all, with their graph."""
    from safetensors.torch import save_file

    save_file({**weights}, folder / "weights.part", metadata=graph_in(folder))
    _put(folder / "weights.part", folder / name)


def _put(part: Path, target: Path) -> None:
    """In the place of the one before, once it is on the disk: many say only then that there was no room."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    os.replace(part, target)


def _copied(source: Path, target: Path) -> None:
    """A copy that is there whole or not at all."""
    shutil.copyfile(source, target.parent / "copied.part")
    _put(target.parent / "copied.part", target)


def nothing_left(run: Any, folder: Path) -> str | None:
    """Why there is no epoch left of a run, or of its fold; None where there is one."""
    if run.epoch > run.options.epochs:
        return f"the run has done {run.epoch - 1} of {run.options.epochs} epochs"
    patience = json.loads((folder / "graph.json").read_text(encoding="utf-8")).get("run", {}).get("patience")
    if patience and run.epoch - run.best[1] > patience:
        return f"no epoch of the last {patience} was better; set patience higher"
    return None
