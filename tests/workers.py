"""Workers as copies of one process that has torch already, so that each starts in a moment: ``python -m`` this file.

It takes an order a message, ``{"environment", "folder"}`` with the ends of three pipes: the input and the output of the
copy, and where its number and at last its exit code are told. How workers are really started has tests of its own.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

import pytest

from runtime.started import command, environment
from runtime.train import process as training

SPAWNED = training._spawned  # how they are started elsewhere
LARGEST, DIGITS = 1 << 20, 10  # bytes of an order, and of each number that is told


class Copy(subprocess.Popen[bytes]):
    """A worker, as what started it sees it. It is a child of another process, which tells how it ended."""

    def __init__(self, orders: socket.socket) -> None:
        self.returncode: int | None = None
        (read, write), (heard, told), (self.ended, ends) = (os.pipe() for _ in range(3))
        order = {"environment": environment(), "folder": os.getcwd()}
        socket.send_fds(orders, [json.dumps(order).encode()], [read, told, ends])
        for end in (read, told, ends):
            os.close(end)
        self.args = command("runtime.train.worker")
        self.stdin, self.stdout, self.stderr = os.fdopen(write, "wb", 0), os.fdopen(heard, "rb"), None
        self.pid = int(os.read(self.ended, DIGITS))

    def __del__(self) -> None:
        if self.returncode is None:
            os.close(self.ended)

    def poll(self) -> int | None:
        """Its exit code, once there is one."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, as soon as there is one. Raises TimeoutExpired after so many seconds."""
        if self.returncode is None:
            if not select.select([self.ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = int(os.read(self.ended, DIGITS))
            os.close(self.ended)
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """Send it a signal, as long as it is there."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)


class Workers:
    """Makes copies; the process that is copied is started for the first of them."""

    def __init__(self) -> None:
        self.orders = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process: subprocess.Popen[bytes] | None = None

    def spawned(self) -> subprocess.Popen[bytes]:
        """A worker that waits for its run."""
        ours, theirs = self.orders
        if self.process is None:
            line = [*command("tests.workers"), str(theirs.fileno())]
            self.process = subprocess.Popen(line, pass_fds=[theirs.fileno()], env=environment())
        return Copy(ours)

    def close(self) -> None:
        """End the process that is copied, not its copies."""
        for end in self.orders:
            end.close()
        if self.process:
            self.process.wait()


@contextmanager
def copied() -> Iterator[None]:
    """Trainers of this process have copies for workers."""
    workers = Workers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_spawned", workers.spawned)
        yield
    workers.close()


def _begun(order: bytes, read: int, told: int, ends: int) -> None:
    """Make a copy, wait for its end and tell of it, in a process between, since only its parent may wait for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if copy := os.fork():
        os.close(read)
        os.close(told)
        os.write(ends, f"{copy:{DIGITS}}".encode())
        _, status = os.waitpid(copy, 0)
        with suppress(BrokenPipeError):
            os.write(ends, f"{os.waitstatus_to_exitcode(status):{DIGITS}}".encode())
        os._exit(0)
    os.close(ends)
    os.setsid()
    for end, place in ((read, 0), (told, 1), (os.open(os.devnull, os.O_WRONLY), 2)):
        os.dup2(end, place)
        os.close(end)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", 1)
    known = json.loads(order)
    os.chdir(known["folder"])
    os.environ.clear()
    os.environ.update(known["environment"])
    worker = import_module("runtime.train.worker")
    worker.leave(worker.main())


def main() -> None:
    """Have torch, and make a copy for each order."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a copy has no thread but its first
    for name in ("sklearn.datasets", "safetensors.torch", "runtime.train.worker", "runtime.train.gauges"):
        import_module(name)
    torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).step()  # the first optimizer of a process takes seconds
    torch.set_num_threads(threads)
    orders = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those between are waited for by nobody
    while True:
        order, ends, _, _ = socket.recv_fds(orders, LARGEST, 3)
        if not order:
            return
        if not os.fork():
            orders.close()
            _begun(order, *ends)
        for end in ends:
            os.close(end)


if __name__ == "__main__":
    main()
