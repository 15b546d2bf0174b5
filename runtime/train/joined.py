"""The first batch of a run: what the user's own functions of Collate give, held against what the graph says."""

import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from runtime.generate.drawn import Drawn
from runtime.graph.model import End
from runtime.spec.tensor import Tensor
from runtime.train.gives import Otherwise, kept
from runtime.train.written import lies_in, line_of

FILE = "batch.json"
FRAME = re.compile(r'  File "(.+)", line \d+, in (\S+)(?:\n {4}(.+))?')  # of a traceback's text: file, function, line


def keep(drawn: Drawn, folder: Path) -> None:
    """Write into the folder of a run what the graph says of a batch, where functions of the user's make it."""
    node, types = drawn.collate, dict[str, dict[str, Any]]()
    owned = [own for own in drawn.owned if own.node == node]
    names = [port.name for port in drawn.ports(node)[1]] if owned else []
    for name in names:
        if isinstance(type := drawn.type(End(node, name)), Tensor):
            sizes = [size if isinstance(size, int) else None for size in type.shape[1:]]
            types[name] = {"type": str(type), "dtype": type.dtype, "sizes": sizes}
    about = {
        "node": node,
        "whole": next((own.function for own in owned if own.parameter == "collate_fn"), None),
        "samples": drawn.values(node).fields,
        "needed": [name for name in names if name in _taken(drawn)],
        "types": types,
    }
    (folder / FILE).write_text(json.dumps(about if owned else {}), encoding="utf-8")


def _taken(drawn: Drawn) -> set[str]:
    """The fields that the program takes out of a batch; where one process trains, it counts the rows of the first."""
    compared = (*drawn.losses, *drawn.family("metric"), *drawn.beside_model)
    found = {end.port for id in compared for end in drawn.taken(id) if end.node == drawn.collate}
    return found | {*drawn.inputs} | (set() if drawn.several else {drawn.fields[0]})


def watch(run: Any, folder: Path) -> None:
    """Hold the first batch that a run trains on against the graph; Otherwise is raised where it is another one.

    It is the batch that the run makes anyway, wherever it makes it: a function may do more than put samples together.
    """
    file = folder / FILE
    about = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not about:
        return
    made: Any = getattr(run, "batches", {}).get("training")
    if hasattr(made, "shared"):  # which adds to each batch how many samples all processes have of it
        usual, made.epoch = made.epoch, lambda epoch, start=0: _held(usual(epoch, start), about, folder)
        return
    feed = run.feed

    def fed(part: str, epoch: int, start: int = 0) -> Iterator[Mapping[str, Any]]:
        batches = feed(part, epoch, start)
        if part == "training":
            del run.feed
            batches = _held(batches, about, folder)
        yield from batches

    run.feed = fed


def _held(batches: Iterable[Any], about: Mapping[str, Any], folder: Path) -> Iterator[Any]:
    """Batches, of which the first is held against the graph."""
    rest = iter(batches)
    for first in _first(rest, about, folder):
        _hold(first, about)
        yield first
    yield from rest


def _first(batches: Iterator[Mapping[str, Any]], about: Mapping[str, Any], folder: Path) -> list[Mapping[str, Any]]:
    """The first batch, where there is one; a name that samples do not have is told with those that they have."""
    try:
        return [*islice(batches, 1)]
    except KeyError as error:
        if found := _unknown(error, about, folder):
            line, key = found
            why = f"its function {about['whole']} asks for {key}, which is not there: {line}"
            has = f"If that was asked of a sample: a sample has {', '.join(about['samples'])}."
            raise Otherwise(about["node"], f"{why}. {has}") from error
        raise


def _unknown(error: KeyError, about: Mapping[str, Any], folder: Path) -> tuple[str, str] | None:
    """The line of the function for whole samples that asked for a key, and the key; None where something else did.

    Of a loader's worker there is only the text of its traceback.
    """
    text = str(error.args[0]) if error.args else ""
    if frames := FRAME.findall(text):
        key = text.splitlines()[-1].removeprefix("KeyError: ").strip("'\"")
    else:
        key = text
        frames = [(each.filename, each.name, each.line or "") for each in traceback.extract_tb(error.__traceback__)]
    roots = kept(folder)["roots"]
    theirs = [frame for frame in frames if lies_in(frame[0], roots)]
    file, _, line = (theirs or frames)[-1]
    asks = about["whole"] in [name for _, name, _ in frames] and (theirs or Path(file).name == "program.py")
    asks = asks and not line.startswith("raise")  # what it says is a sentence of the user's
    return (f"{line_of(error, roots)}{line.strip()}", key) if asks and key not in about["samples"] else None


def _hold(batch: Any, about: Mapping[str, Any]) -> None:
    node, whole = about["node"], about["whole"]
    if whole and not (hasattr(batch, "items") and hasattr(batch, "__getitem__")):
        fields = f"a dict of {', '.join(about['needed'])}"
        raise Otherwise(node, f"its function {whole} gives a {type(batch).__name__}. Return {fields}.")
    if whole and (missing := [field for field in about["needed"] if field not in batch]):
        one = len(missing) == 1
        lacks = f"{', '.join(missing)} {'is' if one else 'are'} missing, which the graph takes from {node}"
        todo = f"Return {'it' if one else 'them'} too, or rename the field{'' if one else 's'}"
        raise Otherwise(node, f"its function {whole} gives {', '.join(map(str, batch)) or 'nothing'}; {lacks}. {todo}.")
    for field, said in about["types"].items():
        if field in batch and (told := _otherwise(batch[field], said)):
            why = f"{node} gives {field} as {told}, but the graph says {said['type']}"
            raise Otherwise(node, f"{why}. Change what its function gives, or its type in the inspector.")


def _otherwise(value: Any, about: Mapping[str, Any]) -> str | None:
    """What a field of a batch is, where that is not what the graph says."""
    import torch

    if not isinstance(value, torch.Tensor):
        return type(value).__name__
    dtype, sizes = str(value.dtype).removeprefix("torch."), [*value.shape]
    alike = len(sizes) == len(about["sizes"]) + 1 and dtype == about["dtype"]
    if alike and all(said in (None, size) for size, said in zip(sizes[1:], about["sizes"], strict=True)):
        return None
    return f"{dtype}{sizes}"
