"""The rules of names and notes: no word that says nothing, no promise without an issue, no type left unexplained."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from runtime.spec.catalogue import catalogue

ROOT = Path(__file__).parents[1]
PARTS = ("runtime", "editor", "resources", "tests")
# Words under which anything can hide; whoever wants one of them has not yet found what the thing is.
EMPTY_WORDS = {"manager", "helper", "util", "utility", "base", "core", "common", "handler", "service"}
PLURALS = EMPTY_WORDS | {word + "s" for word in EMPTY_WORDS} | {"utilities"}
PROMISE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b(?!\(#\d+\))")


def words_of(name: str) -> list[str]:
    """``NodePalette_view2`` as node, palette, view."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def python_files() -> list[Path]:
    """All Python files of the tree but the cases kept as data."""
    found = [file for part in PARTS for file in (ROOT / part).rglob("*.py")]
    return sorted(file for file in found if "tests/graphs" not in file.as_posix())


def tracked_files() -> list[Path]:
    """What git knows, as long as it is still there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def names_in(file: Path) -> Iterator[tuple[str, int]]:
    """The classes and functions that a file defines, with their lines."""
    for step in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(step, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield step.name, step.lineno


def test_that_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    named = {part for file in tracked_files() for part in file.relative_to(ROOT).parts}
    assert sorted(name for name in named if PLURALS & set(words_of(name))) == []


def test_that_no_class_or_function_has_a_name_that_says_nothing() -> None:
    empty = [
        f"{file.relative_to(ROOT).as_posix()}:{line} {name}"
        for file in python_files()
        for name, line in names_in(file)
        if PLURALS & set(words_of(name))
    ]
    assert empty == []


def test_that_every_promise_names_its_issue() -> None:
    texts = [
        file
        for file in tracked_files()
        if file.suffix in {".py", ".md", ".toml", ".sh"} or file.name in {"Makefile", "run", "setup"}
    ]
    found = [
        f"{file.relative_to(ROOT).as_posix()}:{number}"
        for file in texts
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if PROMISE.search(line)
    ]
    assert found == []


def test_that_every_node_type_and_parameter_is_explained_in_sentences() -> None:
    texts = {spec.type: spec.doc for spec in catalogue().values()}
    texts |= {f"{spec.type} {made.name}": made.doc for spec in catalogue().values() for made in spec.parameters}
    assert len(texts) > 60
    assert [name for name, text in texts.items() if not text.strip().endswith((".", "?"))] == []
