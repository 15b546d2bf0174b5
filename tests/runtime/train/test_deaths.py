"""Loader workers that die at the worst moments: each is told once, where a batch is waited for."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.data.dataloader import _MultiProcessingDataLoaderIter

from runtime.train.deaths import deaths
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.told import Told
from runtime.train.worker import work
from tests.runtime.train.runs import ready
from tests.runtime.train.test_loader import workers_of

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


@pytest.mark.usefixtures("dead")
def test_that_a_death_is_raised_only_where_a_batch_is_waited_for() -> None:
    def _try_get_data() -> None:
        signalled()

    assert hasattr(_MultiProcessingDataLoaderIter, _try_get_data.__name__)  # which is torch's own
    before = signal.getsignal(signal.SIGCHLD)
    with pytest.raises(RuntimeError, match="killed by signal"), deaths():
        signalled()  # in the midst of anything: of the step before, or of telling a failure
        _try_get_data()
    assert signal.getsignal(signal.SIGCHLD) == before


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
