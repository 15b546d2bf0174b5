"""What the installed torch is asked about itself, by a process that imports it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from runtime.reference.page import TORCH_PLACES
from runtime.spec.catalogue import catalogue
from runtime.train.documentation import places, said

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["nn.Linear", "torch.cat", "optim.SGD", "F.pad", "Tensor.to"])
def test_that_torch_is_quoted(name: str) -> None:
    found = said(name)
    assert (found["name"], found["version"]) == (name, torch.__version__)
    assert len(found["text"]) > 100
    assert not found["text"].startswith((" ", "\n"))


@pytest.mark.parametrize("name", ["nn.Nothing", "os.system", "nn.modules.linear", "torch.", "", "Linear", "nn.a()"])
def test_that_nothing_is_said_of_what_is_no_name_of_torch(name: str) -> None:
    assert said(name)["text"] == ""


def test_that_every_place_of_torch_that_has_pages_is_known() -> None:
    assert places().keys() == TORCH_PLACES.keys()


def test_that_torch_says_something_of_each_type_that_is_called_after_it() -> None:
    named = [name for name in catalogue() if name.rpartition(".")[0] in TORCH_PLACES]
    assert len(named) > 30
    assert [name for name in named if not said(name)["text"]] == []


def test_that_the_process_answers_a_line_with_a_line() -> None:
    line = [sys.executable, "-m", "runtime.train.documentation"]
    done = subprocess.run(line, input="nn.Linear\nnn.Nothing\n", capture_output=True, text=True, cwd=ROOT, check=True)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["name"], bool(first["text"]), second["name"], second["text"]) == ("nn.Linear", True, "nn.Nothing", "")
