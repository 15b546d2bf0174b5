"""Runs in copies of a process that has torch already, ended wherever a test wants: ``python -m`` this file.

It reads an order a line, ``{"folder", "end", "count", "every"}``, and answers each with the exit code of the copy.
"""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from runtime.started import command, environment
from runtime.train import control, keeping, worker
from runtime.train.folder import arguments_of

KILLED = ("in a step", "before a file", "after a file", "in a file", "in a validation")  # how a copy is killed
ASKED = ("stop", "pause")  # how it ends by itself, or only waits
ENDS = (*KILLED, *ASKED)


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

    def save(state: Any, path: Path) -> None:
        if next(calls) < count:
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
        vars(worker)["asked"] = vars(control)["asked"] = _asked(count, end)
    elif end == "in a validation":
        vars(worker)["imported"] = _watched(worker.imported, count)


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
    os.setsid()
    folder = Path(order["folder"])
    output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    keeping.EVERY, keeping.SHARE = order["every"], 0
    _prepare(order["end"], order["count"])
    return worker.work(folder, arguments_of(folder))


def main() -> None:
    """Make a copy for each order, one after the other."""
    torch.set_num_threads(1)
    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))])  # the first optimizer of a process takes seconds
    for line in sys.stdin:
        copy = os.fork()
        if copy == 0:
            sys.exit(_worked(json.loads(line)))
        _, status = os.waitpid(copy, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


Copies = Callable[..., int]


@contextmanager
def copies() -> Iterator[Copies]:
    """Runs the run of a folder in a copy; gives its exit code, -9 where it was killed."""
    process = subprocess.Popen(
        command("tests.runtime.train.copies"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert process.stdin is not None and process.stdout is not None
    giving, taking = process.stdin, process.stdout

    def run(folder: Path, end: str = "", count: int = 0, every: float = 1e9) -> int:
        order = {"folder": str(folder), "end": end, "count": count, "every": every}
        giving.write(json.dumps(order).encode() + b"\n")
        giving.flush()
        return int(taking.readline())

    try:
        yield run
    finally:
        giving.close()
        process.wait()
        taking.close()


if __name__ == "__main__":
    main()
