"""A run that was stopped, paused or killed anywhere goes on as if it had not been: the same losses and weights."""

import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from runtime.graph.edit import Edit
from runtime.train.events import read_events
from tests.runtime.train.copies import ENDS, KILLED, Runs
from tests.runtime.train.runs import Event, ready

WORKERS = (0, 2, 4)
CASES: dict[str, tuple[Edit, ...]] = {
    "flips": (("set", "batches", "batch_size", 200), ("run", "epochs", 3)),
    "padded": (("set", "batches", "validation", 0.25), ("run", "epochs", 4)),
    "metrics": (("run", "epochs", 4),),
    "two_optimizers": (("run", "epochs", 4),),
    "three_schedules": (),
    "run_settings": (),
    "folds": (),
}
MEASURED = ("seconds", "memory", "gradient_norm")  # of steps now and then, by the clock
QUICK = ("padded", "two_optimizers")
MOST = {"in a step": 20, "before a file": 8, "after a file": 8, "in a file": 5, "in a validation": 4}


@pytest.fixture(scope="module")
def unbroken(doing: Runs, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Folders of runs that nobody ended, one a case."""
    done: dict[str, Path] = {}

    def of(case: str) -> Path:
        if case not in done:
            done[case] = ready(tmp_path_factory.mktemp(case) / "run", case, *CASES[case])
            assert doing.run(done[case]) == 0
        return done[case]

    return of


def told(events: list[Event]) -> dict[tuple[int, str, int], list[Event]]:
    """What was told of each step and each epoch of each fold, without what depends on the clock."""
    found: dict[tuple[int, str, int], list[Event]] = {}
    for event in events:
        if event["event"] in ("step", "epoch"):
            place = (event.get("fold", 0), event["event"], event[event["event"]])
            found.setdefault(place, []).append({key: value for key, value in event.items() if key not in MEASURED})
    return found


def weights(folder: Path) -> dict[str, dict[str, bytes]]:
    """All files of weights; the graph that they carry tells how many workers there were."""
    files = {file.name: load_file(file) for file in folder.glob("*.safetensors")}
    return {name: {key: value.numpy().tobytes() for key, value in file.items()} for name, file in files.items()}


def holds(seed: int, cases: Sequence[str], doing: Runs, unbroken: Any, folder: Path) -> None:
    """End a run somewhere, go on from there, and compare all that was told and kept with the unbroken one."""
    chance = random.Random(seed)
    workers, end = WORKERS[seed % len(WORKERS)], ENDS[seed % len(ENDS)]
    case = chance.choice(cases)
    count, every = chance.randint(1, MOST.get(end, 24)), chance.choice([0.0, 1e9])
    edits: list[Edit] = [*CASES[case], ("set", "batches", "num_workers", workers)]
    code, before = doing.run(ready(folder / "first", case, *edits), end, count, every), read_events(folder / "first")
    while code == 0 and not before[-1].get("stopped") and not any(each["event"] == "paused" for each in before):
        assert count > 1, f"{case} {end} is never reached"
        shutil.rmtree(folder / "first")  # it was over before: sooner, then
        count //= 2
        code = doing.run(ready(folder / "first", case, *edits), end, count, every)
        before = read_events(folder / "first")
    assert code == (-9 if end in KILLED else 0), f"{case} {end} {count}"
    last = folder / "first"
    if code == -9 or before[-1].get("stopped"):
        kept = (last / "checkpoint.pt").is_file()
        last = folder / "first" if kept and chance.random() < 0.5 else folder / "second"
        ready(last, case, *edits, **({"resume": folder / "first"} if kept else {}))
        before = before if kept and last.name == "second" else []
        assert doing.run(last) == 0, read_events(last)[-1]
    whole, found = told(read_events(unbroken(case))), told([*before, *read_events(last)])
    assert found.keys() == whole.keys(), f"{case} {end} {count}"
    for place, (expected,) in whole.items():
        assert all(each == expected for each in found[place]), f"{case} {end} {count}: {place}"
    assert weights(last) == weights(unbroken(case))


@pytest.mark.parametrize("seed", range(8))
def test_that_a_run_that_was_ended_anywhere_goes_on_bit_for_bit(
    seed: int, doing: Runs, unbroken: Any, tmp_path: Path
) -> None:
    holds(seed, QUICK, doing, unbroken, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8, 108))
def test_that_runs_that_were_ended_anywhere_go_on_bit_for_bit(
    seed: int, doing: Runs, unbroken: Any, tmp_path: Path
) -> None:
    holds(seed, [*CASES], doing, unbroken, tmp_path)
