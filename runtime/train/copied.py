"""A call in a copy of this process that may do anything: at the end the copy and all that it began are ended."""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

MEMORY = 4 * 2**30  # bytes that it may take, or half of what the machine has
TASKS = 200  # processes and threads that the user may have more than at its start
ROUNDS = 50  # in which what begins processes faster than they are found is stopped
KILL_WITH_PARENT, ADOPT = 1, 36  # PR_SET_PDEATHSIG and PR_SET_CHILD_SUBREAPER of Linux
LEFT: set[int] = set()  # processes that were killed and may not have ended yet


class Alone(Exception):
    """Nobody waits for the answer any more."""


def copied(work: Callable[[], bytes], seconds: float, asker: int | None = None) -> tuple[bytes, int | None]:
    """What a call gives in a copy of this process, and its exit code, which is None for one that took too long.

    `asker` is a pipe whose other end is closed when nobody waits any more, which raises Alone.
    """
    _forget_ended()
    _linux(ADOPT, 1)  # what it leaves behind becomes a child of this process, and is found
    before = set(_children().get(os.getpid(), ()))
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):  # whatever a text raises, a copy must not go on as its parent
            _set_apart(parent, seconds)
            os.write(writing, work())
        os._exit(0)
    os.close(writing)
    late = True
    try:
        data, late = _heard(reading, time.monotonic() + seconds, asker)
    finally:
        os.close(reading)
        _end(child, before)
    if late:  # what took gigabytes takes a moment to end
        return data, None
    LEFT.discard(child)
    return data, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _set_apart(parent: int, seconds: float) -> None:
    """In the copy: nothing to hear or say, and limits that hold where nobody is there to end it."""
    os.setsid()
    _linux(KILL_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    with suppress(ImportError, OSError, ValueError):  # a system without limits, or one that allows less already
        import resource

        whole = round((seconds + 1) * (os.cpu_count() or 1))
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        whole = os.sysconf("SC_PHYS_PAGES") * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + min(MEMORY, whole // 2),) * 2)
        resource.setrlimit(resource.RLIMIT_NPROC, (_tasks() + TASKS,) * 2)


def _heard(reading: int, end: float, asker: int | None) -> tuple[bytes, bool]:
    """What comes through a pipe until its other end is closed, and whether that took too long. Raises Alone."""
    data, poll = b"", select.poll()
    poll.register(reading, select.POLLIN)
    if asker is not None:
        poll.register(asker, 0)  # tells of its end alone
    while (left := end - time.monotonic()) > 0:
        ready = dict(poll.poll(1000 * left))
        if asker in ready:
            raise Alone
        if reading in ready:
            part = os.read(reading, 2**16)
            if not part:
                return data, False
            data += part
    return data, True


def _end(child: int, before: set[int]) -> None:
    """Kill it and all that it began; what runs is stopped first, so that it begins nothing more meanwhile."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGSTOP)
    stopped = {child}
    for _ in range(ROUNDS):
        fresh = _begun(before) - stopped
        for each in fresh:
            _tell(each, signal.SIGSTOP)
        stopped |= fresh
        if not fresh:
            break
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    for each in stopped:
        _tell(each, signal.SIGKILL)
    LEFT.update(stopped)


def _begun(before: set[int]) -> set[int]:
    """The children of this process but those from before, and all theirs."""
    children = _children()
    found = [each for each in children.get(os.getpid(), ()) if each not in before]
    for each in found:
        found += children.get(each, ())
    return set(found)


def _children() -> dict[int, list[int]]:
    """The children of every process; none where the system does not tell."""
    found: dict[int, list[int]] = {}
    with suppress(FileNotFoundError):
        for each in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError), open(f"/proc/{each}/stat", encoding="utf-8", errors="replace") as file:
                found.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(int(each))
    return found


def _tasks() -> int:
    """How many processes and threads the user has."""
    found, own = 0, os.getuid()
    for each in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if os.stat(f"/proc/{each}").st_uid == own:
                found += len(os.listdir(f"/proc/{each}/task"))
    return found


def _tell(process: int, sign: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, sign)


def _forget_ended() -> None:
    """Take note of those that have ended."""
    for each in list(LEFT):
        try:
            ended = os.waitpid(each, os.WNOHANG) != (0, 0)
        except ChildProcessError:  # of a parent that has not ended yet, or gone
            ended = not os.path.exists(f"/proc/{each}")
        if ended:
            LEFT.discard(each)


def _linux(option: int, value: int) -> None:
    """Ask the system for something that only Linux knows."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a library of C without it: then orphans are not adopted
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
