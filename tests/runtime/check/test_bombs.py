"""Bombs: each is refused, told of or written as a program with a bounded amount of work and memory."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.runtime.check.bombs import bombs

ROOT = Path(__file__).parents[3]
MEMORY, SECONDS = 1_500, 120  # MB and CPU seconds of the process that looks at all of them
MOST_CALLS = 400_000  # of Python functions and built-in ones in a check and a program, about 100 ms without counting

# Harmless as they stand: nothing of them is too large for a machine, so that they have a program.
SOUND = {
    "a_thousand_parameters",
    "adaptive_1d",
    "added_to_itself",
    "arange",
    "batch_as_large_as_can_be",
    "diagonal",
    "length_as_long_as_can_be",
    "lengths_told_apart",
    "long_note",
    "many_datasets",
    "many_losses",
    "milestones_of_10_9",
    "one_use_50_deep",
    "pooled_lengths",
    "repeated_a_thousand_times",
    "slices",
    "unicode",
    "warmup_of_10_9",
    "wide_bilinear",
    "wide_linear",
}
REFUSED = {
    "definition_of_many_parameters",
    "linear_of_10_400",
    "linear_of_10_5000",
    "many_definitions",
    "weights_of_a_loss",
}
TELLING = {  # what the first problem says of bombs whose numbers are each allowed
    "ten_uses_50_deep": "bomb is a use of d0, which stands for 10^49 nodes; at most 20,000 can be.",
    "one_use_300_deep": "bomb is a use of d0, in which uses lie 291 deep in each other; at most 50 can.",
    "outer": "bomb would need 18.4 EB, more than a machine has, for what it makes, float32[2147483647, 2147483647].",
    "zeros": "bomb would need 10^28 bytes, more than a machine has, for what it makes, "
    "float32[2147483647, 2147483647, 2147483647]. Use the default for size.",
    "conv_1d_padding": "bomb would need 8.8 TB, more than a machine has, for what it makes of a batch, "
    "float32[32, 16, 4294967300]. Use the default for padding.",
    "feedforward": "bomb would need 14.6 TB, more than a machine has, for its weights. "
    "Use the default for dim_feedforward.",
    "length_as_long_as_can_be": "noise would need 258 GB, more than most machines have, for its samples. "
    "Use the default for length.",
    "unsqueezed": "n61 would make 65 dimensions; torch works with up to 64.",
    "size_of_a_million": "bomb needs at most 64 entries for size, got 990000. Use the default.",
}

LOOK = f"""
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY} << 20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS},) * 2)
from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.file import Refused, load
from tests.runtime.check.bombs import bombs

calls = 0

def count(frame, event, argument):
    global calls
    calls += event == "call" or event == "c_call"

def seen(data):
    global calls
    try:
        graph = load(data)
    except Refused as refused:
        return "refused", [str(refused)], 0
    calls = 0
    sys.setprofile(count)
    report = check(graph)
    text = generate(graph, report, "bomb.json").text if report.sound else ""
    sys.setprofile(None)
    kind = "error" if not report.sound else "warning" if report.problems else "sound"
    return kind, [problem.message for problem in report.problems], calls, len(text)

every = dict(bombs())
seen(every["wide_linear"])  # everything is imported once
for name, data in every.items():
    print(json.dumps([name, *seen(data)]))
"""


@dataclass(frozen=True)
class Seen:
    """What became of a bomb."""

    kind: str
    messages: list[str]
    calls: int
    characters: int = 0  # of its program


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    """Every bomb, looked at in a process with little memory and little time; one that is too much for it ends it."""
    command = [sys.executable, "-c", LOOK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    last = f"the one behind {found[-1][0] if found else 'none'}"
    assert done.returncode == 0, f"{last}: {done.stderr[-2000:]}"
    return {name: Seen(*rest) for name, *rest in found}


def test_that_there_are_many_bombs_with_different_names(seen: dict[str, Seen]) -> None:
    assert len([name for name, _ in bombs()]) == len(seen) > 150


def test_that_each_is_answered_with_bounded_work(seen: dict[str, Seen]) -> None:
    assert {name: each.calls for name, each in seen.items() if each.calls > MOST_CALLS} == {}
    assert {name: each.characters for name, each in seen.items() if each.characters > 60_000} == {}


def test_that_what_is_too_much_is_refused_or_an_error(seen: dict[str, Seen]) -> None:
    assert {name for name, each in seen.items() if each.kind == "refused"} == REFUSED
    assert {name for name, each in seen.items() if each.kind in ("warning", "sound")} == SOUND


def test_that_each_problem_can_be_shown(seen: dict[str, Seen]) -> None:
    for name, each in seen.items():
        assert all(message.isprintable() and len(message) < 600 for message in each.messages), name


@pytest.mark.parametrize("name", TELLING)
def test_that_a_bomb_is_told_in_words_on_its_node(seen: dict[str, Seen], name: str) -> None:
    assert seen[name].messages[0] == TELLING[name]
