"""The events of a run as whoever looks at its folder reads them."""

from contextlib import closing
from math import inf, nan
from pathlib import Path
from typing import Any

import torch

from runtime.train.events import FILE, Events, read_events
from runtime.train.told import Told


def test_that_events_are_read_up_to_the_last_whole_line_and_then_on(tmp_path: Path) -> None:
    lines = [b'{"event": "step", "loss": "NaN"}', b"nonsense", b"", b"[1]", b'{"loss": 1}', b'{"event": "ep']
    (tmp_path / FILE).write_bytes(b"\n".join(lines))
    told = Events(tmp_path)
    assert repr([*told]) == "[{'event': 'step', 'loss': nan}]"
    assert [*told] == []
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'och"}\n{"event": "finished"}\n')
    assert [*told] == [{"event": "epoch"}, {"event": "finished"}]
    assert told.at == (tmp_path / FILE).stat().st_size
    assert [event["event"] for event in Events(tmp_path, without_steps=True)] == ["epoch", "finished"]


def test_that_a_reader_who_stops_goes_on_with_the_next_event(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("".join(f'{{"event": "step", "step": {n}}}\n' for n in range(5)))
    told = Events(tmp_path)
    assert next(iter(told))["step"] == 0
    assert [event["step"] for event in told] == [1, 2, 3, 4]


def test_that_a_folder_without_events_tells_nothing(tmp_path: Path) -> None:
    assert read_events(tmp_path / "gone") == []
    (tmp_path / FILE).touch()
    assert read_events(tmp_path) == []


def test_that_what_is_told_is_read_digit_for_digit_what_is_not_finite_too(tmp_path: Path) -> None:
    told: list[dict[str, Any]]
    losses = [1 / 3, 1e-310, nan, -inf, 2.0]
    for text in ("""a "word", },{"event": "step", null and NaN""", "ä\n→"):
        (tmp_path / text[:1]).mkdir()
        told = [{"event": "step", "step": n, "loss": loss, "what": text} for n, loss in enumerate(losses)]
        told += [{"event": "epoch", "train": {"loss": losses[0], "no": None}}, {"event": "step", "step": 2**70}]
        with closing(Told(tmp_path / text[:1])) as telling:
            for event in told:
                tensor = {"loss": torch.tensor(event["loss"], dtype=torch.float64)} if "loss" in event else {}
                telling.write({**event, **tensor})
        assert repr(read_events(tmp_path / text[:1])) == repr(told)
