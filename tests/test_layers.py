"""The rules of the folders: who may import whom, how long a file may be, and what is never called."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("runtime", "editor", "resources", "tests")
SCREEN = {"PySide6", "shiboken6", "Qt", "NodeGraphQt", "pyqtgraph", "editor"}
TORCH = {"torch", "torchmetrics"}

# Folder (or file) to the packages that nothing in it may import.
NEVER_IMPORTED = {
    "runtime": SCREEN,
    "runtime/graph": TORCH,
    "runtime/spec": TORCH,
    "runtime/nodes": TORCH,
    "runtime/check": TORCH,
    "runtime/generate": TORCH,
    "runtime/define": TORCH,
    "runtime/propose": TORCH,
    "runtime/reference": TORCH,
    "editor": TORCH,
}
# Folder of runtime to those that it may import: the way of the data, and no way back.
BELOW = {
    "graph": {"lock"},
    "spec": {"graph"},
    "check": {"graph", "spec"},
    "nodes": {"graph", "spec", "check"},
    "generate": {"graph", "spec", "check"},
    "define": {"graph", "spec", "check", "places"},
    "propose": {"graph", "spec"},
    "reference": {"graph", "spec", "check", "generate"},
    "export": {"graph", "spec", "check", "generate", "train", "places", "packed"},
    "train": {"graph", "spec", "check", "nodes", "generate", "places", "started", "lock", "shell", "interrupted"},
}
COLLECTS = "runtime/spec/catalogue.py"  # all node types
# Templates are never imported: their text becomes part of the programs that Torchweave writes.
MAY_IMPORT_TORCH: set[str] = set()
# Package to the folders or files in which it may be imported at all.
ONLY_IMPORTED_IN = {"NodeGraphQt": "editor/canvas", "Qt": "editor/canvas", "pyqtgraph": "editor/training/chart.py"}
FREE_OF_TORCH = tuple(
    f"runtime.{folder}" for folder in ("graph", "spec", "nodes", "check", "generate", "propose", "reference")
)

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
BANNED_CALLS = {"eval", "exec", "__import__"}
BANNED_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
BANNED_ARGUMENTS = {"shell=True", "weights_only=False", "allow_pickle=True"}


def files_of(*folders: str) -> list[Path]:
    """The Python files below the folders, or the file itself; cases under tests/graphs are data."""
    found = [
        file
        for name in folders
        for file in ((ROOT / name).rglob("*.py") if not name.endswith(".py") else [ROOT / name])
    ]
    return sorted(file for file in found if "tests/graphs" not in file.as_posix())


def tree_of(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


@cache
def imports_of(file: Path) -> frozenset[str]:
    """Dotted names of all that a file imports, inside functions too: ``from a import b`` is ``a.b``."""
    names: set[str] = set()
    for step in ast.walk(tree_of(file)):
        if isinstance(step, ast.Import):
            names |= {alias.name for alias in step.names}
        elif isinstance(step, ast.ImportFrom) and step.module and not step.level:
            names |= {f"{step.module}.{alias.name}" for alias in step.names}
    return frozenset(names)


def imported(file: Path) -> set[str]:
    """Top-level names of all that a file imports."""
    return {name.partition(".")[0] for name in imports_of(file)}


def place(file: Path, line: int = 0) -> str:
    """A file as it is named in a failure."""
    return file.relative_to(ROOT).as_posix() + (f":{line}" if line else "")


@pytest.mark.parametrize("folder", NEVER_IMPORTED)
def test_that_a_folder_imports_nothing_above_it(folder: str) -> None:
    broken = {
        place(file): found
        for file in files_of(folder)
        if place(file) not in MAY_IMPORT_TORCH and (found := imported(file) & NEVER_IMPORTED[folder])
    }
    assert not broken


def ours(file: Path) -> set[str]:
    """The modules of runtime that a file imports."""
    return {name for name in imports_of(file) if name.startswith("runtime.")}


@pytest.mark.parametrize("folder", BELOW)
def test_that_a_folder_of_runtime_imports_only_what_lies_below_it(folder: str) -> None:
    may = {folder, *BELOW[folder]}
    files = [file for file in files_of(f"runtime/{folder}") if place(file) != COLLECTS]
    parts = {place(file): {name.split(".")[1] for name in ours(file)} - may for file in files}
    assert {name: found for name, found in parts.items() if found} == {}


def test_that_node_types_import_nothing_of_the_check_but_its_rules() -> None:
    names = {name for file in files_of("runtime/nodes") for name in ours(file) if name.startswith("runtime.check.")}
    assert {name for name in names if not name.startswith("runtime.check.rules.")} == set()


@pytest.mark.parametrize("package", ONLY_IMPORTED_IN)
def test_that_a_package_is_imported_in_one_place(package: str) -> None:
    home = ONLY_IMPORTED_IN[package]
    users = [place(file) for file in files_of("editor", "runtime", "resources") if package in imported(file)]
    assert [user for user in users if not user.startswith(home)] == []


def test_that_package_files_import_nothing() -> None:
    inits = [file for file in files_of(*PARTS) if file.name == "__init__.py"]
    assert [place(file) for file in inits if imported(file)] == []


def test_that_files_are_short() -> None:
    lengths = {place(file): len(file.read_text(encoding="utf-8").splitlines()) for file in files_of(*PARTS)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_that_functions_are_short() -> None:
    lengths = {
        place(file, step.lineno): (step.end_lineno or 0) - step.lineno + 1
        for file in files_of(*PARTS)
        for step in ast.walk(tree_of(file))
        if isinstance(step, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def banned(file: Path) -> Iterator[str]:
    """What a file calls or imports that could run text or bytes of somebody else."""
    yield from (f"{place(file)} imports {name}" for name in sorted(imported(file) & BANNED_MODULES))
    for step in ast.walk(tree_of(file)):
        if isinstance(step, ast.Name) and step.id in BANNED_CALLS:
            yield f"{place(file, step.lineno)} uses {step.id}"
        elif isinstance(step, ast.Attribute) and step.attr == "system" and ast.unparse(step) == "os.system":
            yield f"{place(file, step.lineno)} uses os.system"
        elif (
            isinstance(step, ast.keyword)
            and isinstance(step.value, ast.Constant)
            and ast.unparse(step) in BANNED_ARGUMENTS
        ):
            yield f"{place(file, step.value.lineno)} says {ast.unparse(step)}"


def test_that_nothing_runs_text_or_bytes_of_somebody_else() -> None:
    assert [line for file in files_of("runtime", "editor", "resources") for line in banned(file)] == []


def modules_below(package: str) -> list[str]:
    """The dotted names of a package's modules; what starts a program when imported is left out."""
    names = [
        place(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for file in files_of(package.replace(".", "/"))
    ]
    templates = {name.removesuffix(".py").replace("/", ".") for name in MAY_IMPORT_TORCH}
    return [name for name in names if not name.endswith("__main__") and name not in templates]


def loaded_by(modules: list[str]) -> set[str]:
    """Top-level names in ``sys.modules`` of a fresh process after importing the modules."""
    text = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text, *modules], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_that_the_window_never_loads_torch() -> None:
    assert "torch" not in loaded_by(["editor.window.window"])


def test_that_no_part_of_the_editor_loads_torch() -> None:
    modules = modules_below("editor")
    assert len(modules) > 10
    assert "torch" not in loaded_by(modules)


def test_that_check_and_generate_load_neither_torch_nor_a_screen() -> None:
    modules = [name for package in FREE_OF_TORCH for name in modules_below(package)]
    assert loaded_by([*modules, "runtime.cli"]) & (TORCH | SCREEN) == set()
