"""Broken and hostile files: each is refused in one sentence or opens with problems, and nothing of it ever acts."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.check.check import check
from runtime.check.problem import Report
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.file import Refused, dump, load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from tests.runtime.graph.hostile import (
    FOLDER,
    OPENED,
    REFUSED,
    SOUND,
    hostile_files,
    huge_opened,
    huge_refused,
    kept,
)
from tests.runtime.graph.shape import outside_of_strings, shape

ROOT = Path(__file__).parents[3]
REFUSED_FILES, OPENED_FILES, SOUND_FILES = kept(REFUSED), kept(OPENED), kept(SOUND)


def is_one_sentence(text: str) -> bool:
    """One line that can be read, with one full stop, at its end; what stands in quotes does not count."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'|\[.*\]|\{.*\}', "x", text)
    return text.isprintable() and len(text) <= 300 and re.search(r"[.!?]\s", bare) is None and bare.endswith(".")


def checked(graph: Graph) -> Report:
    """The report on a graph, fit to be shown."""
    report = check(graph)
    assert all(problem.message.isprintable() and len(problem.message) < 600 for problem in report.problems)
    assert all(repair.label.isprintable() for problem in report.problems for repair in problem.repairs)
    return report


def test_that_there_are_many_files_with_different_names() -> None:
    names = [*REFUSED_FILES, *OPENED_FILES, *SOUND_FILES]
    assert len(names) == len(set(names)) > 120


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_that_a_broken_file_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(Refused) as refused:
        load(REFUSED_FILES[name])
    assert is_one_sentence(str(refused.value)), str(refused.value)


@pytest.mark.parametrize("name", OPENED_FILES)
def test_that_a_hostile_file_opens_with_problems_and_is_kept(name: str) -> None:
    graph = load(OPENED_FILES[name])
    report = checked(graph)
    assert not report.sound
    assert load(dump(graph).encode()) == graph
    for problem in report.problems:  # what is offered can be done
        for repair in problem.repairs:
            applied(graph, repair.edits)


@pytest.mark.parametrize("name", SOUND_FILES)
def test_that_a_hostile_file_with_nothing_wrong_has_a_harmless_program(name: str) -> None:
    graph = load(SOUND_FILES[name])
    report = checked(graph)
    assert report.sound, report.problems
    program = generate(graph, report, "graph.json").text
    assert shape(program) == shape(program_of(THREE_LINES))
    assert "harmed" not in outside_of_strings(program)


@pytest.mark.parametrize(
    "name", ["cycle", "two_wires_into_one_input", "reserved_names", "epochs_text", "own_text_of_the_program"]
)
def test_that_the_usual_mistakes_name_node_and_way_out(name: str) -> None:
    problem = check(load(OPENED_FILES[name])).problems[0]
    assert problem.repairs or name.startswith("own")
    assert is_one_sentence(problem.message.partition(". ")[0].rstrip(".") + ".")


@pytest.mark.parametrize("value", [0, -1, 100_001, 10**9, 1.0, True, None, "5", [5], {"a": 5}])
def test_that_a_number_of_epochs_is_whole_and_bearable(value: Any) -> None:
    graph = applied(load(SOUND_FILES["on_one_line"]), [("run", "epochs", value)])
    (problem,) = check(graph).of("error")
    assert problem.node == ""
    assert check(applied(graph, problem.repairs[0].edits)).sound


@pytest.mark.parametrize(
    "run", [{}, {"epochs": 1}, {"epochs": 100_000}, {"seed": 0}, {"seed": 2**63 - 1}, {"device": "cuda"}, {"plan": -1}]
)
def test_that_settings_of_a_run_are_taken(run: dict[str, Any]) -> None:
    assert check(load(SOUND_FILES["on_one_line"]).with_(run=run)).sound


def test_that_huge_files_are_refused_in_one_sentence() -> None:
    for name, data in huge_refused().items():
        with pytest.raises(Refused) as refused:
            load(data)
        assert is_one_sentence(str(refused.value)), name


def test_that_large_graphs_are_checked() -> None:
    for data in huge_opened().values():
        assert not checked(load(data)).sound


WATCH = """
import sys
from pathlib import Path
from runtime.check.check import check
from runtime.graph.file import Refused, load

check(load(Path(sys.argv[1]).read_bytes()))  # everything is imported once
files = [file.read_bytes() for file in sorted(Path(sys.argv[2]).rglob("*.json"))]
seen = set()
watching = True

def note(event, arguments):
    parsing = "<unknown>" in arguments[:2]  # ast.parse reads and does not run; Python looks for the file of an error
    if watching and not (parsing and event in ("compile", "open")):
        seen.add(event)

sys.addaudithook(note)
for data in files:
    try:
        check(load(data))
    except Refused:
        pass
watching = False
print(len(files), *sorted(seen))
"""


def test_that_reading_and_checking_runs_imports_opens_and_starts_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WATCH, str(EXAMPLES / "text_and_image.json"), str(FOLDER)]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count, *events = done.stdout.split()
    assert int(count) > 120
    assert events == []
    assert list(tmp_path.iterdir()) == []


# Three layers as they could stand in a README, with every kind of text that a file can hold.
THREE_LINES: dict[str, Any] = json.loads(SOUND_FILES["on_one_line"])
NOTED = {
    **THREE_LINES,
    "name": "three lines",
    "note": "A small graph.",
    "nodes": {id: {**node, "note": f"This is {id}."} for id, node in THREE_LINES["nodes"].items()},
    "x": {"y": ["z"]},
}
HARM = "import os; os.mkdir('harmed')"
TEXTS = [
    f'"; {HARM} #',
    f'"""\n{HARM}\n"""',
    f"'''\r{HARM}\n'''",
    f"\\\n{HARM}\\",
    f"a\u2028{HARM}\u2029\x85\x0c{HARM}\x00",
    "{__import__('os').mkdir('harmed')}",
    "\u202e#\u2066",
    "__class__",
    "é" * 200,
]


def program_of(found: dict[str, Any]) -> str:
    """The program of a file that is sound."""
    graph = load(json.dumps(found).encode())
    return generate(graph, check(graph), "graph.json").text


def replaced(found: Any, text: str) -> Iterator[tuple[str, Any]]:
    """(where, the same with `text` there) for every place where a string stands, keys included."""
    if isinstance(found, str):
        yield "", text
    elif isinstance(found, list):
        for at, item in enumerate(found):
            yield from ((f"/{at}{where}", [*found[:at], new, *found[at + 1 :]]) for where, new in replaced(item, text))
    elif isinstance(found, dict):
        for key, value in found.items():
            yield f"/{key} as key", {text if other == key else other: item for other, item in found.items()}
            yield from ((f"/{key}{where}", {**found, key: new}) for where, new in replaced(value, text))


@pytest.mark.parametrize("text", TEXTS)
def test_that_no_text_anywhere_in_a_file_becomes_code(text: str) -> None:
    harmless, written = shape(program_of(NOTED)), 0
    for where, found in replaced(NOTED, text):
        try:
            graph = load(json.dumps(found).encode())
        except Refused:
            continue
        report = checked(graph)
        if report.sound:
            program = generate(graph, report, text).text
            assert shape(program) == harmless, where
            assert "harmed" not in outside_of_strings(program), where
            written += 1
    assert written >= 10  # notes, names and what is not known do no harm


def test_that_no_text_around_trusted_python_becomes_code() -> None:
    example = json.loads((EXAMPLES / "text_and_image.json").read_bytes())
    batches = example["nodes"]["batches"]
    harmless = shape(program_of(example))
    for text in TEXTS:
        for where, found in replaced(batches, text):
            if "/function/" in where:  # this is code, and asked about
                continue
            try:
                graph = load(json.dumps({**example, "nodes": {**example["nodes"], "batches": found}}).encode())
            except Refused:
                continue
            report = checked(graph)
            if report.sound:
                assert shape(generate(graph, report, text).text) == harmless, where


ODD = st.text(st.sampled_from("\"'\\[](){},:= #\n\r\u2028é%") | st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40)
@given(st.dictionaries(ODD, st.lists(ODD, min_size=1, max_size=3, unique=True), max_size=3), ODD.filter(bool))
def test_that_columns_classes_and_paths_reach_the_program_letter_for_letter(
    odd: dict[str, list[str]], path: str
) -> None:
    fields: dict[str, Any] = {
        name: {"type": "int64[]", "column": name, "classes": listed} for name, listed in odd.items()
    }
    fields |= {
        "image": {"type": "float32[3]", "columns": ["x", "y", "z"]},
        "label": {"type": "int64[]", "classes": ["a", "b"]},
    }
    table = {"type": "data.Table", "parameters": {"path": path, "fields": fields}}
    program = ast.parse(program_of({**THREE_LINES, "nodes": {**THREE_LINES["nodes"], "digits": table}}))
    [place] = [step.value for step in program.body if isinstance(step, ast.Assign) and "PATH" in ast.unparse(step)]
    read = [step.args[1] for step in ast.walk(program) if isinstance(step, ast.Call) and len(step.args) == 2]
    wanted: dict[str, tuple[Any, list[str]]] = {name: (name, listed) for name, listed in odd.items()}
    wanted |= {"image": (["x", "y", "z"], []), "label": ("label", ["a", "b"])}
    assert ast.dump(place) == ast.dump(ast.parse(f"Path(__file__).parent / {path!r}", mode="eval").body)
    assert wanted in [told(each) for each in read if isinstance(each, ast.Dict)]


def told(fields: ast.Dict) -> dict[str, tuple[Any, list[str]]]:
    """The titles and the classes of each field that a program reads."""
    found = {}
    for name, about in zip(fields.keys, fields.values, strict=True):
        if not isinstance(about, ast.Tuple) or name is None:
            return {}
        titles, reads = about.elts
        classes = reads.keywords[0].value if isinstance(reads, ast.Call) else ast.List([])
        found[ast.literal_eval(name)] = (ast.literal_eval(titles), ast.literal_eval(classes))
    return found


def test_that_the_files_can_be_had_by_others() -> None:
    found = [name for name, _ in hostile_files()]
    assert len(found) == len(set(found))
    assert len(found) == len(REFUSED_FILES) + len(OPENED_FILES) + len(SOUND_FILES) + len(huge_refused()) + len(
        huge_opened()
    )
