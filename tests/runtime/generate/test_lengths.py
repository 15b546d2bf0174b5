"""The script of every example against one that a person wrote for the same: at most twice as long, the same figures."""

import sys
from pathlib import Path

import pytest
import torch

from tests.runtime.commands import EXAMPLES
from tests.runtime.export.orders import NAMES
from tests.runtime.generate.cases import imported
from tests.runtime.generate.test_hand_written import NAMES as DRAWN
from tests.runtime.generate.test_hand_written import WRITTEN, lines_of, text_of

WHOLE = sorted(file.stem for file in (WRITTEN / "whole").glob("*.py"))
QUICK = ["model_after_model", "penguins"]
TIMES = 2  # as long


def by_hand(name: str) -> str:
    """The script that a person wrote for an example."""
    folder = WRITTEN / "whole" if name in WHOLE else WRITTEN
    return (folder / f"{name}.py").read_text(encoding="utf-8")


def test_that_there_is_a_script_by_hand_for_every_example() -> None:
    assert sorted([*WHOLE, *DRAWN]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_that_a_script_is_at_most_twice_as_long_as_one_by_hand(name: str) -> None:
    assert len(lines_of(text_of(name))) <= TIMES * len(lines_of(by_hand(name)))


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.soak) for n in WHOLE])
def test_that_the_script_by_hand_does_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed, before = [], torch.get_num_threads()
    for who, text in (("ours", text_of(name)), ("theirs", by_hand(name))):
        script = imported(text, tmp_path / f"{who}.py", EXAMPLES)
        given = ["--epochs", "1", "--seed", "3", "--device", "cpu", "--threads", "1"]
        monkeypatch.setattr(sys, "argv", [f"{who}.py", *given])
        script.main()
        printed.append(capsys.readouterr().out)
    torch.set_num_threads(before)
    assert printed[0].startswith("epoch 1 | train loss ")
    assert printed[0] == printed[1]
