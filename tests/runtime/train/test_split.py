"""Which rows are trained on, for every kind of split; and what is learnt of them, which no other row has to do with."""

import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.pieces.split import split_classes, split_groups, split_parts, split_rows, split_told
from tests.runtime.check.test_definitions import drawing
from tests.runtime.generate.cases import FOLDER, graph_of, imported, program_of
from tests.runtime.train.test_loop import prepared, told

SHARES = st.tuples(st.floats(0, 0.5), st.floats(0, 0.4))
KINDS = {"random": "", "stratified": "label", "group": "kin", "column": "held"}
LEARNING: dict[str, tuple[str, dict[str, Any]]] = {
    "scaled": ("transform.Scale", {"maximum": 3.0}),
    "filled": ("transform.Impute", {"strategy": "median"}),
    "centred": ("transform.Standardize", {}),
    "tokens": ("transform.Tokenize", {"vocabulary": 6, "length": 3}),
}
WIRES = [
    "noise.value scaled.input",
    "scaled.output filled.input",
    "filled.output centred.input",
    "centred.output batches.value",
    "noise.note tokens.input",
    "tokens.output batches.note",
]
RAW = ["noise.value batches.value"]
Program = Callable[..., Any]


def graph(kind: str, learning: bool = True, **more: Any) -> Graph:
    """Noise that is split in some way; what is learnt of it goes into a layer."""
    fields = ["value", "label", *(["note"] if learning else [])]
    types = {"value": "float32[4]", "label": "int64[]", "kin": "int64[]", "held": "bool[]", "note": "text"}
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "noise": ("data.Noise", {"fields": types, "length": 300, "classes": 9}),
        **(LEARNING if learning else {}),
        "batches": ("Collate", {"fields": fields, "split": kind, "shuffle": False, "test": 0.1, **more}),
        "head": ("nn.Linear", {"out_features": 9}),
        "loss": ("nn.CrossEntropyLoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    by = [f"noise.{KINDS[kind]} batches.split_by"] if KINDS[kind] else []
    ends = ["head.output loss.input", "batches.label loss.target", "loss.output adam.loss", "batches.value head.input"]
    return drawing(nodes, *(WIRES if learning else RAW), "noise.label batches.label", *by, *ends)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Imports the program of a graph with some edits."""
    count = iter(range(100))

    def made(found: Graph, *edits: Edit) -> ModuleType:
        changed = applied(found, edits)
        assert check(changed).sound, check(changed).problems
        return imported(program_of(changed).text, tmp_path / f"p{next(count)}.py")

    return made


def rows(run: Any) -> dict[str, list[int]]:
    """The rows of each part."""
    return {name: rows.tolist() for name, rows in run.rows.items()}


def trained_on(run: Any) -> dict[str, bytes]:
    """All that comes into the model in training."""
    batches = list(run.feed("training", 1))
    return {name: torch.cat([batch[name] for batch in batches]).numpy().tobytes() for name in batches[0]}


@given(st.integers(0, 300), SHARES, st.integers(0, 9))
def test_that_a_test_takes_nothing_from_the_rows_that_are_held_out(
    total: int, shares: tuple[float, float], seed: int
) -> None:
    parts = split_parts(total, shares, seed)
    assert torch.equal(parts[1], split_rows(total, shares[0], seed)[1])
    assert torch.equal(torch.cat(parts).sort().values, torch.arange(total))


@given(st.lists(st.integers(0, 5), max_size=200), SHARES, st.integers(0, 9))
def test_that_each_class_has_its_share_of_each_part_but_for_one_row(
    classes: list[int], shares: tuple[float, float], seed: int
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts = split_classes(torch.tensor(classes, dtype=torch.int64), shares, seed)
    assert torch.equal(torch.cat(parts).sort().values, torch.arange(len(classes)))
    for each in set(classes):
        counts = [sum(classes[row] == each for row in part.tolist()) for part in parts]
        assert counts[0] >= 1
        if sum(counts) > 10:
            assert all(abs(n - sum(counts) * share) <= 1 for n, share in zip(counts[1:], shares, strict=True))


@pytest.mark.parametrize("total", [34, 38, 42, 46])
def test_that_half_a_row_is_rounded_alike_with_and_without_classes(total: int) -> None:
    shares = (0.25, 0.25)
    alike = zip(split_classes([0, 1] * (total // 2), shares, 0), split_parts(total, shares, 0), strict=True)
    assert all(len(one) == len(other) for one, other in alike)  # as the check counts the last batch


def test_that_a_class_that_is_there_once_is_trained_on_and_told() -> None:
    with pytest.warns(UserWarning, match="1 of the classes to split by have one row, which is trained on"):
        training, held_out, test = split_classes(["a"] * 8 + ["b"], (0.5, 0.25), 0)
    assert (8 in training.tolist(), len(held_out), len(test)) == (True, 4, 2)


@given(st.lists(st.integers(1, 3), min_size=20, max_size=60), st.integers(0, 9))
def test_that_all_rows_of_a_group_are_in_one_part(sizes: list[int], seed: int) -> None:
    groups = [group for group, size in enumerate(sizes) for _ in range(size)][::-1]
    parts = split_groups(torch.tensor(groups), (0.3, 0.2), seed)
    assert torch.equal(torch.cat(parts).sort().values, torch.arange(len(groups)))
    values = [{groups[row] for row in part.tolist()} for part in parts]
    assert not values[0] & values[1] and not values[0] & values[2] and not values[1] & values[2]


def test_that_groups_too_large_for_a_share_are_told() -> None:
    with pytest.raises(
        ValueError, match=r"no group of the 1 in split_by is left for validation: split by smaller groups"
    ):
        split_groups(["a"] * 9, (0.2, 0.0), 0)


TOLD = {
    "words": (["train", "Val ", "test", "dev", "training", "valid", "validation"], None),
    "classes": (torch.tensor([1, 2, 0, 2, 1, 2, 2]), ["test", "train", "validation"]),
}


@pytest.mark.parametrize("kind", TOLD)
def test_that_a_column_says_which_rows_are_held_out(kind: str) -> None:
    column, names = TOLD[kind]
    assert [part.tolist() for part in split_told(column, names)] == [[0, 4], [1, 3, 5, 6], [2]]


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.float32])
def test_that_one_and_true_are_held_out(dtype: torch.dtype) -> None:
    parts = split_told(torch.tensor([0, 1, 0, 1], dtype=dtype))
    assert [part.tolist() for part in parts] == [[0, 2], [1, 3], []]


@pytest.mark.parametrize("column", [["train", "holiday"], torch.tensor([0, 2]), torch.tensor([0.0, float("nan")])])
def test_that_what_says_no_part_is_told_with_its_row(column: Any) -> None:
    with pytest.raises(ValueError, match=r"row 1 \(counted from 0\) of split_by says .*: let it say train, validation"):
        split_told(column)


@pytest.mark.parametrize("kind", KINDS)
def test_that_every_row_is_in_one_part_whatever_the_seed_and_the_transforms_are(kind: str, program: Program) -> None:
    learning, plain = program(graph(kind)), program(graph(kind, learning=False))
    noise = plain.make_noise  # whose numbers are drawn from the seed of a run
    learning.make_noise = plain.make_noise = lambda fields, length, classes, seed: noise(fields, length, classes, 0)
    runs = [prepared(made, f"--seed={seed}") for made in (learning, plain) for seed in (1, 2)]
    found = [rows(run) for run in runs]
    assert sorted(row for part in found[0].values() for row in part) == list(range(300))
    assert all(each == found[0] for each in found)
    if kind != "column":
        other = program(graph(kind, split_seed=5))
        other.make_noise = plain.make_noise
        assert rows(prepared(other)) != found[0]


def spoilt(made: Any, held: list[int], missing: bool) -> None:
    """Let a program read other values where rows are not trained on; some numbers are missing in all."""
    noise = made.make_noise

    def read(*given: Any) -> dict[str, Any]:
        columns: dict[str, Any] = noise(*given)
        columns["value"][::7, 1] = float("nan")
        columns["value"][held] = float("nan") if missing else 1e6
        columns["note"] = ["zebra" if row in held else text for row, text in enumerate(columns["note"])]
        return columns

    made.make_noise = read


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_that_rows_which_are_not_trained_on_change_nothing_that_is_learnt(
    kind: str, loaded: bool, program: Program
) -> None:
    found = []
    for way in ("as they are", "large", "missing"):
        made = program(graph(kind, pin_memory=loaded))  # which is why samples are loaded
        assert hasattr(made, "Samples") == loaded
        parts = rows(prepared(made))
        held = [] if way == "as they are" else parts["validation"] + parts.get("test", [])
        spoilt(made, held, way == "missing")
        run = prepared(made)
        assert rows(run) == parts
        found.append(trained_on(run))
        for part in run.rows:
            assert not any(batch["value"].isnan().any() for batch in run.feed(part, 1))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent", "constant"])
def test_that_both_ways_to_feed_learn_the_same_to_the_byte(strategy: str, program: Program) -> None:
    runs = []
    for loaded in (False, True):
        found = applied(graph("random", pin_memory=loaded), [("set", "filled", "strategy", strategy)])
        made = program(found)
        spoilt(made, [], False)
        runs.append(prepared(made, "--epochs=1"))
    assert trained_on(runs[0]) == trained_on(runs[1])
    assert told(list(runs[0])) == told(list(runs[1]))


def test_that_pictures_that_are_changed_at_random_are_not_while_something_is_learnt(program: Program) -> None:
    found = [graph_of("standardized"), applied(graph_of("standardized"), [("set", "mirrored", "p", 1.0)])]
    learnt = [prepared(program(each)).batches["training"].loader.dataset.fitted["centred"] for each in found]
    digits = program(found[0]).read_digits()["image"][prepared(program(found[0])).rows["training"]] / 16
    assert all(torch.equal(one, other) for one, other in zip(*learnt, strict=True))
    assert torch.allclose(learnt[0][0], digits.mean()) and torch.allclose(learnt[0][1], digits.std(correction=0))


def test_that_a_constant_column_is_not_divided_by_zero(program: Program) -> None:
    made = program(graph("random"))
    noise = made.make_noise

    def read(*given: Any) -> dict[str, Any]:
        columns: dict[str, Any] = noise(*given)
        columns["value"][:, 2] = 0.1
        return columns

    made.make_noise = read
    batch = next(iter(prepared(made).feed("training", 1)))
    assert batch["value"].isfinite().all() and (batch["value"][:, 2] == 0).all()


def test_that_a_missing_number_in_what_is_standardized_is_told(program: Program) -> None:
    found = applied(graph("random"), [("remove", "filled"), ("connect", "scaled.output", "centred.input")])
    made = program(found)
    spoilt(made, [], False)
    with pytest.raises(ValueError, match=r"a number is missing in the rows to train on: put transform\.Impute before"):
        prepared(made)


def test_that_byte_pairs_are_learnt_of_the_rows_to_train_on(program: Program) -> None:
    pytest.importorskip("sentencepiece")
    more = {"by": "byte pairs", "vocabulary": 40, "length": 0}
    edits: list[Edit] = [("set", "tokens", name, value) for name, value in more.items()]
    edits.append(("set", "batches", "collate", {"note": "list"}))
    found = []
    for loaded in (False, True):
        made = program(graph("random", pin_memory=loaded), *edits)
        spoilt(made, prepared(made).rows["validation"].tolist() if loaded else [], False)
        batch = next(iter(prepared(made).feed("training", 1)))
        found.append([each.tolist() for each in batch["note"]])
    assert found[0] == found[1]
    numbers = {number for each in found[0] for number in each}
    assert len(numbers) > 5 and max(numbers) < 40


def test_that_a_file_of_rows_that_are_held_out_changes_nothing_that_is_learnt(program: Program, tmp_path: Path) -> None:
    made = program(graph_of("given_files"))
    text = (FOLDER / "data" / "flowers_held_out.csv").read_text().replace("5.", "900.").replace("bud", "shrub")
    other = tmp_path / "other.csv"
    other.write_text(text)
    runs = [prepared(made), prepared(made, f"--flowers-validation-path={other}")]
    assert rows(runs[0]) == rows(runs[1])
    assert rows(runs[0])["validation"] == list(range(40, 46))
    assert trained_on(runs[0]) == trained_on(runs[1])
    sides = [next(iter(run.feed("validation", 0)))["features"] for run in runs]
    assert not torch.equal(*sides)


def test_that_rows_for_a_test_are_measured_once_after_the_last_epoch(program: Program, tmp_path: Path) -> None:
    made = program(graph_of("stratified"))
    run = prepared(made, "--epochs=2")
    events = list(run)
    assert [event["event"] for event in events if "test" in event] == ["finished"]
    assert set(events[-1]["test"]) == {"loss", "accuracy"}
    assert events[0]["rows"] == {"training": 124, "validation": 36, "test": 18}
    begun = prepared(made, "--epochs=2")
    for event in begun:
        begun.stopped = event.get("step") == 3
        assert "test" not in event
    made.save(begun.state(), tmp_path / "checkpoint.pt")
    assert list(prepared(made, "--epochs=2", f"--resume={tmp_path}"))[-1]["test"] == events[-1]["test"]


def test_that_a_script_prints_the_test_in_a_line_of_its_own(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = program(graph_of("tokenized"))
    monkeypatch.setattr("sys.argv", ["program.py", "--epochs=1", "--threads=1", "--device=cpu"])
    made.main()
    epoch, test = capsys.readouterr().out.splitlines()
    assert epoch.startswith("epoch 1 | train loss ") and " | validation loss " in epoch
    assert test.startswith("test loss ") and " accuracy " in test


def test_that_a_column_without_rows_for_a_test_has_none(program: Program, tmp_path: Path) -> None:
    text = (FOLDER / "data" / "notes.csv").read_text()
    (tmp_path / "notes.csv").write_text(text.replace(",test", ",train").replace(",valid", ",train"))
    events = list(prepared(program(graph_of("tokenized")), "--epochs=1", f"--notes-path={tmp_path / 'notes.csv'}"))
    assert events[0]["rows"] == {"training": 26}
    assert "validation" not in events[-1] and "test" not in events[-1]


def test_that_classes_which_come_through_zip_say_the_parts_by_their_names(program: Program, tmp_path: Path) -> None:
    held = {"type": "int64[]", "column": "held", "classes": ["test", "train", "valid"]}
    fields = {"x": {"type": "float32[1]", "columns": ["x"]}, "held": held}
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "table": ("data.Table", {"path": "t.csv", "fields": fields}),
        "zipped": ("data.Zip", {"fields": ["x", "said"]}),
        "batches": ("Collate", {"fields": ["x"], "split": "column"}),
        "head": ("nn.Linear", {"out_features": 1}),
        "loss": ("nn.MSELoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    wires = ["table.x zipped.x", "table.held zipped.said", "zipped.x batches.x", "zipped.said batches.split_by"]
    ends = ["batches.x head.input", "head.output loss.input", "batches.x loss.target", "loss.output adam.loss"]
    (tmp_path / "t.csv").write_text("x,held\n1,train\n2,test\n3,train\n4,valid\n")
    run = prepared(program(drawing(nodes, *wires, *ends)), f"--table-path={tmp_path / 't.csv'}")
    assert rows(run) == {"training": [0, 2], "validation": [3], "test": [1]}
