"""The training process as seen from outside, without torch and without Qt: warm, start, follow, stop, kill."""

import atexit
import json
import os
import queue
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from runtime.started import command, environment
from runtime.train.at_work import Elsewhere, at_work
from runtime.train.control import FILE, GO, KILLED, PAUSE, STOP, ask, asked
from runtime.train.died import TAKEN, died, saved_at
from runtime.train.events import Events
from runtime.train.folder import arguments_of, last_run, prepare_run
from runtime.train.standing import ask_standing

__all__ = ["Trainer", "last_run", "prepare_run"]

ENDS = ("finished", "failed")
LEFT: list[
    subprocess.Popen[bytes] | Elsewhere
] = []  # processes that nobody follows any more; those that end are taken note of


class Trainer:
    """One run at a time in a process of its own, and a spare process that has imported torch already.

    Runs beside a window are `nice` to it: it comes first where cores are few. Others compete as any program does.
    """

    def __init__(self, nice: int = 0) -> None:
        self.nice = nice
        self.spare: subprocess.Popen[bytes] | None = None
        self.process: subprocess.Popen[bytes] | Elsewhere | None = None
        self.folder: Path | None = None
        self.events = Events(Path())
        self.known: dict[str, Any] | None = None
        self.told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()  # first words of spare processes
        self.step, self.kept = 0, ""  # the last step that was told, and the checkpoint
        self.ended, self.killed = True, False  # by us

    def warm(self) -> None:
        """Start the spare process, if there is none."""
        if self.spare is None or self.spare.poll() is not None:
            self.spare = _spawned()
            threading.Thread(target=_hear, args=(self.spare.stdout, self.told), daemon=True).start()

    def hand_over(self, other: "Trainer") -> None:
        """Let another one have the spare process, with what that has told or will tell; at most one is left."""
        if other.spare is None:
            other.spare, self.spare = self.spare, None
            other.told, self.told = self.told, other.told
        self._end_spare()

    def device(self) -> dict[str, Any] | None:
        """The device and its reason, once the spare process has told them; never waits."""
        with suppress(queue.Empty):
            self.known = self.known or self.told.get_nowait()
        return self.known

    def start(self, folder: Path, arguments: list[str]) -> None:
        """Run the program of a run folder. Raises OSError where no process can be had."""
        self.warm()
        assert self.spare is not None and self.spare.stdin is not None
        begin = _whole_lines(folder)  # a run that goes on where it was has told events before
        if self.device() is None:
            _append(folder, {"event": "stage", "stage": "starting torch"})
        whole = [*arguments_of(folder), *arguments]
        order = {"folder": str(folder.resolve()), "arguments": whole, "nice": self.nice}
        self.spare.stdin.write(json.dumps(order).encode() + b"\n")
        self.spare.stdin.close()
        spare, self.spare = self.spare, None
        self._begin(spare, folder, begin)

    def follow(self, folder: Path, begin: int) -> bool:
        """Follow the run of a folder that somebody else started, from a byte of its events on; False where it is over.

        It can be stopped and killed as one that was started here, so one of another machine is not followed.
        """
        worker = at_work(folder)
        if worker is None or not worker.here:
            return False
        self._begin(Elsewhere(folder, worker), folder, begin)
        return True

    def _begin(self, process: subprocess.Popen[bytes] | Elsewhere, folder: Path, begin: int) -> None:
        self.leave()
        self.process, self.folder = process, folder
        self.events, self.step, self.kept = Events(folder, begin), 0, ""
        self.ended = self.killed = False

    @property
    def alive(self) -> bool:
        """Whether the run's process is there."""
        return self.process is not None and self.process.poll() is None

    def new_events(self) -> list[dict[str, Any]]:
        """What has happened since the last call; a process that died without a word becomes a `failed` event."""
        if self.folder is None or self.ended:
            return []
        dead = not self.alive  # asked before reading, so that nothing written before the end is missed
        found = [*self.events]
        self.step = next((e["step"] for e in reversed(found) if e["event"] == "step"), self.step)
        self.kept = next((saved_at(e) for e in reversed(found) if e["event"] == "saved"), self.kept)
        if any(event["event"] in ENDS for event in found):
            self.ended = True
        elif dead:
            self.ended = True
            found.append(self._died())
        return found

    def _died(self) -> dict[str, Any]:
        """Say what happened to a process that ended without `finished` or `failed`, and keep it with the events."""
        assert self.folder is not None and self.process is not None
        if at_work(self.folder):  # the events are another one's
            return {"event": "failed", "node": None, "message": f"{TAKEN} in {self.folder}."}
        self._end_group()  # its loader workers may be there still
        killed = self.killed or asked(self.folder / FILE) == KILLED
        event = died(self.process.returncode, killed, self.step, self.folder, self.kept)
        with suppress(OSError):  # the disk may be full
            _whole_lines(self.folder)
            _append(self.folder, event)
        return event

    def stop(self) -> None:
        """Ask the run to end at its next step, and where it stands: it may hang, and be ended at once then.

        One that cannot be asked, since its folder is gone or the disk is full, is.
        """
        if self.folder is not None:
            ask_standing(self.folder)
        try:
            self._ask(STOP)
        except OSError:
            self.kill()

    def pause(self, paused: bool) -> None:
        """Ask the run to stand still after its next step, or to go on. Raises OSError."""
        self._ask(PAUSE if paused else GO)

    def _ask(self, word: str) -> None:
        if self.folder is not None:
            ask(self.folder, word)

    def kill(self) -> None:
        """End the run's process and its loader workers at once."""
        if self.process is not None and self.process.poll() is None and self._end_group():
            self.killed = True
            with suppress(OSError):  # whoever else follows it takes it for the system's doing then
                self._ask(KILLED)

    def _end_group(self) -> bool:
        """Whether there was something that could be ended."""
        assert self.process is not None
        if not hasattr(os, "killpg"):
            self.process.kill()
            return True
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def close(self) -> None:
        """End the spare process; the run goes on. Waits for neither: a window that closes must not stand still."""
        self._end_spare()
        self.leave()

    def leave(self) -> None:
        """Follow the run no longer."""
        self.end_left()
        if self.process is not None:
            _leave(self.process)

    def end_left(self) -> None:
        """End a process that has told its last event and is still there: it has nothing left to do, but may hang."""
        if self.ended:
            self.kill()

    def _end_spare(self) -> None:
        if self.spare is not None:
            self.spare.kill()
            _leave(self.spare)
            self.spare = None


def _leave(process: subprocess.Popen[bytes] | Elsewhere) -> None:
    """Close our end of its input, and take note of what has ended of all that was left; the system does the rest."""
    if process.stdin is not None:
        process.stdin.close()
    LEFT.append(process)
    _take_note()


@atexit.register
def _take_note() -> None:
    """Forget those that have ended."""
    LEFT[:] = [each for each in LEFT if each.poll() is None]


def _spawned() -> subprocess.Popen[bytes]:
    """A worker in a process group of its own, so that it and its children can be ended together, or outlive us."""
    return subprocess.Popen(
        command("runtime.train.worker"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )


def _hear(pipe: IO[bytes], told: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Wait for the first line of a worker, in a thread: there is no asking without waiting on every system."""
    with pipe:
        line = pipe.readline()
    with suppress(ValueError):  # ended in the middle of a word
        found = json.loads(line or b"null")
        if isinstance(found, dict):
            told.put(found)


def _whole_lines(folder: Path) -> int:
    """End the last line of a run's events, which a process that died may have torn; returns their size."""
    with (folder / "events.jsonl").open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return size if file.read(1) in (b"", b"\n") else size + file.write(b"\n")


def _append(folder: Path, event: dict[str, Any]) -> None:
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")
