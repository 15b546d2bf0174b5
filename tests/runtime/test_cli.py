"""The command line as the design's table has it: exit codes, shapes of JSON, one sentence for each failure."""

import json
import os
import re
import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import torch

from runtime.places import all_runs
from runtime.spec.catalogue import catalogue
from tests.runtime.commands import EXAMPLES, TWO_MODELS, Said, Says, broken_copy, command, finished, here
from tests.runtime.generate.cases import FOLDER


@pytest.fixture
def says() -> Says:
    """Does a command in this process; returns exit code, output and errors."""
    return here


# --- check


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_that_every_example_is_sound_and_without_warnings(says: Says, example: Path) -> None:
    code, output, errors = says("check", example, "--json")
    found = json.loads(output)
    assert (code, found["ok"], found["problems"], errors) == (0, True, [], "")


def test_that_check_gives_types_by_port(says: Says) -> None:
    found = json.loads(says("check", TWO_MODELS, "--json")[1])
    assert set(found) == {"ok", "types", "feeding", "problems"}
    assert found["feeding"] == {"way": "gathered", "because": "nothing needs its samples one by one"}
    assert found["types"]["digits.image"] == "float32[1, 8, 8]"
    assert found["types"]["joined.output"] == "float32[B, 160]"
    code, output, _ = says("check", TWO_MODELS)
    assert code == 0
    assert "joined.output" in output and output.endswith("sound\n")


def test_that_check_names_problems_with_their_repairs(says: Says, tmp_path: Path) -> None:
    graph = json.loads(TWO_MODELS.read_text(encoding="utf-8"))
    edges = [edge for edge in graph["edges"] if edge != ["loss.output", "adam.loss"]]
    code, output, _ = says("check", broken_copy(tmp_path, edges=edges), "--json")
    found = json.loads(output)
    assert (code, found["ok"]) == (1, False)
    assert set(found["problems"][0]) == {"node", "port", "severity", "message", "repairs"}
    assert {problem["node"] for problem in found["problems"]} >= {"adam"}
    assert all(set(repair) == {"label", "edits"} for problem in found["problems"] for repair in problem["repairs"])
    code, output, _ = says("check", tmp_path / "graph.json")
    assert code == 1
    assert output.endswith("not sound yet\n")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "other"}', '{"format": "torchweave", "version": 1, "nodes": 3}']
)
@pytest.mark.parametrize("verb", ["check", "train", "export"])
def test_that_an_unreadable_file_is_one_sentence_and_code_2(says: Says, tmp_path: Path, verb: str, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    more = ["-o", tmp_path / "x.py"] if verb == "export" else []
    code, output, errors = says(verb, file, *more)
    assert (code, output) == (2, "")
    assert errors.startswith(f"torchweave: {file}: ") and errors.count("\n") == 1


def test_that_a_file_that_is_not_there_is_named(says: Says, tmp_path: Path) -> None:
    assert says("check", tmp_path / "no.json") == (
        2,
        "",
        f"torchweave: {tmp_path / 'no.json'}: No such file or directory\n",
    )
    assert says("check", tmp_path)[0] == 2


# --- train


def test_that_train_prints_a_line_an_epoch_and_keeps_its_folder(says: Says, tmp_path: Path) -> None:
    code, output, errors = says("train", FOLDER / "table.json", "--epochs", 2, "--seed", 3, "--run-dir", tmp_path / "r")
    assert code == 0, errors
    assert [line.partition(" | ")[0] for line in output.splitlines()] == ["epoch 1", "epoch 2"]
    assert errors.splitlines()[0] == f"run {tmp_path / 'r'}"
    last = rf"finished in \d+ s; the weights are {re.escape(str(tmp_path / 'r' / 'weights.safetensors'))}"
    assert re.fullmatch(last, errors.splitlines()[-1])
    names = {file.name for file in (tmp_path / "r").iterdir()}
    assert names >= {"graph.json", "program.py", "events.jsonl", "checkpoint.pt", "weights.safetensors"}
    longer = ["--epochs", 3, "--seed", 3, "--resume", tmp_path / "r", "--run-dir", tmp_path / "s"]
    code, more, _ = says("train", FOLDER / "table.json", *longer)
    assert (code, more.partition(" | ")[0], more.count("\n")) == (0, "epoch 3", 1)
    code, more, errors = says("train", FOLDER / "table.json", *longer[:-2], "--resume", tmp_path / "s")
    assert (code, more) == (1, "") and errors.endswith("has done 3 epochs; --epochs is how many there are in all.\n")


def test_that_train_prints_the_fold_of_each_epoch_and_a_line_for_all(says: Says, tmp_path: Path) -> None:
    code, output, errors = says("train", FOLDER / "folds.json", "--epochs", 1, "--run-dir", tmp_path / "run")
    *epochs, last = output.splitlines()
    assert [line.partition(" | train loss ")[0] for line in epochs] == [f"fold {n} | epoch 1" for n in (1, 2, 3)]
    assert last.startswith("folds | validation loss ") and " ± " in last
    assert (code, errors.count("device ")) == (0, 1)


def test_that_with_events_each_line_is_json(tmp_path: Path) -> None:
    settings = ["--set", "adamw.lr=1e-3", "--set", "centred.mean=[0.25]"]
    arguments = ["--epochs", 1, "--events", *settings, "--run-dir", tmp_path]
    code, output, _ = finished("train", FOLDER / "table.json", *arguments)
    events = [json.loads(line, parse_constant=pytest.fail) for line in output.splitlines()]
    assert code == 0
    assert [event["event"] for event in events if event["event"] not in ("step", "stage")] == [
        "started", "epoch", "saved", "finished"
    ]  # fmt: skip
    kept = json.loads((tmp_path / "graph.json").read_text(encoding="utf-8"))["nodes"]
    assert kept["adamw"]["parameters"]["lr"] == 1e-3
    assert kept["centred"]["parameters"]["mean"] == [0.25]


@pytest.mark.parametrize("setting", ["adamw.lr", "lr=3", "nobody.lr=3", "=", "adamw.=3", "adamw.lrr=3"])
def test_that_set_needs_a_parameter_of_a_node(says: Says, setting: str) -> None:
    code, _, errors = says("train", FOLDER / "table.json", "--set", setting)
    assert (code, errors.count("\n")) == (2, 1)


def test_that_each_mistake_in_set_has_its_sentence(says: Says) -> None:
    told = [
        says("train", FOLDER / "table.json", "--set", each)[2] for each in ("adamw.lr", "nobody.lr=3", "adamw.lrr=3")
    ]
    assert "NODE.PARAM=VALUE" in told[0]
    assert "no node nobody" in told[1] and "adamw" in told[1]
    assert "no parameter lrr" in told[2] and "weight_decay" in told[2]


@pytest.mark.parametrize("epochs", [0, -1])
def test_that_training_needs_an_epoch(says: Says, epochs: int) -> None:
    expected = (2, "", f"torchweave: --epochs needs a whole number from 1, got {epochs}.\n")
    assert says("train", TWO_MODELS, f"--epochs={epochs}") == expected


def test_that_warnings_are_told_before_a_training_starts(says: Says, tmp_path: Path) -> None:
    newer = broken_copy(tmp_path, version=7)
    code, output, errors = says("train", newer, "--epochs", 1, "--run-dir", tmp_path / "run")
    assert (code, output.count("\n")) == (0, 1), errors
    assert errors.splitlines()[0].startswith("warning: ") and errors.splitlines()[1].startswith("run ")


def test_that_the_help_of_train_explains_each_option(says: Says) -> None:
    _, output, _ = says("train", "--help")
    options = output.partition("options:")[2].split("\n  -")[1:]
    assert len(options) == 14
    assert [option for option in options if len(option.split()) < 5] == []


@pytest.mark.parametrize("setting", ["dense.out_features=many", "adam.lr=NaN", "adam.lr=1e999", "adam.lr=true"])
def test_that_set_is_checked_like_any_parameter(says: Says, setting: str) -> None:
    code, _, errors = says("train", TWO_MODELS, "--set", setting)
    assert (code, errors.count("\n")) == (1, 1)
    assert setting.partition(".")[0] in errors


def test_that_a_graph_that_is_not_sound_is_not_trained(says: Says, tmp_path: Path) -> None:
    code, output, errors = says("train", broken_copy(tmp_path, edges=[]))
    assert (code, output) == (1, "")
    assert "more: torchweave check" in errors and errors.count("\n") == 1


def test_that_own_python_is_run_only_when_it_is_trusted(says: Says) -> None:
    code, _, errors = says("train", FOLDER / "own_function.json")
    assert code == 1
    assert "--trust" in errors and errors.count("\n") == 1
    code, output, errors = says("train", FOLDER / "own_function.json", "--epochs", 1, "--trust")
    assert (code, output.startswith("epoch 1 | ")) == (0, True), errors


def test_that_resume_needs_a_run_to_go_on_from(says: Says, tmp_path: Path) -> None:
    run, ended, later = (tmp_path / "runs" / name for name in ("1", "2", "3"))
    for folder in (run, ended, later, tmp_path / "other"):
        folder.mkdir(parents=True)
    (run / "checkpoint.pt").touch()
    (ended / "events.jsonl").touch()
    (later / "arguments.json").write_text(json.dumps(["--resume", str(run)]))
    todo = "name the folder of a run, which torchweave train prints when it begins."
    lacks = "holds no checkpoint.pt to go on from"
    for wrong, told in (
        (tmp_path / "none", f"there is no folder {tmp_path / 'none'}: {todo}"),
        (ended / "events.jsonl", f"{ended / 'events.jsonl'} is no folder: {todo}"),
        (run / "checkpoint.pt", f"{run / 'checkpoint.pt'} is no folder: name {run}, in which it lies."),
        (tmp_path / "other", f"{tmp_path / 'other'} {lacks}: {todo}"),
        (run.parent, f"{run.parent} {lacks}: name a run in it, such as {run}."),
        (later, f"{later} {lacks}: name {run}, from which that run went on."),
        (ended, f"{ended} {lacks}: that run ended before it kept one; run again without --resume."),
    ):
        assert says("train", TWO_MODELS, "--resume", wrong) == (2, "", f"torchweave: {told}\n")


def test_that_a_run_folder_that_cannot_be_made_is_said(says: Says, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, errors = says("train", TWO_MODELS, "--run-dir", tmp_path / "file" / "run")
    told = f"{tmp_path / 'file' / 'run'}: Not a directory; name another with --run-dir."
    assert (code, errors) == (1, f"torchweave: the run folder cannot be made: {told}\n")


@pytest.fixture(scope="module")
def diverged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The folder of a run whose numbers grew beyond all bounds, and what was said of it."""
    folder = tmp_path_factory.mktemp("diverged") / "run"
    return folder, here("train", TWO_MODELS, "--epochs", 1, "--set", "adam.lr=1e10", "--run-dir", folder)


def test_that_a_run_is_never_written_over_another(says: Says, diverged: tuple[Path, Said]) -> None:
    folder, _ = diverged
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    assert before
    code, output, errors = says("train", TWO_MODELS, "--epochs", "1", "--run-dir", folder)
    assert (code, output) == (1, "")
    why = f"{folder} holds a run; name another folder, or go on from it: --resume {folder}"
    assert errors == f"torchweave: the run folder cannot be made: {why}\n"
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before


def test_that_a_failing_run_is_one_sentence_and_code_1(says: Says, tmp_path: Path) -> None:
    graph = json.loads((FOLDER / "table.json").read_text(encoding="utf-8"))
    (tmp_path / "g.json").write_text(json.dumps(graph), encoding="utf-8")
    code, output, errors = says("train", tmp_path / "g.json")
    assert (code, output) == (1, "")
    missing = tmp_path / "data" / "flowers.csv"
    assert errors == f"torchweave: {tmp_path / 'g.json'}: flowers has no file: {missing} is not there.\n"


def test_that_a_run_that_diverged_ends_at_its_first_value_that_is_not_finite(diverged: tuple[Path, Said]) -> None:
    code, output, errors = diverged[1]
    assert (code, output) == (1, "")
    assert "torchweave: loss became infinite at step 3. Try a smaller lr of adam" in errors
    assert "reproduce.py in the run's folder shows it again." in errors


def test_that_a_device_that_is_not_there_is_one_sentence_and_code_1(says: Says) -> None:
    kind = "xpu" if os.path.exists("/dev/nvidia0") else "cuda"
    code, output, errors = says("train", FOLDER / "table.json", "--device", kind)
    assert (code, output) == (1, "")
    assert errors.startswith(f"torchweave: there is no {kind} device here (") and len(errors.splitlines()) == 1
    assert not all_runs().exists(), "it is known before there is a run"


def test_that_data_is_found_beside_the_graph_wherever_one_is(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "data").symlink_to(FOLDER / "data")
    (tmp_path / "graph" / "g.json").write_bytes((FOLDER / "table.json").read_bytes())
    code, output, errors = says("train", "graph/g.json", "--epochs", 1)
    assert code == 0, errors
    assert says("export", "graph/g.json", "-o", "graph/g.py")[0] == 0
    alone = subprocess.run(
        [sys.executable, "-I", tmp_path / "graph" / "g.py", "--epochs", "1"], cwd="/", capture_output=True, text=True
    )
    (tmp_path / "else.py").write_bytes((tmp_path / "graph" / "g.py").read_bytes())
    named = ["else.py", "--epochs", "1", "--flowers-path", "graph/data/flowers.csv"]
    monkeypatch.setattr(sys, "argv", named)
    threads = torch.get_num_threads()
    with redirect_stdout(StringIO()) as elsewhere:
        runpy.run_path("else.py", run_name="__main__")
    torch.set_num_threads(threads)
    assert output == alone.stdout == elsewhere.getvalue()


# --- a reader who has gone


@pytest.mark.parametrize(
    "arguments", [["nodes", "--json"], ["check", str(TWO_MODELS)], ["train", str(TWO_MODELS), "--events"]]
)
def test_that_a_reader_who_has_gone_is_no_traceback(arguments: list[str]) -> None:
    process = command(*arguments)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert errors == ""


# --- export, render, nodes, editor


def test_that_export_writes_the_program_and_that_it_carries_its_graph(says: Says, tmp_path: Path) -> None:
    assert says("export", TWO_MODELS, "-o", tmp_path / "x.py") == (0, "x.py: the program of two_models.json.\n", "")
    expected = (FOLDER / "two_models.py").read_text(encoding="utf-8")
    assert (tmp_path / "x.py").read_text(encoding="utf-8").startswith(f"{expected}\n# The graph ")
    assert says("check", tmp_path / "x.py", "--json") == says("check", TWO_MODELS, "--json")


def test_that_tensorboard_needs_a_run(says: Says, tmp_path: Path) -> None:
    assert says("tensorboard", tmp_path) == (1, "", f"{tmp_path} holds no events of a run.\n")


def test_that_a_program_written_away_from_its_data_says_what_it_lacks(says: Says, tmp_path: Path) -> None:
    data = EXAMPLES / "data" / "clipart.npz"
    code, output, errors = says("export", EXAMPLES / "text_and_image.json", "-o", tmp_path / "t.py")
    assert (code, output) == (0, "t.py: the program of text_and_image.json.\n")
    told = f"It reads data/clipart.npz beside itself: copy that from {data}, or say --clipart-path {data}."
    assert errors == f"torchweave: {tmp_path / 't.py'} is written. {told}\n"
    assert '"--clipart-path"' in (tmp_path / "t.py").read_text(encoding="utf-8")


def test_that_export_says_why_not(says: Says, tmp_path: Path) -> None:
    code, _, errors = says("export", broken_copy(tmp_path, edges=[]), "-o", tmp_path / "x.py")
    assert (code, errors.count("\n"), (tmp_path / "x.py").exists()) == (1, 1, False)
    for folder in ("no", "new/deep"):  # which are made, as for a package
        assert says("export", TWO_MODELS, "-o", tmp_path / folder / "x.py", "--copy")[0] == 0
        assert (tmp_path / folder / "x.py").is_file()


def test_that_render_draws_without_a_display(tmp_path: Path) -> None:
    environment = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": "offscreen"}
    file = tmp_path / "new" / "x.png"
    code, told, errors = finished("render", TWO_MODELS, "-o", file, env=environment)
    assert (code, told) == (0, f"{file}\n"), errors
    assert file.read_bytes().startswith(b"\x89PNG")
    assert finished("render", tmp_path / "no.json", "-o", tmp_path / "y.png", env=environment)[0] == 2


@pytest.mark.parametrize("verb", ["export", "render"])
def test_that_an_output_that_cannot_be_written_is_said_with_the_reason(says: Says, tmp_path: Path, verb: str) -> None:
    folder, within = tmp_path, tmp_path / "file" / "x.png"
    within.parent.touch()
    assert says(verb, TWO_MODELS, "-o", folder) == (1, "", f"torchweave: {folder} cannot be written: is a folder.\n")
    expected = f"torchweave: {within} cannot be written: {within.parent} is no folder.\n"
    assert says(verb, TWO_MODELS, "-o", within) == (1, "", expected)


def test_that_render_needs_the_name_of_a_picture_and_a_run_with_events(says: Says, tmp_path: Path) -> None:
    code, _, errors = says("render", TWO_MODELS, "-o", tmp_path / "x.foo")
    assert (code, errors.count("\n")) == (2, 1) and ".png" in errors
    expected = (2, "", f"torchweave: {tmp_path / 'nope'} holds no events of a run.\n")
    assert says("render", TWO_MODELS, "-o", tmp_path / "x.png", "--run", tmp_path / "nope") == expected


def test_that_nodes_tells_the_catalogue(says: Says) -> None:
    code, output, _ = says("nodes", "--json")
    found = {node["type"]: node for node in json.loads(output)}
    assert code == 0
    assert len(found) >= 35
    assert {"type", "family", "doc", "inputs", "outputs", "parameters"} <= found["nn.Linear"].keys()
    code, output, _ = says("nodes")
    assert len(output.splitlines()) == len(found)


def test_that_nodes_writes_a_page_with_a_picture_for_each_type(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: catalogue()[name] for name in ("data.Table", "nn.Conv2d", "torch.cat")}
    monkeypatch.setattr("runtime.cli.catalogue", lambda: few)
    folder = tmp_path / "new" / "docs"
    assert says("nodes", "--docs", folder) == (0, f"3 pages: {folder / 'index.md'}\n", "")
    assert {file.name for file in folder.iterdir()} == {"index.md", "flowers.csv"} | {
        f"{name}{end}" for name in few for end in (".md", ".json", ".png")
    }
    assert (folder / "nn.Conv2d.png").read_bytes().startswith(b"\x89PNG")
    assert says("check", folder / "data.Table.json")[0] == 0


def test_that_pages_which_cannot_be_written_are_told(says: Says, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, output, errors = says("nodes", "--docs", tmp_path / "file")
    assert (code, output) == (1, "")
    assert errors == f"torchweave: {tmp_path / 'file'} cannot be written: File exists.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_that_the_editor_says_so_where_there_is_no_display() -> None:
    bare = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    for arguments in ([], [TWO_MODELS]):
        code, output, errors = finished(*arguments, env=bare)
        assert (code, output, errors.count("\n")) == (1, "", 1)
        assert "torchweave train" in errors


def test_that_a_wrong_command_line_is_code_2(says: Says) -> None:
    assert says("a.json", "b.json")[0] == 2
    assert says("check")[0] == 2
    assert says("check", TWO_MODELS, "--jsn")[0] == 2
    assert says("train", TWO_MODELS, "--epochs", "many")[0] == 2
    assert says("--nonsense")[0] == 2


def test_that_help_and_version_are_there(says: Says) -> None:
    code, output, _ = says("--help")
    assert code == 0
    assert all(verb in output for verb in ("check", "train", "export", "render", "nodes", "doctor"))
    assert says("--version") == (0, "torchweave 0.1.0\n", "")
