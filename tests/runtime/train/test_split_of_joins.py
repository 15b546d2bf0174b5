"""No row of a joined table is in two parts, for any kind of split; with keys that come once it is as without a join."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.pieces.whole import kept_together
from tests.runtime.check.test_definitions import drawing
from tests.runtime.generate.cases import imported, program_of
from tests.runtime.train.test_loop import prepared

KINDS = {"random": "", "stratified": "label", "group": "kin", "column": "held"}
SHAPES = {
    "join": ("one", "many"),
    "join of a join": ("one", "many", "more"),
    "join into a join": ("one", "many", "more"),
    "zip of a join": ("one", "many", "beside"),
    "zip of joins": ("one", "many", "beside", "another"),
}
PEOPLE, VISITS = 60, 240
Program = Callable[..., Any]
Nodes = dict[str, tuple[str, dict[str, Any]]]


def number(title: str, type: str = "int64[]") -> dict[str, str]:
    """A field that is read from one column."""
    return {"type": type, "column": title}


def table(folder: Path, name: str, **columns: list[Any]) -> None:
    """A file of columns, before which stands the number of each row as ``row``."""
    cells = zip(*columns.values(), strict=True)
    lines = [",".join(map(str, (at, *row))) for at, row in enumerate(cells)]
    (folder / f"{name}.csv").write_text("\n".join([",".join(("row", *columns)), *lines, ""]))


def written(folder: Path, unique: bool) -> None:
    """Tables whose rows meet one to many, or one to one; some persons share a code or a kin with another."""
    draw = torch.Generator().manual_seed(3)
    count = PEOPLE if unique else VISITS
    who = list(range(PEOPLE)) if unique else torch.randint(PEOPLE, (VISITS,), generator=draw).tolist()
    codes = list(range(count))
    for row in range(0 if unique else 6):
        codes[row] = next(other for other in range(row + 7, count) if who[other] % 4 == who[row] % 4)
    kin = [(key + (row % 60 == 2)) // 3 for row, key in enumerate(who)]
    label = torch.randint(3, (count,), generator=draw).tolist()
    held = [("train", "train", "valid", "test")[key % 4] for key in who]
    table(folder, "one", key=sorted({*who}))
    table(folder, "many", key=who, code=codes, kin=kin, label=label, held=held)
    table(folder, "more", key=[*range(count)] if unique else [*{*codes}, *{*codes[:20]}])
    few = [row if unique or row >= 24 else row // 4 * 4 for row in range(count)]
    table(folder, "beside", key=few)
    table(folder, "another", key=sorted({*few}))


def graph(shape: str, kind: str, **more: Any) -> Graph:
    """A batch holds the number of the row of each table, as `shape` puts the tables together."""
    tables, passed = SHAPES[shape], ["kin", "label", "held", "x"]
    columns = {name: {"row": number("row"), "number": number("key")} for name in tables}
    columns["many"] |= {title: number(title) for title in ("code", "kin", "label")}
    columns["many"] |= {"held": number("held", "text"), "x": number("row", "float32[]")}
    nodes: Nodes = {name: ("data.Table", {"path": f"{name}.csv", "fields": columns[name]}) for name in tables}
    wires: list[str] = []

    def put(id: str, type: str, keys: str, *taken: str) -> None:
        """Put rows together; ``many.row`` becomes the field ``of_many``."""
        named = {end: "of_" + end.split(".")[0] if end.endswith(".row") else end.split(".")[1] for end in taken}
        nodes[id] = (type, {"fields": list(named.values())})
        wires.extend(
            [f"{key} {id}.key" for key in keys.split()] + [f"{end} {id}.{name}" for end, name in named.items()]
        )

    own = [f"many.{field}" for field in passed]
    through = [f"inner.{field}" for field in ("of_many", *passed)]
    match shape:
        case "join":
            put("rows", "data.Join", "one.number many.number", "one.row", "many.row", *own)
        case "join of a join":
            put("inner", "data.Join", "one.number many.number", "one.row", "many.row", "many.code", *own)
            put("rows", "data.Join", "inner.code more.number", "inner.of_one", "more.row", *through)
        case "join into a join":
            put("inner", "data.Join", "more.number many.code", "more.row", "many.row", "many.number", *own)
            put("rows", "data.Join", "one.number inner.number", "one.row", "inner.of_more", *through)
        case "zip of a join":
            put("inner", "data.Join", "many.number one.number", "one.row", "many.row", *own)
            put("rows", "data.Zip", "", "inner.of_one", "beside.row", *through)
        case "zip of joins":
            put("inner", "data.Join", "many.number one.number", "one.row", "many.row", *own)
            put("second", "data.Join", "beside.number another.number", "beside.row", "another.row")
            put("rows", "data.Zip", "", "inner.of_one", "second.of_beside", "second.of_another", *through)
    fields = [*(f"of_{name}" for name in tables), "x"]
    nodes |= {
        "batches": ("Collate", {"fields": fields, "split": kind, **more}),
        "column": ("torch.unsqueeze", {"dim": 1}),
        "head": ("nn.Linear", {"out_features": 1}),
        "loss": ("nn.MSELoss", {}),
        "adam": ("optim.AdamW", {}),
    }
    by = [f"rows.{KINDS[kind]} batches.split_by"] if KINDS[kind] else []
    into = [f"rows.{field} batches.{field}" for field in fields]
    ends = ["batches.x column.input", "column.output head.input", "head.output loss.input", "column.output loss.target"]
    return drawing(nodes, *wires, *into, *by, *ends, "loss.output adam.loss")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tables are: ``unique`` with each key once, ``several`` with many rows of one key."""
    found = tmp_path_factory.mktemp("joins")
    for name in ("unique", "several"):
        (found / name).mkdir()
        written(found / name, name == "unique")
    return found


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Imports the program of a graph with some edits."""
    count = iter(range(100))

    def made(found: Graph, *edits: Edit) -> ModuleType:
        changed = applied(found, edits)
        assert check(changed).sound, check(changed).problems
        return imported(program_of(changed).text, tmp_path / f"p{next(count)}.py")

    return made


def run_of(made: Any, found: Graph, folder: Path) -> Any:
    """The run of a program that reads the tables of a folder; a warning fails."""
    tables = [id for id, node in found.nodes.items() if node.type == "data.Table"]
    return prepared(made, "--epochs=1", *(f"--{name}-path={folder / name}.csv" for name in tables))


def telling(kind: str) -> AbstractContextManager[Any]:
    """Groups that share keys are told; nothing else is."""
    return pytest.warns(UserWarning, match="groups of split_by share keys") if kind == "group" else nullcontext()


def seen(run: Any, tables: tuple[str, ...]) -> dict[str, dict[str, list[int]]]:
    """For each part the rows of each table that its batches hold."""
    batches = {part: list(run.feed(part, 0)) for part in run.rows}
    return {
        part: {name: torch.cat([each[f"of_{name}"] for each in found]).tolist() for name in tables}
        for part, found in batches.items()
    }


def apart(found: dict[str, dict[str, list[int]]]) -> None:
    """No row of any table is in two parts, and there is none without rows."""
    for one, other in combinations(found.values(), 2):
        for table in one:
            assert one[table] and other[table]
            assert not {*one[table]} & {*other[table]}, table


CASES = [(shape, kind) for shape in SHAPES for kind in KINDS if (shape, kind) != ("zip of joins", "column")]


@pytest.mark.parametrize(("shape", "kind"), CASES)
def test_that_no_row_of_a_joined_table_is_in_two_parts(shape: str, kind: str, program: Program, folder: Path) -> None:
    loaded = shape == "join of a join"
    found = graph(shape, kind, **({} if kind == "column" else {"test": 0.2}), pin_memory=loaded)
    made = program(found)
    assert hasattr(made, "Samples") == loaded
    with telling(kind):
        run = run_of(made, found, folder / "several")
    rows = seen(run, SHAPES[shape])
    assert set(rows) == {"training", "validation", "test"}
    apart(rows)
    assert {row for part in rows.values() for row in part["many"]} == {*range(VISITS)}
    one = [row for part in rows.values() for row in part["one"]]
    assert len({*one}) < len(one)  # which is what could go wrong


@pytest.mark.parametrize("kind", ["random", "stratified", "group"])
@pytest.mark.parametrize("shape", ["join", "zip of joins"])
def test_that_no_row_of_a_joined_table_is_held_out_in_one_fold_and_trained_on(
    shape: str, kind: str, program: Program, folder: Path
) -> None:
    found, tables = graph(shape, kind, folds=3, test=0.1), SHAPES[shape]
    made = program(found)
    held = []
    with telling(kind):
        run = run_of(made, found, folder / "several")
        for event in run:
            if event["event"] == "started":
                rows = seen(run, tables)
                apart(rows)
                held += [rows["validation"]["many"], rows["test"]["many"]]
    assert {*held[1]} == {*held[3]} == {*held[5]}
    assert sorted(row for part in (*held[::2], held[1]) for row in part) == sorted(
        row for part in rows.values() for row in part["many"]
    )


@pytest.mark.parametrize(("kind", "folds"), [(kind, 0) for kind in KINDS] + [(kind, 3) for kind in list(KINDS)[:3]])
def test_that_rows_with_keys_of_their_own_are_split_as_without_a_join(
    kind: str, folds: int, program: Program, folder: Path
) -> None:
    more = {"folds": folds} if folds else {} if kind == "column" else {"test": 0.2}
    joined = graph("join", kind, **more)
    edits: list[Edit] = [("remove", "rows"), ("remove", "one"), ("set", "batches", "fields", ["of_many", "x"])]
    edits += [("connect", "many.row", "batches.of_many"), ("connect", "many.x", "batches.x")]
    edits += [("connect", f"many.{KINDS[kind]}", "batches.split_by")] if KINDS[kind] else []
    plain = applied(joined, edits)
    found = []
    for each in (joined, plain):
        run = run_of(program(each), each, folder / "unique")
        found.append({part: rows.tolist() for part, rows in run.rows.items()})
    assert found[0] == found[1]


def test_that_a_column_that_parts_the_rows_of_a_key_is_told_at_the_join(program: Program, folder: Path) -> None:
    found = graph("zip of joins", "column")
    made = program(found)
    with pytest.warns(UserWarning) as told:
        run_of(made, found, folder / "several")
    (warning,) = told
    assert str(warning.message) == (
        "5 of 222 keys, such as 0, are in several parts as split_by says, so that some of what is measured "
        "was trained on: let it say one part for all rows of a key"
    )
    assert warning.lineno in program_of(found).lines["second"]


@pytest.mark.parametrize("kind", ["random", "stratified"])
def test_that_keys_too_few_for_a_part_are_told(kind: str, program: Program, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("row,key\n0,1\n1,2\n")
    rows = "\n".join(f"{row},{row % 2 + 1},0,0,0,train" for row in range(40))
    (tmp_path / "many.csv").write_text(f"row,key,code,kin,label,held\n{rows}\n")
    found = graph("join", kind, validation=0.1)
    with pytest.raises(ValueError, match="stay in one part, and those of 2 keys leave a part without rows: change the"):
        run_of(program(found), found, tmp_path)


def test_that_a_rare_class_is_in_each_part_where_it_is_of_few_keys(program: Program, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("row,key\n" + "".join(f"{key},{key}\n" for key in range(40)))
    rows = [f"{row},{row // 5},0,0,{int(row // 5 < 4 and row % 5 == 3)},train" for row in range(200)]
    (tmp_path / "many.csv").write_text("\n".join(["row,key,code,kin,label,held", *rows]))
    found = graph("join", "stratified", validation=0.25, test=0.25)
    parts = seen(run_of(program(found), found, tmp_path), ("many",))
    rare = {part: sum(row // 5 < 4 and row % 5 == 3 for row in rows["many"]) for part, rows in parts.items()}
    assert rare == {"training": 2, "validation": 1, "test": 1}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdef")), min_size=1, max_size=30))
def test_that_rows_stay_together_as_far_as_values_lead(rows: list[tuple[int, str]]) -> None:
    numbers, texts = [row[0] for row in rows], [row[1] for row in rows]
    found = kept_together(torch.tensor(numbers), texts).tolist()
    for row, first in enumerate(found):
        assert found[first] == first <= row
    for one, other in combinations(range(len(rows)), 2):
        if numbers[one] == numbers[other] or texts[one] == texts[other]:
            assert found[one] == found[other]
    for first in {*found}:  # no more than values lead to
        whole = [row for row, other in enumerate(found) if other == first]
        reached = {first}
        for _ in whole:
            reached |= {r for r in whole for o in reached if numbers[r] == numbers[o] or texts[r] == texts[o]}
        assert reached == {*whole}


def test_that_a_table_that_comes_by_several_ways_is_told() -> None:
    plain = graph("zip of a join", "random")
    assert not check(plain).problems
    twice = applied(plain, [("disconnect", "beside.row", "rows.of_beside"), ("connect", "one.row", "rows.of_beside")])
    own = applied(
        plain, [("disconnect", "beside.row", "rows.of_beside"), ("connect", "inner.of_one", "rows.of_beside")]
    )
    joined = graph("join of a join", "random")
    again = applied(
        joined,
        [
            ("disconnect", "more.number", "rows.key"),
            ("disconnect", "more.row", "rows.of_more"),
            ("connect", "one.number", "rows.key"),
            ("connect", "one.row", "rows.of_more"),
        ],
    )
    for found, expected in ((twice, ["rows"]), (own, []), (joined, []), (again, ["rows"])):
        about = [each for each in check(found).problems if "by several ways" in each.message]
        assert [each.node for each in about] == expected
        for each in about:
            assert each.severity == "warning"
            assert "has rows of one by several ways, so that a row of it may be in several parts" in each.message
