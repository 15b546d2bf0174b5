"""The lists of names that are written down, compared with what they were copied from."""

import ast
import builtins
import keyword
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from torch import nn

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.graph.names import BESIDE, DEFINED, IMPORTED, MODULE, NAME, RESERVED, fields_in
from runtime.spec.catalogue import catalogue
from runtime.spec.own import own_sources
from runtime.spec.templates import templates

ROOT = Path(__file__).parents[1]
GRAPHS = [
    *sorted((ROOT / "resources/examples").glob("*.json")),
    *sorted((ROOT / "tests/graphs/programs").glob("*.json")),
]


@cache
def sound(file: Path) -> tuple[Graph, ast.Module] | None:
    """A graph and the tree of its program, where it has one."""
    graph = load(file.read_bytes())
    report = check(graph)
    return (graph, ast.parse(generate(graph, report, file.name).text)) if report.sound else None


def at_the_top(tree: ast.Module) -> Iterator[str]:
    """The names that a program binds beside each other."""
    for step in tree.body:
        if isinstance(step, ast.FunctionDef | ast.ClassDef):
            yield step.name
        elif isinstance(step, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in step.names)
        else:
            yield from stored(step)


def stored(step: ast.AST) -> Iterator[str]:
    """The names to which something is assigned."""
    for name in ast.walk(step):
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
            yield name.id


def own_names(graph: Graph) -> set[str]:
    """What the user's own Python defines and imports, and the classes of the graph's definitions."""
    sources = list(own_sources(graph))
    bound = [
        alias
        for own in sources
        for text in own.imports
        for alias in ast.walk(ast.parse(text))
        if isinstance(alias, ast.alias)
    ]
    classes = {"".join(map(str.capitalize, name.split("_"))) for name in graph.definitions}
    return {name for own in sources for name in own.names} | {alias.asname or alias.name for alias in bound} | classes


def test_that_the_reserved_names_hold_every_attribute_of_a_module() -> None:
    given = {name for name in dir(nn.Module()) if not name.startswith("__")}
    assert given - MODULE == set()


def test_that_the_reserved_names_hold_what_python_means_by_a_word() -> None:
    built_in = {name for name in dir(builtins) if not name.startswith("__")} - {
        "qApp"
    }  # PySide adds it and some others
    assert {*keyword.kwlist, *keyword.softkwlist, *built_in} - RESERVED == set()


def test_that_no_name_has_two_lines_in_front_which_python_would_change_in_a_class() -> None:
    assert not any(NAME.fullmatch(name) for name in dir(nn.Module()) if name.startswith("__"))


def test_that_the_reserved_names_hold_what_the_templates_define_and_import() -> None:
    assert {*templates().definitions} - DEFINED == set()
    assert {*templates().imports} - IMPORTED == set()


@pytest.mark.parametrize("file", GRAPHS, ids=lambda file: file.stem)
def test_that_the_reserved_names_hold_all_that_a_program_names(file: Path) -> None:
    if found := sound(file):  # whether a case is sound is a test of its own
        graph, tree = found
        assert set(at_the_top(tree)) - IMPORTED - DEFINED - own_names(graph) == set()


# The functions and classes that are written for a graph; names of nodes and fields are variables in these.
WRITTEN = {
    *"make_batches make_samples collate_rows collate_samples losses metrics".split(),
    *"make_metrics measure make_optimizers Model Samples".split(),
}
# For these the generator sees to it itself: it takes another name, or writes them where no node is read.
SEEN_TO = {
    *("each", "each_", "file", "files", "first", "fitted", "found", "groups", "held_out", "held_out_", "loading"),
    *("mode", "rows", "samples", "tested", "where"),
}


def beside(tree: ast.Module, drawn: set[str]) -> Iterator[str]:
    """Arguments and variables of what was written for a graph that were not drawn."""
    for top in tree.body:
        if isinstance(top, ast.FunctionDef | ast.ClassDef) and top.name in WRITTEN:
            for step in ast.walk(top):
                if isinstance(step, ast.Assign):
                    yield from (name for target in step.targets for name in stored(target) if name not in drawn)
                elif isinstance(step, ast.FunctionDef):
                    yield from (each.arg for each in step.args.args if each.arg not in drawn)


@pytest.mark.parametrize("file", GRAPHS, ids=lambda file: file.stem)
def test_that_nothing_beside_the_names_of_a_graph_can_have_one_of_them(file: Path) -> None:
    if found := sound(file):
        graph, tree = found
        drawn = {*graph.nodes, *fields_in(graph), *several(graph)}
        learned = {f"{id}_fitted" for id in graph.nodes}
        assert set(beside(tree, drawn)) - RESERVED - SEEN_TO - learned == set()


def several(graph: Graph) -> set[str]:
    """The variables of nodes with several outputs, for which the generator finds names that are free."""
    known = catalogue()
    ports = {id: known[node.type].ports(node.parameters)[1] for id, node in graph.nodes.items() if node.type in known}
    named = ((id, port.name.removeprefix("output_")) for id, found in ports.items() if len(found) > 1 for port in found)
    return {f"{id}_{port}" for id, port in named}


def test_that_the_lists_of_the_program_hold_nothing_that_no_program_has() -> None:
    programs = [found for file in GRAPHS if (found := sound(file))]
    used = {name for _, tree in programs for name in at_the_top(tree)} | {*templates().definitions}
    assert DEFINED - used == set()
    assert IMPORTED - {*templates().imports} == set()
    assert BESIDE - {name for _, tree in programs for name in beside(tree, set())} == set()


def test_that_the_readme_shows_linear_as_it_is_declared() -> None:
    shown = (ROOT / "README.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    assert shown.strip()
    assert shown in (ROOT / "runtime" / "nodes" / "linear.py").read_text(encoding="utf-8")
