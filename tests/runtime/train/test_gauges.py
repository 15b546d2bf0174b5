"""What a run tells beside its losses: the norm of its gradients before clipping, and memory once a second."""

from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from runtime.train import gauges
from runtime.train.gauges import Gauges

CPU = torch.device("cpu")


def stepped(own: Gauges, most: float | None, steps: int) -> list[dict[str, Any]]:
    """Events of some steps of a model whose gradient is always [3, 4]."""
    model = nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    own.listen(SimpleNamespace(optimizer=optimizer))
    found = []
    for step in range(steps):
        optimizer.zero_grad()
        model(torch.tensor([3.0, 4.0])).sum().backward()
        if most is not None:
            nn.utils.clip_grad_norm_(model.parameters(), most)
        optimizer.step()
        event: dict[str, Any] = {"event": "step", "step": step}
        own.add(event, CPU)
        own.look()
        found.append(event)
    return found


def test_that_a_norm_that_clipping_takes_is_told_at_every_step_as_it_was_before() -> None:
    stock = nn.utils.clip_grad_norm_
    with closing(Gauges()) as own:
        events = stepped(own, 1.0, 3)
    assert [float(event["gradient_norm"]) for event in events] == pytest.approx([5.0] * 3)
    assert nn.utils.clip_grad_norm_ is stock


def test_that_without_clipping_norm_and_memory_are_taken_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr(gauges, "time", SimpleNamespace(monotonic=lambda: 10 + next(clock) * 0.2))
    with closing(Gauges()) as own:
        events = stepped(own, None, 12)
    told = [event["step"] for event in events if "gradient_norm" in event]
    assert 2 <= len(told) <= 5 and told[0] == 0
    assert float(events[0]["gradient_norm"]) == pytest.approx(5.0)
    assert events[0]["memory"] > 2**20
    assert 1 < sum("memory" in event for event in events) < 6
