"""Loader workers that die at the worst moments: each is told once, where a batch is waited for."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Dataset
from torch.utils.data.dataloader import _MultiProcessingDataLoaderIter

from runtime.train.deaths import deaths
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.told import Told
from runtime.train.worker import work
from tests.runtime.train.runs import ready
from tests.runtime.train.test_loader import workers_of

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc, and waited for by waitid")
DIED = "DataLoader worker (pid 7) is killed by signal: Killed. "


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that has died, as torch tells it."""

    def told() -> None:
        raise RuntimeError(DIED)

    monkeypatch.setattr(torch._C, "_error_if_any_worker_fails", told)


def signalled() -> None:
    """The system says that a process has ended."""
    os.kill(os.getpid(), signal.SIGCHLD)


class Waiting:
    """A loader of torch that waits for a batch of a worker."""

    def __init__(self, alive: bool) -> None:
        self._workers = [SimpleNamespace(is_alive=lambda: alive)]

    def _try_get_data(self, wait: Callable[[], object]) -> None:
        wait()


@pytest.mark.usefixtures("dead")
def test_that_a_death_is_raised_only_where_a_batch_is_waited_for() -> None:
    assert hasattr(_MultiProcessingDataLoaderIter, Waiting._try_get_data.__name__)  # which is torch's own
    before = signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGALRM)
    with pytest.raises(RuntimeError, match="killed by signal"), deaths():
        signalled()  # in the midst of anything: of the step before, or of telling a failure
        Waiting(alive=True)._try_get_data(signalled)  # of another loader
        Waiting(alive=False)._try_get_data(signalled)
    assert (signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGALRM)) == before


class Long(Dataset[str]):
    """Samples that no pipe holds whole."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, _: int) -> str:
        return "x" * (1 << 20)


class Never(Long):
    """Samples that do not come."""

    def __getitem__(self, _: int) -> str:
        return str(os.read(os.pipe()[0], 1))


@ON_LINUX
@pytest.mark.parametrize(("samples", "timeout"), [(Long(), 0), (Never(), 10_000)])
def test_that_a_worker_that_died_elsewhere_is_missed_as_soon_as_its_batch_is_waited_for(
    samples: Long, timeout: float
) -> None:
    """In the midst of what it sent, or where torch would look no sooner than after the loader's timeout."""
    with pytest.raises(RuntimeError, match="DataLoader worker"), deaths():
        batches: Any = iter(DataLoader(samples, num_workers=1, batch_size=None, timeout=timeout))
        if not timeout:
            assert batches._worker_result_queue._reader.poll(60)  # half of it is there, and the rest cannot come
        [worker] = workers_of(os.getpid())
        os.kill(worker, signal.SIGKILL)
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        next(batches)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@ON_LINUX
def test_that_nobody_looks_for_a_death_any_more_once_its_loader_is_gone() -> None:
    with deaths():
        batches: Any = iter(DataLoader(Never(), num_workers=1, batch_size=None))
        [worker] = workers_of(os.getpid())
        os.kill(worker, signal.SIGKILL)
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        signal.raise_signal(signal.SIGCHLD)  # in this thread: another one may have been told of it
        assert signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0)
        signal.raise_signal(signal.SIGALRM)
        assert signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0)  # its batch may be waited for yet
        del batches
        signal.raise_signal(signal.SIGALRM)
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.usefixtures("dead")
def test_that_an_error_of_something_else_stays_one() -> None:
    with pytest.raises(RuntimeError) as caught, deaths():
        signalled()
        raise RuntimeError("the layer of somebody")
    assert not hasattr(caught.value, "__notes__")


class Deadly(Told):
    """Kills every worker as it tells the first step, and goes on when all are dead."""

    def write(self, event: dict[str, Any]) -> bool:
        if event["event"] == "step":
            for worker in workers_of(os.getpid()):
                os.kill(worker, signal.SIGKILL)
                os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        return super().write(event)


@ON_LINUX
def test_that_workers_that_die_while_something_else_is_done_are_told_at_collate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "program", sys)  # the program is imported in this process
    folder = ready(tmp_path / "run", "padded", ("set", "batches", "num_workers", 2), epochs=3)
    assert work(folder, arguments_of(folder), Deadly(folder)) == 1
    event = read_events(folder)[-1]
    assert (event["event"], event["node"]) == ("failed", "batches")
    assert event["message"].startswith("a worker that reads samples was ended by the signal Killed, most often because")
