"""The folder of a run, and what becomes of failures: one event with the node and a sentence."""

import errno
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv
import pytest
import torch

from runtime.check.failed import failed
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.places import runs_folder
from runtime.train import predictable
from runtime.train.failure import in_words
from runtime.train.folder import Untrusted, arguments_of, last_run, prepare_run
from runtime.train.pieces.arrays import read_arrays
from tests.runtime.generate.cases import FOLDER, graph_of
from tests.runtime.train.conftest import Fails
from tests.runtime.train.runs import own_function, ready


def test_that_an_error_in_an_own_function_names_its_collate(fails: Fails) -> None:
    event = fails("own_function", own_function("raise LookupError('no word')"))
    assert (event["node"], event["message"]) == ("batches", "LookupError: no word")


def test_that_a_stop_iteration_does_not_end_an_epoch_silently(fails: Fails) -> None:
    event = fails("own_function", own_function("next(iter(()))"))
    assert event["node"] == "batches"
    assert event["message"].startswith("it raised StopIteration. An own function ends with return")


def test_that_a_label_beyond_the_classes_names_the_loss(fails: Fails) -> None:
    event = fails("own_function", ("set", "final", "out_features", 2))
    assert event["node"] == "loss"
    assert re.fullmatch(
        r"a label of \d does not fit the scores of 2 classes: there are fewer classes\.", event["message"]
    )


def test_that_an_index_beyond_an_embedding_names_it(fails: Fails) -> None:
    event = fails("own_function", ("set", "words", "num_embeddings", 3))
    assert (event["node"], event["message"]) == (
        "words",
        "a number that comes in is below 0, or not below num_embeddings.",
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 512000000000 bytes."),
            "out of memory: it needs 512 GB more. Make it or batch_size smaller; accumulate makes up for it.",
        ),
        (
            torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has 8 GiB free."),
            "out of memory: it needs 20.00 GiB more. Make it or batch_size smaller; accumulate makes up for it.",
        ),
        (MemoryError(), "out of memory. Make it or batch_size smaller; accumulate makes up for it."),
        (
            RuntimeError("InvalidCxxCompiler: No working C++ compiler found in torch._inductor.config: (None, 'g++')"),
            "torch.compile needs a C++ compiler, and there is none here: install g++ or clang, or turn compile off.",
        ),
        (
            RuntimeError("Expected one of cpu, cuda, mps device type at start of device string: banana"),
            "there is no device called banana: it can be auto, cpu, cuda, cuda:1, mps or xpu.",
        ),
        (
            torch.AcceleratorError("CUDA error: invalid device ordinal\nGPU device may be out of range"),
            "the device that is asked for is not here: they are counted from 0, and there are fewer.",
        ),
        (IndexError("Target 2 is out of bounds."), "a label of 2 does not fit the scores: there are fewer classes."),
    ],
)
def test_that_what_torch_says_becomes_a_sentence(error: BaseException, sentence: str) -> None:
    assert in_words(error, "dense") == sentence


@pytest.mark.parametrize(("kept", "sentence"), [(True, "Turn off in_memory: its"), (False, "Make it or batch_size")])
def test_that_rows_for_which_memory_is_short_may_lie_in_a_file(
    fails: Fails, monkeypatch: pytest.MonkeyPatch, kept: bool, sentence: str
) -> None:
    def too_large(*_: object, **__: object) -> None:
        raise pyarrow.ArrowMemoryError("malloc of size 64 failed")

    monkeypatch.setattr(pyarrow.csv, "open_csv", too_large)
    event = fails("table", ("set", "flowers", "in_memory", kept))
    assert event["node"] == "flowers" and event["message"].startswith(f"out of memory. {sentence}")


def test_that_a_disk_that_is_full_of_rows_is_told() -> None:
    told = in_words(OSError(errno.ENOSPC, "No space left on device"), "flowers")
    assert told is not None and "the disk is full" in told and "TMPDIR" in told


@pytest.mark.parametrize("kind", [torch.OutOfMemoryError, torch.cuda.OutOfMemoryError])
def test_that_a_node_for_which_memory_is_short_is_named_with_a_smaller_batch(
    fails: Fails, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def too_large(*_: object) -> None:
        raise kind("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 1 GiB free.")

    monkeypatch.setattr(torch.nn.Linear, "forward", too_large)
    event = fails("two_models")
    assert (event["node"], event["message"]) == (
        "dense",
        "out of memory: it needs 2.00 GiB more. Make it or batch_size smaller; accumulate makes up for it.",
    )
    (problem,) = failed(graph_of("two_models"), event)
    assert problem.node == "dense" and problem.message.startswith("dense ended the last run: out of memory")
    several, smaller = problem.repairs
    assert several.label == "Set batch_size to 16 and accumulate to 2"
    assert several.edits == (("set", "batches", "batch_size", 16), ("run", "accumulate", 2))
    assert smaller.edits == (("set", "batches", "batch_size", 16),)


def test_that_no_smaller_batch_is_offered_where_the_data_takes_the_memory() -> None:
    told = {"event": "failed", "node": "digits", "message": "out of memory. Make it or batch_size smaller"}
    (problem,) = failed(graph_of("two_models"), told)
    assert (problem.node, problem.repairs) == ("digits", ())
    (problem,) = failed(graph_of("two_models"), {**told, "node": None})  # as in a backward pass
    assert problem.node == "batches"


def test_that_data_that_is_not_as_declared_comes_with_the_type_that_it_has(fails: Fails) -> None:
    graph = graph_of("arrays")
    right = graph.nodes["pictures"].parameters["fields"]
    wrong: Edit = ("set", "pictures", "fields", right | {"picture": "uint8[3, 8, 8]"})
    event = fails("arrays", wrong)
    (problem,) = failed(applied(graph, [wrong]), event)
    why = "pictures ended the last run: pictures.npz: picture holds uint8[3, 9, 8], not uint8[3, 8, 8]"
    assert problem.message == f"{why}. Set picture to uint8[3, 9, 8]."
    assert problem.repairs[0].edits == (("set", "pictures", "fields", right),)


@pytest.mark.parametrize(
    ("why", "field", "type"),
    [
        ("x.npz: label holds float32[], not int64[]", "label", "float32[]"),
        (
            "x.pt: label has samples of shape [24], not int64[]: declare",
            "label",
            {"type": "int64[24]", "classes": ["a", "b", "c"]},
        ),
        ("x.npz: label holds |S1[24], not int64[]", "label", None),
        ("x.npz: label holds datetime64[24], not int64[]", "label", None),
        ("x.npz: others holds uint8[2], not int64[]", "others", None),
    ],
)
def test_that_a_type_is_offered_that_can_be_declared(why: str, field: str, type: object) -> None:
    (problem,) = failed(graph_of("arrays"), {"event": "failed", "node": "pictures", "message": why})
    offered: Any = [repair.edits[0][-1] for repair in problem.repairs]
    assert [fields[field] for fields in offered] == ([type] if type else [])


def test_that_a_missing_file_is_said_in_a_sentence(fails: Fails) -> None:
    event = fails("table", ("set", "flowers", "path", "data/none.csv"))
    said = f"There is no file {FOLDER / 'data' / 'none.csv'}. Put it back, or choose another in flowers."
    assert (event["node"], event["message"]) == ("flowers", said)


@pytest.mark.parametrize(
    ("node", "path", "todo"),
    [
        ("flowers", "data/flowers.csv", " Put it back, or choose another in flowers."),
        ("flowers", "data/others.csv", " Put it back, and run again."),  # it opens one that it does not name
        ("flowers", None, " Put it back, and run again."),
        (None, None, ""),
    ],
)
def test_that_a_missing_file_is_told_with_what_to_do(node: str | None, path: str | None, todo: str) -> None:
    error = FileNotFoundError(errno.ENOENT, "No such file or directory", "/graphs/data/flowers.csv")
    told = in_words(error, node, {"type": "data.Table", "parameters": {"path": path}})
    assert told == (f"There is no file /graphs/data/flowers.csv.{todo}" if node else None)


def test_that_a_folder_in_place_of_a_file_is_said_in_a_sentence(fails: Fails, tmp_path: Path) -> None:
    folder = tmp_path / "flowers.csv"
    folder.mkdir()
    event = fails("table", ("set", "flowers", "path", str(folder)))
    assert (event["node"], event["message"]) == ("flowers", f"{folder} cannot be read: Is a directory.")


@pytest.mark.parametrize(
    ("field", "about", "message"),
    [
        (
            "kind",
            {"type": "int64[]", "column": "kind", "classes": ["a", "b"]},
            "flowers.csv has no column 'kind', only sepal length,",
        ),
        (
            "kind",
            {"type": "int64[]", "column": "kind of flower", "classes": ["rose", "tulip"]},
            "flowers.csv, line 2: 'iris \"blue\"' in 'kind of flower' cannot be read as class",
        ),
        (
            "features",
            {"type": "float32[3]", "columns": ["sepal length", "count", "remark"]},
            "flowers.csv, line 2: 'flower 0' in 'remark' cannot be read as number",
        ),
    ],
)
def test_that_a_table_that_is_not_as_declared_is_named_with_its_line(
    fails: Fails, field: str, about: object, message: str
) -> None:
    fields = {**graph_of("table").nodes["flowers"].parameters["fields"], field: about}
    event = fails("table", ("set", "flowers", "fields", fields))
    assert event["node"] == "flowers"
    assert event["message"].startswith(message)


def test_that_arrays_that_are_not_as_declared_are_named(fails: Fails) -> None:
    fields = {**graph_of("arrays").nodes["pictures"].parameters["fields"], "picture": "uint8[3, 4, 4]"}
    event = fails("arrays", ("set", "pictures", "fields", fields))
    assert event["node"] == "pictures"
    assert event["message"] == "pictures.npz: picture holds uint8[3, 9, 8], not uint8[3, 4, 4]"


def test_that_arrays_that_would_lose_something_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.npz"
    np.savez(file, height=np.array([1.5, 2.5, 3.5]), label=np.array([0, 1]))
    with pytest.raises(ValueError, match=re.escape("a.npz: height holds float64[], not int64[]")):
        read_arrays(file, {"height": "int64[]"})
    with pytest.raises(ValueError, match="has arrays of unequal lengths"):
        read_arrays(file, {"height": "float32[]", "label": "int64[]"})
    assert read_arrays(file, {"label": "float32[]"})["label"].tolist() == [0.0, 1.0]


def test_that_a_run_without_batches_says_so(fails: Fails) -> None:
    event = fails("table", ("set", "batches", "batch_size", 100))
    assert event["message"] == "32 rows for training make no batch of 100: change the split or batch_size"


@pytest.mark.parametrize("told", ["there are no rows for validation", "r2_score needs 2 rows for validation, not 1"])
def test_that_too_few_rows_to_hold_out_are_repaired_by_another_split(told: str) -> None:
    graph = graph_of("two_models")
    (problem,) = failed(graph, {"event": "failed", "node": None, "message": f"{told}: change the split"})
    assert [repair.label for repair in problem.repairs] == ["Set validation to 0.5", "Hold out nothing"]
    assert [applied(graph, repair.edits).nodes["batches"].parameters["validation"] for repair in problem.repairs] == [
        0.5,
        0.0,
    ]
    assert problem.message.endswith("change the split. Set validation to 0.5.")


def test_that_a_run_without_rows_says_so(fails: Fails) -> None:
    all_last: Edit = ("unset", "batches", "drop_last")
    event = fails("table", all_last, ("set", "batches", "validation", 0.5), ("set", "batches", "test", 0.49))
    assert event["message"] == "there are no rows for training: change the split"
    none: Edit = ("set", "batches", "validation", 0.001)
    assert fails("table", all_last, none)["message"] == "there are no rows for validation: change the split"
    assert fails("table", none)["message"].startswith("0 rows for validation make no batch of 1: change")


def test_that_python_in_a_graph_is_not_run_before_it_is_trusted(tmp_path: Path) -> None:
    with pytest.raises(Untrusted):
        prepare_run(graph_of("own_function"), None, {}, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_that_a_folder_is_new_for_each_run_and_the_newest_is_found(tmp_path: Path) -> None:
    origin = tmp_path / "g.json"
    first, second = (prepare_run(graph_of("two_models"), origin, {}) for _ in range(2))
    assert first != second
    assert last_run(runs_folder(origin)) is None
    for folder in (first, second):
        (folder / "events.jsonl").write_text("")
    assert last_run(runs_folder(origin)) == second
    assert last_run(runs_folder(tmp_path / "other" / "g.json")) is None


def test_that_a_folder_holds_the_graph_the_program_and_its_arguments(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "table", epochs=4, seed=9)
    assert load((folder / "graph.json").read_bytes()) == graph_of("table")
    assert "class Model" in (folder / "program.py").read_text(encoding="utf-8")
    given = ["--epochs", "4", "--seed", "9", "--device", "cpu", "--threads", "1"]
    assert arguments_of(folder) == [*given, "--flowers-path", str(FOLDER / "data" / "flowers.csv")]


@pytest.mark.parametrize(("asked", "device"), [(None, "mps"), ("cpu", "cpu"), ("auto", "auto")])
def test_that_the_device_is_that_of_the_graph_unless_one_is_asked_for(
    tmp_path: Path, asked: str | None, device: str
) -> None:
    graph = applied(graph_of("two_models"), [("run", "device", "mps")])
    arguments = arguments_of(ready(tmp_path / "run", graph, device=asked))
    assert arguments[arguments.index("--device") + 1] == device
    assert '"--device", default="mps"' in read(tmp_path / "run" / "program.py")
    assert "--device" not in arguments_of(ready(tmp_path / "other", "two_models", device=None))


def test_that_a_dataset_that_feeds_nothing_is_not_asked_for(tmp_path: Path) -> None:
    spare: Edit = ("add", "spare", "data.Table", graph_of("table").nodes["flowers"].parameters)
    folder = ready(tmp_path / "run", applied(graph_of("two_models"), [spare]))
    assert "--spare-path" not in arguments_of(folder)


def test_that_a_run_is_kept_and_what_one_without_a_checkpoint_left_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    ready(folder, "two_models")
    names = {"events.jsonl", "control", "output.txt", "checkpoint.pt", "weights.safetensors"}
    for name in names:
        (folder / name).write_text("old")
    (folder / "__pycache__").mkdir()
    ready(folder, "two_models", resume=folder)
    assert names - {"control"} == {file.name for file in folder.iterdir() if read(file) == "old"}
    with pytest.raises(OSError, match="holds a run; name another folder"):
        ready(folder, "two_models")
    assert names - {"control"} == {file.name for file in folder.iterdir() if read(file) == "old"}
    (folder / "checkpoint.pt").unlink()
    ready(folder, "two_models")
    assert not any(read(file) == "old" for file in folder.iterdir())


def test_that_a_folder_that_is_not_of_a_run_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("mine")
    (tmp_path / "lines.json").write_text("mine")
    with pytest.raises(OSError, match="holds files that are not of a run"):
        ready(tmp_path, "two_models")
    assert {file.name: read(file) for file in tmp_path.iterdir()} == {"program.py": "mine", "lines.json": "mine"}


@pytest.mark.parametrize("name", [None, "run"])
def test_that_a_full_disk_leaves_no_half_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(predictable, "keep", full)
    with pytest.raises(OSError, match="No space left"):
        prepare_run(graph_of("two_models"), tmp_path / "g.json", {}, tmp_path / name if name else None)
    assert not runs_folder(tmp_path / "g.json").exists() and not [*tmp_path.glob("run")]


def test_that_a_folder_that_was_there_stays_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ready(tmp_path / "run", "two_models")
    monkeypatch.setattr(predictable, "keep", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ready(folder, "two_models")
    assert (folder / "graph.json").is_file()


def test_that_the_folder_of_the_graph_itself_is_not_a_run_folder(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models")
    before = read(folder / "graph.json")
    with pytest.raises(OSError, match="holds the graph itself"):
        prepare_run(graph_of("table"), folder / "graph.json", {}, folder)
    assert read(folder / "graph.json") == before


def read(file: Path) -> str:
    """The text of a file."""
    return file.read_text(encoding="utf-8")
