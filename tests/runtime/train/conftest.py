"""What tests of training share."""

import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
import torch

from runtime.graph.edit import Edit
from runtime.spec.observed import ANSWERS, Question, learn
from runtime.train import observe as observing
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.worker import work
from tests.runtime.train.copies import Runs, copies
from tests.runtime.train.runs import Event, ready

Fails = Callable[..., Event]


@pytest.fixture(scope="session")
def doing() -> Iterator[Runs]:
    """Does runs."""
    with copies() as made:
        yield made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Questions are answered by copies of this process, in which torch is there, as by the one that is made for it."""

    def observe(questions: Collection[Question], folder: Path) -> None:
        for question in questions:
            learn(question, question.answer(observing.observed(question.order(folder))))

    monkeypatch.setattr("runtime.train.observer.observe", observe)
    ANSWERS.clear()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fails:
    """Runs a case with edits in this process; returns its last event."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "program", sys)  # put back afterwards

    def last(name: str, *edits: Edit) -> Event:
        folder = ready(tmp_path / "run", name, *edits)
        code = work(folder, arguments_of(folder))
        events = read_events(folder)
        assert (code, events[-1]["event"]) == (1, "failed")
        assert "\n" not in events[-1]["message"]
        return events[-1]

    return last
