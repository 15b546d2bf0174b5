"""What a run pays for probes: steps with a guard and with open wires, beside the same steps without, interleaved."""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from runtime.graph.file import load
from runtime.train import not_finite, probes
from runtime.train.folder import arguments_of, prepare_run
from runtime.train.not_finite import Guard
from runtime.train.told import Told
from runtime.train.worker import imported
from tests.bench.memory import keep_memory

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
OPEN = {  # the widest wire of each, and the last one
    "two_models": ["conv.output", "final.output"],
    "transformer": ["layers.output", "final.output"],
    "resnet18": ["conv.output", "final.output"],
}
ROUNDS, BLOCK = 12, 1.5  # seconds of a block
MOST = 1.03
WAYS = ("plain", "guarded", "open", "plain again")


class Clock:
    """Time that passes for one run only, while it has its turn."""

    def __init__(self) -> None:
        self.passed, self.begun = 0.0, 0.0
        self.time, self.thread_time = time.time, time.thread_time
        self.worked, self.at_work = 0.0, 0.0

    def monotonic(self) -> float:
        """Seconds of its turns."""
        return self.passed + time.monotonic() - self.begun

    def process_time(self) -> float:
        """Seconds of the processor in its turns."""
        return self.worked + time.process_time() - self.at_work


def steps(way: str, program: Any, folder: Path) -> Iterator[Any]:
    """The events of a run without an end, written as a run writes them."""
    run = program.prepare(program.options_from([*arguments_of(folder), "--epochs", "100000"]))
    place = folder if way == "open" else folder / way
    place.mkdir(exist_ok=True)
    told = Told(place)
    guard = Guard(run, place, told.write, lambda epoch: True)
    events = guard.of(iter(run)) if way in ("guarded", "open") else iter(run)
    for event in events:
        told.write(event)
        yield event


def ratios(name: str, root: Path) -> dict[str, list[float]]:
    """CPU time a step of each way over the mean of both plain ones, a number a round."""
    graph = EXAMPLES / f"{name}.json"
    folder = prepare_run(load(graph.read_bytes()), graph, {"device": "cpu", "threads": 1}, root / name, trusting=True)
    program = imported(folder / "program.py")
    runs = {way: steps(way, program, folder) for way in WAYS}
    clocks = {way: Clock() for way in WAYS}
    found: dict[str, list[float]] = {way: [] for way in WAYS[1:]}
    for turn in range(-1, ROUNDS):
        (folder / probes.ASKED).write_text(json.dumps(OPEN[name]), encoding="utf-8")
        spent = {way: _block(runs[way], clocks[way]) for way in WAYS[turn % 4 :] + WAYS[: turn % 4]}
        if turn >= 0:  # the first is for warming up
            both = (spent["plain"] + spent["plain again"]) / 2
            found["plain again"].append(spent["plain again"] / spent["plain"])
            for way in ("guarded", "open"):
                found[way].append(spent[way] / both)
    return found


def _block(events: Iterator[Any], clock: Clock) -> float:
    """Seconds of the processor a step."""
    with mock.patch.object(probes, "time", clock), mock.patch.object(not_finite, "time", clock):
        clock.begun = time.monotonic()
        clock.at_work = begun = time.process_time()
        number = 0
        while time.monotonic() - clock.begun < BLOCK:
            next(events)
            number += 1
        spent = time.process_time() - begun
        clock.passed += time.monotonic() - clock.begun
        clock.worked += spent
    return spent / number


def main() -> None:
    """Print medians and quartiles; fail where open probes cost more than they may."""
    keep_memory()
    dear: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in OPEN:
            found = ratios(name, Path(folder))
            told = []
            for way, each in found.items():
                low, middle, high = statistics.quantiles(each, n=4)
                told.append(f"{way} {middle:.3f} ({low:.3f} to {high:.3f})")
            print(f"{name}: CPU time a step beside plain ones: {', '.join(told)}", flush=True)
            dear += [name] * (statistics.median(found["open"]) > MOST)
        assert not dear, f"probes of {dear} cost too much"


if __name__ == "__main__":
    main()
