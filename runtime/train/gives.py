"""What a graph says that the user's own functions and modules give, held against what they do give, before a run."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from runtime.generate.drawn import Drawn
from runtime.graph.model import End
from runtime.spec.named import MODEL
from runtime.spec.own import FUNCTION, MODULE
from runtime.spec.tensor import Size, Tensor, Type
from runtime.train.observe import numbers

FILE = "own.json"
BATCHES = (2, 3)  # so that a size that follows the batch is told from one that does not
LENGTH = 5  # of what has no fixed length


class Otherwise(Exception):
    """An own function gives something else than the graph says: the node, and one sentence."""

    def __init__(self, node: str, message: str) -> None:
        super().__init__(message)
        self.node = node


def said(drawn: Drawn) -> list[dict[str, Any]]:
    """What the graph says of each node with a text: what comes in by argument, and what goes out."""
    found = []
    for own in drawn.owned:
        type = drawn.graph.nodes[own.node].type
        if type not in (FUNCTION, MODULE, MODEL):
            continue
        given = {port.name: drawn.sources(own.node, port.name) for port in drawn.ports(own.node)[0]}
        found.append(
            {
                "node": own.node,
                "called": own.function,
                "module": type != FUNCTION,
                "arguments": json.loads(own.python.arguments),
                "takes": {name: _written(drawn.type(ends[0])) for name, ends in given.items() if ends},
                "gives": [_written(drawn.type(End(own.node, port.name))) for port in drawn.ports(own.node)[1]],
            }
        )
    return found


def _written(type: Type) -> Any:
    """A tensor's dtype and sizes, the batch as "B"; None for what is no tensor."""
    if not isinstance(type, Tensor):
        return None
    sizes = [size if isinstance(size, int) else "B" if size == Size("B") else LENGTH for size in type.shape]
    return {"dtype": type.dtype, "shape": sizes}


def keep(drawn: Drawn, origin: Path, folder: Path) -> None:
    """Write into the folder of a run what has to be looked at before, and where files of the user's are found.

    `origin` is the folder that paths in the graph are relative to.
    """
    roots = dict.fromkeys(str(own.python.root(origin)) for own in drawn.owned if own.python.path)
    (folder / FILE).write_text(json.dumps({"roots": list(roots), "said": said(drawn)}), encoding="utf-8")


def kept(folder: Path) -> dict[str, Any]:
    """What `keep` wrote."""
    found: dict[str, Any] = {"roots": [], "said": []}
    if (folder / FILE).exists():
        found |= json.loads((folder / FILE).read_text(encoding="utf-8"))
    return found


def examine(program: ModuleType, folder: Path) -> None:
    """Call each own function twice on numbers between 0 and 1. Raises Otherwise where it gives something else."""
    for each in kept(folder)["said"]:
        if None in (*each["takes"].values(), *each["gives"]):
            continue
        for batch in BATCHES:
            _compare(each, list(_called(program, each, batch)), batch)


def _called(program: ModuleType, each: dict[str, Any], batch: int) -> Iterator[Any]:
    import torch

    made = getattr(program, each["called"])
    function = made(**each["arguments"]).eval() if each["module"] else made
    takes = {name: [batch if size == "B" else size for size in type["shape"]] for name, type in each["takes"].items()}
    values = {name: numbers(each["takes"][name]["dtype"], shape) for name, shape in takes.items()}
    try:
        with torch.no_grad():
            result = function(**values)
    except Exception as error:
        shapes = ", ".join(f"{name} {_shown(type)}" for name, type in each["takes"].items())
        raise Otherwise(each["node"], f"{each['called']} fails for {shapes}: {str(error).splitlines()[0]}") from error
    yield from result if isinstance(result, tuple | list) else [result]


def _compare(each: dict[str, Any], results: list[Any], batch: int) -> None:
    import torch

    given = [
        f"{str(found.dtype).removeprefix('torch.')}{list(found.shape)}"
        if isinstance(found, torch.Tensor)
        else type(found).__name__
        for found in results
    ]
    wanted = [f"{t['dtype']}{[batch if size == 'B' else size for size in t['shape']]}" for t in each["gives"]]
    if given != wanted:
        told = " and ".join(_shown(type) for type in each["gives"])
        why = f"{each['called']} gives {' and '.join(given)} for a batch of {batch}, but the graph says {told}"
        raise Otherwise(each["node"], f"{why}. Change its type in the inspector.")


def _shown(type: dict[str, Any]) -> str:
    return f"{type['dtype']}[{', '.join(map(str, type['shape']))}]"
