"""The script that export writes for each example, graph and all, is clean for linters with their own defaults."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.check.check import check
from runtime.packed import text_of
from tests.runtime.export.orders import NAMES
from tests.runtime.generate.cases import FOLDER
from tests.runtime.generate.cases import NAMES as CASES
from tests.runtime.generate.test_hand_written import graph_of

NAMED = re.compile(r"(?<!`)`([a-z_]+)(?:\(\))?`(?!`)")  # what a docstring has in the quotes of code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of these scripts."""
    made = tmp_path_factory.mktemp("scripts")
    for name in NAMES:
        graph, file = graph_of(name), made / f"{name}.py"
        file.write_text(text_of(graph, check(graph), f"{name}.json", file), encoding="utf-8")
    return made


def said(folder: Path, *arguments: str) -> str:
    """What a tool says of the scripts; empty where all is well."""
    files = [f"{name}.py" for name in NAMES]
    line = [sys.executable, "-m", *arguments, *files]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("verb", [["check"], ["format", "--diff"]])
def test_that_the_scripts_of_all_examples_are_clean_and_formatted(verb: list[str], folder: Path) -> None:
    assert said(folder, "ruff", *verb, "--isolated") == ""


@pytest.mark.soak
def test_that_the_types_of_the_scripts_of_all_examples_are_right(folder: Path) -> None:
    assert said(folder, "mypy", "--config-file=", "--cache-dir=mypy") == ""


@pytest.mark.parametrize("name", [*CASES, *NAMES])
def test_that_what_a_docstring_names_is_in_the_script(name: str, folder: Path) -> None:
    example = folder / f"{name}.py"
    file = example if example.is_file() else FOLDER / f"{name}.py"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found, told = set[str](), set[str]()
    for step in ast.walk(tree):
        named = (getattr(step, field, "") for field in ("id", "attr", "arg", "name", "asname", "value"))
        found |= {each for each in named if isinstance(each, str)}
        if isinstance(step, ast.ClassDef | ast.FunctionDef):
            told |= {*NAMED.findall(ast.get_docstring(step) or "")}
    assert told - found == set()
