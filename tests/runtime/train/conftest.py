"""What tests of training share."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
import torch

from runtime.spec.observed import ANSWERS, Question, learn
from runtime.train import observe as observing
from tests.runtime.train.copies import Runs, copies


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
