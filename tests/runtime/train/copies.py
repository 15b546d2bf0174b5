"""Runs in copies of a process that has torch already, ended wherever a test wants: ``python -m`` this file.

It reads an order a line, ``{"folder", "end", "count", "every"}``, and answers each with the number of the copy, which
leads a process group of its own, and later its exit code.
"""

import faulthandler
import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import torch

from runtime.started import command, environment
from runtime.train import control, keeping, told, worker
from runtime.train.at_work import take
from runtime.train.folder import arguments_of
from runtime.train.process import Trainer
from runtime.train.standing import answer
from tests.runtime.train.runs import gone
from tests.workers import warm

KILLED = ("in a step", "before a file", "after a file", "in a file", "in a validation")  # how a copy is killed
ASKED = ("stop", "pause")  # how it ends by itself, or only waits
ENDS = (*KILLED, *ASKED)
NO_ROOM, NO_MEMORY = "no room for a checkpoint", "no memory for a layer"  # faults
ROOM = 60_000  # bytes: more than the events of a short run, less than a checkpoint


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _at(count: int, do: Callable[[], object], call: Any, after: bool = False) -> Any:
    """A function that does something else before its call of this number, counted from 1, or after it."""
    calls = iter(range(1, sys.maxsize))

    def counted(*arguments: Any, **more: Any) -> Any:
        now = next(calls) == count
        if now and not after:
            do()
        found = call(*arguments, **more)
        if now and after:
            do()
        return found

    return counted


def _half(count: int) -> Any:
    """`torch.save`, which at its call of this number writes half of the file and is killed."""
    calls, whole = iter(range(1, sys.maxsize)), torch.save

    def save(state: Any, path: Path | io.BytesIO) -> None:
        if isinstance(path, io.BytesIO) or next(calls) < count:  # a copy in memory is no file
            whole(state, path)
            return
        written = io.BytesIO()
        whole(state, written)
        path.write_bytes(written.getvalue()[: written.tell() // 2])
        _kill()

    return save


def _asked(count: int, word: str) -> Callable[[Path], str]:
    """Asks a run for something after its event of this number; one that pauses is told to go on when it looks again."""
    calls = iter(range(1, sys.maxsize))
    return lambda _: word if next(calls) == count else ""


def _prepare(end: str, count: int) -> None:
    """See to it that this process ends as ordered."""
    if end == "in a step":
        torch.autograd.backward = _at(count, _kill, torch.autograd.backward)
    elif end in ("before a file", "after a file"):
        os.replace = _at(count, _kill, os.replace, after=end == "after a file")
    elif end == "in a file":
        torch.save = _half(count)
    elif end in ASKED:
        vars(told)["OFTEN"] = 0.0  # so that a run looks after each event
        vars(worker)["asked"] = vars(control)["asked"] = _asked(count, end)
    elif end == NO_ROOM:
        saved, keeping.SHARE = keeping.Keeping._save, 0
        keeping.Keeping._save = _at(count, _leave_no_room, saved)  # type: ignore[method-assign]  # a full disk
    elif end == NO_MEMORY:
        torch.nn.functional.linear = _at(count, _no_memory, torch.nn.functional.linear)
    elif end == "in a validation":
        vars(worker)["imported"] = _watched(worker.imported, count)


def _leave_no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def _no_memory() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 8 GiB free.")


def _watched(imported: Callable[[Path], ModuleType], count: int) -> Callable[[Path], ModuleType]:
    """Imports programs that are killed when they have measured a batch in the validation of this number."""
    calls = iter(range(1, sys.maxsize))

    def watched(file: Path) -> ModuleType:
        program = imported(file)
        feed = program.Run.feed

        def fed(run: Any, part: str, epoch: int, start: int = 0) -> Iterator[Any]:
            batches: Iterator[Any] = feed(run, part, epoch, start)
            return _cut(batches) if epoch == 0 and next(calls) == count else batches

        program.Run.feed = fed
        return program

    return watched


def _cut(batches: Iterator[Any]) -> Iterator[Any]:
    yield next(batches)
    _kill()


def _worked(order: dict[str, Any]) -> int:
    """Do the run of a folder."""
    folder = Path(order["folder"])
    answer(folder)
    taken = take(folder)
    print(os.getpid(), flush=True)
    output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    faulthandler.enable()
    keeping.EVERY = order["every"]
    if not keeping.EVERY:
        keeping.SHARE = keeping.STEP_SHARE = 0  # each step and each epoch is kept, however short
        vars(told)["OFTEN"] = 0.0
    _prepare(order["end"], order["count"])
    return worker.work(folder, arguments_of(folder)) if taken else worker.TAKEN


def main() -> None:
    """Make a copy for each order, one after the other."""
    warm()
    for line in iter(sys.stdin.readline, ""):
        copy = os.fork()
        if copy == 0:
            os.setsid()
            sys.exit(_worked(json.loads(line)))
        _, status = os.waitpid(copy, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Runs:
    """Does the runs of folders in copies of one process."""

    def __init__(self, orders: IO[bytes], answers: IO[bytes]) -> None:
        self.orders, self.answers = orders, answers

    def start(self, folder: Path, end: str = "", count: int = 0, every: float = 1e9) -> int:
        """Begin the run of a folder; the number of its process, which leads its group."""
        order = {"folder": str(folder), "end": end, "count": count, "every": every}
        self.orders.write(json.dumps(order).encode() + b"\n")
        self.orders.flush()
        return int(self.answers.readline())

    def code(self) -> int:
        """Wait for the end of the run that was begun; its exit code, -9 where it was killed."""
        return int(self.answers.readline())

    def run(self, folder: Path, end: str = "", count: int = 0, every: float = 1e9) -> int:
        """Do the run of a folder to its end."""
        self.start(folder, end, count, every)
        return self.code()

    @contextmanager
    def followed(self, folder: Path, end: str = "", count: int = 0, every: float = 1e9) -> Iterator[Trainer]:
        """The run of a folder as a window follows it that did not start it; nothing of it may be left at the end."""
        leader, trainer = self.start(folder, end, count, every), Trainer()
        try:
            assert trainer.follow(folder, 0)
            yield trainer
        finally:
            trainer.close()
            if not (left := gone(leader)):
                os.killpg(leader, signal.SIGKILL)
            self.code()
        assert left


@contextmanager
def copies() -> Iterator[Runs]:
    """The process, until the tests of a file are over."""
    process = subprocess.Popen(
        command("tests.runtime.train.copies"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Runs(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    main()
