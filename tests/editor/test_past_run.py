"""Reading a run that is over."""

import json
from pathlib import Path

from editor.past_run import MOST_STEPS, past_events, past_run


def test_that_a_long_run_is_thinned_and_keeps_its_epochs(tmp_path: Path) -> None:
    events = [{"event": "step", "step": n, "loss": 1 / n} for n in range(1, 3 * MOST_STEPS)]
    events.append({"event": "epoch", "epoch": 1})
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    found = past_events(tmp_path)
    assert len(found) <= MOST_STEPS + 1
    assert found[0] == events[0]
    assert found[-1] == events[-1]


def test_that_a_short_run_is_whole_and_a_missing_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"event": "step", "step": 1}\n{"event": "finis')
    assert past_events(tmp_path) == [{"event": "step", "step": 1}]
    assert past_events(tmp_path / "gone") == []
    assert past_events(None) == []


def test_that_a_run_that_went_on_from_another_begins_with_that_one(tmp_path: Path) -> None:
    for name, before in (("first", "gone"), ("second", "first"), ("third", "second")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.jsonl").write_text(f'{{"event": "stage", "stage": "{name}"}}\n')
        (tmp_path / name / "arguments.json").write_text(json.dumps(["--seed", "1", "--resume", str(tmp_path / before)]))
    assert [event["stage"] for event in past_events(tmp_path / "third")] == ["first", "second", "third"]
    assert past_run(tmp_path / "third")[1] == (tmp_path / "third" / "events.jsonl").stat().st_size
    (tmp_path / "first" / "arguments.json").write_text(json.dumps(["--resume", str(tmp_path / "third")]))
    assert [event["stage"] for event in past_events(tmp_path / "second")] == ["third", "first", "second"]
