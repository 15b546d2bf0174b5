"""Processes of ours as copies of one that has torch already, so that each starts in a moment: ``python -m`` this file.

It takes an order a connection, ``{"module", "arguments", "environment", "folder"}`` with the input, the output and the
errors of the copy, and tells its number and at last its exit code; of an attended copy the end of the connection is the
end. How processes are really started has tests of its own.
"""

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest

from runtime.started import command, environment
from runtime.train import process as training

SPAWNED = training._spawned  # how they are started elsewhere
WORKER, RELAY = "runtime.train.worker", Path(__file__).with_name("relay.py")
LARGEST = 1 << 20  # bytes of an order


class Copy(subprocess.Popen[bytes]):
    """A worker, as what started it sees it. It is a child of another process, which tells how it ended."""

    def __init__(self, name: str) -> None:
        self.returncode: int | None = None
        (read, write), (heard, told), errors = os.pipe(), os.pipe(), os.open(os.devnull, os.O_WRONLY)
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.told.connect(name)
        order = {"module": WORKER, "arguments": [], "environment": environment(), "folder": os.getcwd()}
        socket.send_fds(self.told, [json.dumps(order).encode()], [read, told, errors])
        for end in (read, told, errors):
            os.close(end)
        self.args = command(WORKER)
        self.stdin, self.stdout, self.stderr = os.fdopen(write, "wb", 0), os.fdopen(heard, "rb"), None
        self.pid = self._number()

    def __del__(self) -> None:
        self.told.close()

    def _number(self) -> int:
        if not (told := self.told.recv(LARGEST)):
            raise RuntimeError("What tells of a copy has ended without a word.")
        return int(told)

    def poll(self) -> int | None:
        """Its exit code, once there is one."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, as soon as there is one. Raises TimeoutExpired after so many seconds."""
        if self.returncode is None:
            if not select.select([self.told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = self._number()
            self.told.close()
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """Send it a signal, as long as it is there."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)


class Workers:
    """Starts each process as users do, where a system can have no copies."""

    def command(self, module: str, *arguments: str) -> list[str]:
        """The line of a process that runs a module of ours, or a script."""
        begin = [sys.executable, module] if module.endswith(".py") else command(module)
        return [*begin, *arguments]


class Copies(Workers):
    """Makes copies; the process that is copied is started for the first of them.

    It is asked through a file of a folder that is only ours: others would have it run anything as us.
    """

    def __init__(self, folder: Path) -> None:
        self.name = str(folder / "orders")
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start the process that is copied, if it was not. Raises RuntimeError if it is gone: it would not answer."""
        if self.process is None:
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as orders:
                orders.bind(self.name)
                orders.listen()
                line = [*command("tests.workers"), str(orders.fileno())]
                self.process = subprocess.Popen(
                    line, stdin=subprocess.PIPE, pass_fds=[orders.fileno()], env=environment()
                )
        elif self.process.poll() is not None:
            raise RuntimeError(f"The process that tests copy has ended with {self.process.returncode}.")

    def spawned(self) -> subprocess.Popen[bytes]:
        """A worker that waits for its run."""
        self.begin()
        return Copy(self.name)

    def command(self, module: str, *arguments: str) -> list[str]:
        """The line of a process that has a copy run a module of ours, or a script."""
        self.begin()
        return [sys.executable, "-S", "-E", "-P", str(RELAY), self.name, module, *arguments]

    def close(self) -> None:
        """End the process that is copied, not its copies."""
        if self.process and self.process.stdin:
            self.process.kill()  # the end of its input may be held by what a test has left
            self.process.wait()
            self.process.stdin.close()


def copyable() -> bool:
    """Whether this system has all that copies need; what came last, handles of processes, came with Linux 5.3."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


@contextmanager
def copied() -> Iterator[Workers]:
    """Trainers of this process have copies for workers."""
    if not copyable():
        yield Workers()
        return
    with (
        TemporaryDirectory() as folder,
        closing(Copies(Path(folder))) as workers,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(training, "_spawned", workers.spawned)
        yield workers


def _begun(connection: socket.socket) -> None:
    """Make a copy, wait for its end and tell of it, in a process between, since only its parent may wait for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told, ends, _, _ = socket.recv_fds(connection, LARGEST, 3)
    if not told:  # whoever asked was killed before
        os._exit(0)
    order = json.loads(told)
    if not (copy := os.fork()):
        connection.close()
        os.setsid()
        for place, end in enumerate(ends):
            os.dup2(end, place)
            os.close(end)
        _run(order)
    for end in ends:
        os.close(end)
    with suppress(OSError):  # or is killed by now
        connection.send(str(copy).encode())
    if order.get("attended"):
        either: list[Any] = [os.pidfd_open(copy), connection]
        if either[0] not in select.select(either, [], [])[0]:
            os.kill(copy, signal.SIGKILL)
    _, status = os.waitpid(copy, 0)
    with suppress(OSError):  # nobody listens any more
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(order: dict[str, Any]) -> NoReturn:
    """Run a module as a process of its own does."""
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w", 1), os.fdopen(2, "w", 1)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:0] = [each for each in os.environ.get("PYTHONPATH", "").split(":") if each and each not in sys.path]
    sys.argv, code = [order["module"], *order["arguments"]], 0
    try:
        if order["module"].endswith(".py"):
            sys.path.insert(0, str(Path(order["module"]).resolve().parent))
            runpy.run_path(order["module"], run_name="__main__")
        else:
            runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _take_note() -> None:
    """Those between have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def warm() -> None:
    """Have what copies need, and no thread that they would lack."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a copy has no thread but its first
    worked = (f"runtime.train.{name}" for name in ("worker", "gauges", "device"))
    for name in ("sklearn.datasets", "safetensors.torch", *worked):
        import_module(name)
    torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).step()  # the first optimizer of a process takes seconds
    torch.set_num_threads(threads)


def main() -> None:
    """Have torch, and make a copy for each order."""
    warm()
    orders = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, lambda *_: _take_note())
    either: list[Any] = [orders, sys.stdin]  # which ends with the tests
    while orders in select.select(either, [], [])[0]:
        connection, _ = orders.accept()
        if not os.fork():
            orders.close()
            _begun(connection)
        connection.close()


if __name__ == "__main__":
    main()
