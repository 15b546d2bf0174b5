"""A look at samples before a run: what is not as the graph says is told before the first step, with its row."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from runtime.check.batches import refusal
from runtime.generate.drawn import Drawn
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.spec.scanty import scanty
from runtime.spec.tensor import FLOATS, Tensor, Text
from runtime.train.gives import Otherwise

FILE = "samples.json"
MANY = 32  # samples that are made before a run whose samples are made one by one
SHOWN = 3  # class numbers in a sentence


def keep(drawn: Drawn, folder: Path) -> None:
    """Write into the folder of a run what the graph says of each field of a sample, and where the field comes from."""
    found = {}
    for field in drawn.values(drawn.collate).fields:
        end = drawn.sources(drawn.collate, field)[0]
        type = drawn.type(end)
        about: dict[str, Any] = {"node": end.node, "port": end.port, "type": str(type)}
        if isinstance(type, Tensor):
            sizes = [size if isinstance(size, int) else None for size in type.shape]
            may_lack = getattr(type, "missing", False)
            about |= {"dtype": type.dtype, "sizes": sizes, "classes": type.classes}
            about["finite"] = type.dtype in FLOATS and not may_lack
        elif isinstance(type, Text):
            about["text"] = True
        found[field] = about
    (folder / FILE).write_text(json.dumps(found), encoding="utf-8")


def look(run: Any, folder: Path) -> Iterator[tuple[str, str]]:
    """Hold what is there against what the graph says, and tell what is strange but can be trained: node and sentence.

    Columns in memory are looked at as a whole; of samples that are made one by one, MANY of each part of the data.
    Raises Otherwise with the node and the row, or for batches that a node refuses, and what making a sample raises.
    """
    graph = load((folder / "graph.json").read_bytes())
    if refused := refusal(graph, {part: len(rows) for part, rows in run.rows.items()}):
        raise Otherwise(*refused)
    file = folder / FILE
    fields = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for part, rows in run.rows.items():
        whole = in_memory(run, part)
        if whole:
            columns = {field: whole[field] for field in fields}
        else:
            rows = some(rows, run.options.seed)
            columns = made(run.batches[part].loader.dataset, rows.tolist(), list(fields))
        for field, about in fields.items():
            compare(field, about, columns[field], rows.tolist() if not whole else None)
    yield from scarce(run, fields)
    yield from few_held_out(run, graph)


def in_memory(run: Any, part: str) -> Mapping[str, Any]:
    """The samples of which batches of a part of the rows are gathered; empty where they are made one by one."""
    found: Mapping[str, Any] = run.batches[part].columns if hasattr(run, "batches") else run.samples
    return found


def some(rows: Any, seed: int) -> Any:
    """At most MANY of the rows, drawn by the seed of the run."""
    import torch

    drawn = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))
    return rows[drawn[:MANY]].sort().values


def made(samples: Any, rows: list[int], fields: list[str]) -> dict[str, list[Any]]:
    """These samples as they are made in the first epoch: a list a field."""
    found: dict[str, list[Any]] = {field: [] for field in fields}
    for row in rows:
        sample = samples[1, row]
        for field in fields:
            found[field].append(sample[field])
    return found


def compare(field: str, about: Mapping[str, Any], column: Any, rows: list[int] | None) -> None:
    """Raise Otherwise for the first value of a column that is not as the graph says; `rows` are those of a list."""
    import torch

    if isinstance(column, torch.Tensor):
        _as_declared(field, about, column[0] if len(column) else column, 0)
        _in_range(field, about, column)
        return
    if not {"dtype", "text"} & about.keys():
        return
    for row, value in zip(rows or range(len(column)), column, strict=True):
        _as_declared(field, about, value, row)
        if isinstance(value, torch.Tensor):
            _in_range(field, about, value[None], row)


def _as_declared(field: str, about: Mapping[str, Any], value: Any, row: int) -> None:
    """Dtype and sizes of one value."""
    import torch

    if about.get("text"):
        wrong, told = not isinstance(value, str), type(value).__name__
    elif isinstance(value, torch.Tensor):
        dtype, sizes = str(value.dtype).removeprefix("torch."), list(value.shape)
        fits = len(sizes) == len(about["sizes"]) and all(
            wanted in (None, size) for wanted, size in zip(about["sizes"], sizes, strict=True)
        )
        wrong, told = dtype != about["dtype"] or not fits, f"{dtype}{sizes}"
    else:
        wrong, told = True, type(value).__name__
    if wrong:
        raise Otherwise(about["node"], f"{field} of sample {row} is {told}, and the graph says {about['type']}.")


def _in_range(field: str, about: Mapping[str, Any], values: Any, first: int = 0) -> None:
    """Class numbers that are none of the classes, and numbers that are not finite where none may be missing."""
    values = values.reshape(len(values), -1)
    classes: Any = about.get("classes")
    rows = []
    if classes is not None and about["dtype"] not in FLOATS:
        rows = _rows_where(lambda some: ((some < 0) | (some >= classes)).any(1), values)
    if rows:
        found = next(int(value) for value in values[rows[0]] if not 0 <= value < classes)
        told = f"{field} of sample {first + rows[0]} is {found}, and the graph says 0 to {classes - 1}."
        raise Otherwise(about["node"], told)
    if about.get("finite") and (rows := _rows_where(lambda some: ~some.isfinite().all(1), values)):
        more = f", as in {len(rows) - 1:,} more" if len(rows) > 1 else ""
        told = f"{field} of sample {first + rows[0]} holds a number that is missing or not finite{more}."
        raise Otherwise(about["node"], f"{told} Fill it in with Impute, or leave such rows out.")


def _rows_where(test: Callable[[Any], Any], values: Any) -> list[int]:
    """The rows of which something holds; some are looked at at a time, as all may be larger than memory."""
    parts = enumerate(values.split(65_536))
    return [65_536 * at + row for at, some in parts for row in test(some).nonzero().flatten().tolist()]


def few_held_out(run: Any, graph: Graph) -> Iterator[tuple[str, str]]:
    """Parts of the rows whose figures hang on one row or another; of folds each row has its turn."""
    rows, folded = sum(map(len, run.rows.values())), getattr(run.options, "fold", 0)
    loader = next(id for id, node in graph.nodes.items() if node.type == "Collate")
    folds, more = "set folds, so that each row is held out once", "keep more of them for a test"
    for side, kept, other in (("validation", "held out", folds), ("test", "kept for a test", more)):
        told = scanty(len(run.rows.get(side, ())), rows, kept)
        if told and not (folded and side == "validation"):
            yield loader, f"{told}. Add rows, or {other}."


def scarce(run: Any, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Classes of which no row is left to learn from, and those that have one row alone."""
    import torch

    every, whole = torch.cat([*run.rows.values()]), in_memory(run, "training")
    for field, about in fields.items():
        if about.get("classes") is None or about["sizes"]:
            continue
        column = whole.get(field) if whole else raw(run.batches["training"].loader.dataset, about["port"])
        if not isinstance(column, torch.Tensor) or column.dim() != 1 or len(column) <= int(every.max()):
            continue
        held_out = column[run.rows["validation"]].tolist() if "validation" in run.rows else []
        only = {*held_out} - {*column[run.rows["training"]].tolist()}
        values, counts = column[every].unique(return_counts=True)
        if only:
            among = "among the rows held out alone, so that nothing is learnt of"
            yield about["node"], f"{field}: {_named(only)} {among} {'it' if len(only) == 1 else 'them'}."
        if once := {*values[counts == 1].tolist()} - only:
            todo = (
                f"Add rows of {'it' if len(once) == 1 else 'them'}, or leave {'it' if len(once) == 1 else 'them'} out"
            )
            yield about["node"], f"{field}: {_named(once)} seen once in all the data, too little to learn from. {todo}."


def _named(classes: Collection[int]) -> str:
    """Some of these classes, as the subject of a sentence."""
    found = sorted(classes)
    which = ", ".join(map(str, found[:SHOWN])) + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")
    return f"class {which} is" if len(found) == 1 else f"classes {which} are"


def raw(samples: Any, port: str) -> Any:
    """A column as it was read, where samples are made of columns."""
    columns = getattr(samples, "columns", {})
    return columns.get(port) if isinstance(columns, dict) else None
