"""A notebook runs from top to bottom, and trains exactly as the program does of which it is made."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from runtime.check.check import check
from runtime.cli import main
from runtime.generate.notebook import notebook
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from tests.runtime.commands import EXAMPLES
from tests.runtime.export.orders import NAMES, cells_of, example
from tests.runtime.generate.cases import imported

SHORT = 'options_from(["--epochs", "1", "--device", "cpu", "--threads", "1"])'
RUNS = """import json, sys
cells = [each for each in json.load(open(sys.argv[1], encoding="utf-8"))["cells"] if each["cell_type"] == "code"]
scope = {"__name__": "__main__"}
for each in cells:
    text = "".join(each["source"]).replace("options_from([])", sys.argv[2])
    code = compile(text, each["id"], "exec")
    (lambda code, scope: __builtins__.exec(code, scope))(code, scope)
"""


def text_of(name: str) -> str:
    """The notebook of an example."""
    return notebook(*example(name), f"{name}.json")


def ran(name: str, folder: Path) -> str:
    """What the cells of an example's notebook print, run in their order in a fresh process."""
    file, runner = folder / f"{name}.ipynb", folder / "cells.py"
    assert main(["export", str(EXAMPLES / f"{name}.json"), "-o", str(file)]) == 0
    runner.write_text(RUNS, encoding="utf-8")
    line = [sys.executable, "-W", "error", str(runner), str(file), SHORT]
    environment = {"MPLBACKEND": "Agg", "HOME": str(folder), "MPLCONFIGDIR": str(folder)}
    done = subprocess.run(line, cwd=EXAMPLES, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_that_a_notebook_runs_from_top_to_bottom_and_trains_as_its_program_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *predictions = ran("penguins", tmp_path).splitlines()
    assert all(re.fullmatch(r"(\w+) where it is (\w+)", line) for line in predictions)
    assert "Gentoo" in " ".join(predictions)
    capsys.readouterr()  # what the export said
    program = imported(generate(*example("penguins"), "penguins.json").text, tmp_path / "program.py", EXAMPLES)
    monkeypatch.setattr(sys, "argv", ["program.py", "--epochs", "1", "--device", "cpu", "--threads", "1"])
    before = torch.get_num_threads()
    program.main()
    torch.set_num_threads(before)
    assert capsys.readouterr().out.splitlines() == [first]


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_that_the_notebook_of_every_example_runs(name: str, tmp_path: Path) -> None:
    first, *predictions = ran(name, tmp_path).splitlines()
    assert first.startswith("epoch 1 | train loss ")
    assert predictions


@pytest.mark.parametrize("name", NAMES)
def test_that_a_notebook_has_a_cell_for_each_part(name: str) -> None:
    cells = cells_of(text_of(name))
    assert list(cells) == ["imports", "data", "model", "loop", "run", "curve", "predictions"]
    assert all(line.startswith(("import ", "from ")) for line in cells["imports"].splitlines() if line)
    assert "class Model(nn.Module):" in cells["model"]
    assert "class Run:" in cells["loop"]
    assert "__file__" not in "".join(cells.values())
    assert "def main" not in cells["loop"]
    for text in cells.values():
        compile(text, name, "exec")


def test_that_a_notebook_is_of_the_format_that_jupyter_reads_and_carries_its_graph() -> None:
    found = json.loads(text_of("penguins"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert all(re.fullmatch(r"[a-z_]{1,64}", each["id"]) for each in found["cells"])
    assert all(
        set(each) <= {"id", "cell_type", "metadata", "source", "outputs", "execution_count"} for each in found["cells"]
    )
    carried = json.dumps(found["metadata"]["torchweave"])
    assert dump(load(carried.encode())) == dump(example("penguins")[0])


def test_that_a_notebook_imports_nothing_that_no_cell_uses() -> None:
    cells = cells_of(text_of("two_models"))
    rest = "\n".join(text for name, text in cells.items() if name != "imports")
    names = [line.split()[-1] for line in cells["imports"].splitlines() if line]
    assert [each for each in names if each not in rest] == []
    assert "import json" not in cells["imports"]  # with which only `main` writes


@pytest.mark.parametrize("name", NAMES)
def test_that_the_imports_of_a_notebook_are_in_the_usual_order(name: str, tmp_path: Path) -> None:
    (tmp_path / "cell.py").write_text(f"{cells_of(text_of(name))['imports']}\n", encoding="utf-8")
    line = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I", "cell.py"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_that_the_notebook_of_a_graph_for_several_processes_is_one_for_one_and_carries_that_graph() -> None:
    graph, _ = example("penguins")
    shared = applied(graph, [("run", "processes", 2)])
    text = notebook(shared, check(shared), "penguins.json")
    assert cells_of(text) == cells_of(text_of("penguins"))
    assert load(json.dumps(json.loads(text)["metadata"]["torchweave"]).encode()).run["processes"] == 2
