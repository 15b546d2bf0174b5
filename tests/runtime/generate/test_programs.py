"""What export writes for a dozen graphs: letter for letter, clean for linters, and running without Torchweave."""

import ast
import subprocess
import sys
from cProfile import Profile
from pathlib import Path

import pytest

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.editor.canvas.large import residual
from tests.runtime.check.torch_says import imported
from tests.runtime.generate.cases import FOLDER, NAMES, graph_of, program_of

ROOT = Path(__file__).parents[3]
EXPECTED = [str(FOLDER / f"{name}.py") for name in NAMES]

# Runs programs one after another, in a Python that has neither our folder nor the environment's paths.
RUNNER = """
import contextlib, importlib.util, io, pathlib, sys, warnings
warnings.filterwarnings("ignore", ".* left out")  # which rows are, is what they are to warn of
for file in map(pathlib.Path, sys.argv[1:]):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    sys.argv[1:] = ["--epochs", "1", "--threads", "1", "--run-dir", str(file.parent / "run")]
    with contextlib.redirect_stdout(io.StringIO()) as told:
        program.main()
    print(file.stem, told.getvalue().strip(), sep=": ")
ours = [name for name in sys.modules if name.partition(".")[0] in ("runtime", "editor", "resources")]
print("ours", *ours, sep=": ")
"""


def tool(*arguments: str) -> str:
    """What a linter says about the expected programs with nothing but its own defaults; empty where all is well."""
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each program prints in one epoch, from a folder of its own in which there is only its data."""
    files = []
    for name in NAMES:
        folder = tmp_path_factory.mktemp(name)
        (folder / "data").symlink_to(FOLDER / "data")
        files.append(folder / f"{name}.py")
        files[-1].write_text(program_of(graph_of(name), name).text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", RUNNER, *map(str, files)],
        cwd=files[0].parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(line.partition(": ")[::2] for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_that_export_writes_this_program(name: str) -> None:
    expected = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert program_of(graph_of(name), name).text == expected, "python -m tests.runtime.generate.update writes it anew"


def test_that_programs_pass_the_linter() -> None:
    assert tool("ruff", "check", "--isolated", *EXPECTED) == ""


def test_that_programs_are_formatted() -> None:
    assert tool("ruff", "format", "--isolated", "--diff", *EXPECTED) == ""


@pytest.mark.parametrize("name", NAMES)
def test_that_a_program_trains_for_an_epoch_on_its_own(told: dict[str, str], name: str) -> None:
    assert told[name].removeprefix("fold 1 | ").startswith("epoch 1 | train loss ")
    assert (" | validation loss " in told[name]) == (name != "outputs")


def test_that_programs_import_nothing_of_ours(told: dict[str, str]) -> None:
    assert told["ours"] == ""


def test_that_the_program_of_a_simple_graph_is_short() -> None:
    lines = (FOLDER / "model_after_model.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 350
    assert sum(bool(line.strip()) for line in lines) < 290


@pytest.mark.parametrize("name", NAMES)
def test_that_the_lines_of_a_node_are_about_it(name: str) -> None:
    graph = graph_of(name)
    program = program_of(graph, name)
    text = program.text.splitlines()
    for id, numbers in program.lines.items():
        about = "\n".join(text[number - 1] for number in numbers)
        called = {"data": "columns = ", "Collate": "training"}.get(graph.nodes[id].type.partition(".")[0], id)
        written_out = ("return ", "self.optimizer = ", "right = ")  # what stands where it is asked for
        assert called in about or f"{id} = " in about or about.lstrip().startswith(written_out)


@pytest.mark.parametrize("name", NAMES)
def test_that_every_node_of_use_has_lines(name: str) -> None:
    graph = graph_of(name)
    lines = program_of(graph, name).lines
    assert {id for id in graph.nodes if id not in lines} <= {"unused"}
    if name == "outputs":
        assert lines["inner"] == lines["outer"]


def test_that_writing_a_large_graph_takes_as_much_more_as_it_has_more_nodes() -> None:
    small, large = residual(8), residual(32)
    assert calls(large) / calls(small) < 1.2 * len(large.nodes) / len(small.nodes)


def calls(graph: Graph) -> int:
    """How many functions are called to write a program, the reading of templates left out."""
    report, found = check(graph), Profile()
    generate(graph, report, "graph.json")
    found.runcall(generate, graph, report, "graph.json")
    return sum(each.callcount for each in found.getstats())


def test_that_a_loss_without_optimizer_is_not_minimised() -> None:
    assert "unused" not in program_of(graph_of("two_losses")).text


def test_that_only_a_sound_graph_has_a_program() -> None:
    graph = applied(graph_of("two_models"), [("remove", "adam")])
    with pytest.raises(ValueError, match="sound"):
        generate(graph, check(graph), "x.json")


@pytest.mark.parametrize("wrong", ["5", -1, 2.5, True, None, 2**63, [3]])
def test_that_a_graph_whose_run_settings_are_no_numbers_has_no_program(wrong: object) -> None:
    graph = applied(graph_of("two_models"), [("run", "epochs", wrong), ("run", "seed", wrong)])
    with pytest.raises(ValueError, match="sound"):
        program_of(graph)


HOSTILE = [
    '"""\nimport os\nos.system("x")\n"""',
    "''' + __import__('os').system('x') + '''",
    "\\",
    'x\\"""',
    "a\u2028import os\u2029\x0c\x85\rimport os",
    "# noqa\nimport os",
    "{__import__('os')}",
    "%s %(x)s {0} {x!r}",
    "\N{RIGHT-TO-LEFT OVERRIDE}\x00\x1b[31m",
    "é" * 300,
]


def shape_of(text: str) -> str:
    """The syntax tree of a program, all texts blanked out."""
    tree = ast.parse(text)
    for step in ast.walk(tree):
        if isinstance(step, ast.Constant) and isinstance(step.value, str):
            step.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("text", HOSTILE)
def test_that_text_of_a_graph_can_only_become_text_of_the_program(text: str) -> None:
    graph = graph_of("table")
    fields = dict(graph.nodes["flowers"].parameters["fields"])
    fields["kind"] = {**fields["kind"], "column": text, "classes": [text, text + "."]}
    hostile = applied(graph, [("set", "flowers", "fields", fields), ("set", "flowers", "path", f"{text}.csv")])
    hostile = hostile.with_(extra={"name": text, "note": text})
    program = generate(hostile, check(hostile), f"{text}.json")
    assert shape_of(program.text) == shape_of(program_of(graph).text)
    constants = [step.value for step in ast.walk(ast.parse(program.text)) if isinstance(step, ast.Constant)]
    assert constants.count(text) >= 2 and f"{text}.csv" in constants  # column, class and path came through unchanged


def test_that_own_python_is_printed_word_for_word() -> None:
    text = ['    shown = """two blanks  ', "  ", '\t"""   ']
    lines = ["def counted(titles):", *text, "    return torch.tensor([len(shown)])"]
    own = {"function": ["import torch", *lines], "output": "int64[6]"}
    graph = applied(graph_of("own_function"), [("set", "batches", "collate", {"text": own})])
    assert "\n".join(lines) in program_of(graph).text


@pytest.mark.parametrize(
    ("name", "option"), [("table", "--my-flowers-path"), ("given_files", "--my-flowers-validation-path")]
)
def test_that_a_program_without_its_data_says_in_one_sentence_what_is_missing(
    name: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = applied(graph_of(name), [("rename", "flowers", "my_flowers")])
    program = imported(program_of(graph, name).text, tmp_path, name)
    others = ["--my-flowers-path", str(tmp_path)] if option != "--my-flowers-path" else []
    monkeypatch.setattr(sys, "argv", ["program.py", *others, option, "no/such.csv"])
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == f"There is no no/such.csv: give {option}."
