"""What a graph says that the user's own functions and modules give, held against what they do give, before a run."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

from runtime.generate.drawn import Drawn
from runtime.graph.model import End
from runtime.spec.named import MODEL
from runtime.spec.observed import Question
from runtime.spec.own import FUNCTION, MODULE
from runtime.spec.tensor import Tensor
from runtime.train.observe import given
from runtime.train.written import line_of

FILE = "own.json"


class Otherwise(Exception):
    """What is there is otherwise than the graph says: the node, one sentence, and what else the event tells."""

    def __init__(self, node: str | None, message: str, **more: Any) -> None:
        super().__init__(message)
        self.node, self.more = node, more


def said(drawn: Drawn) -> list[dict[str, Any]]:
    """What the graph says of each node with a text that takes and gives tensors: dtype and shapes, one a try."""
    found = []
    for own in drawn.owned:
        type = drawn.graph.nodes[own.node].type
        if type not in (FUNCTION, MODULE, MODEL):
            continue
        sources = {port.name: drawn.sources(own.node, port.name) for port in drawn.ports(own.node)[0]}
        takes = {name: drawn.type(ends[0]) for name, ends in sources.items() if ends}
        gives = [drawn.type(End(own.node, port.name)) for port in drawn.ports(own.node)[1]]
        tensors = [(name, each) for name, each in takes.items() if isinstance(each, Tensor)]
        made = [each for each in gives if isinstance(each, Tensor)]
        if len(tensors) < len(takes) or len(made) < len(gives):
            continue
        asked = Question(own.python, type != FUNCTION, tuple(tensors), ())
        modes = [False] if own.node in drawn.frozen else [False, True]
        found.append(
            {
                "node": own.node,
                "called": own.function,
                "training": modes if asked.module else [],
                "arguments": json.loads(own.python.arguments),
                "takes": {name: _written(asked, each) for name, each in tensors},
                "gives": [_written(asked, each) for each in made],
            }
        )
    return found


def _written(asked: Question, type: Tensor) -> dict[str, Any]:
    return {"type": str(type), "dtype": type.dtype, "shapes": asked.shapes(type)}


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
    """Call each own function on numbers between 0 and 1, modules as they evaluate and as they train.

    Raises Otherwise where one gives something else.
    """
    found = kept(folder)
    roots = found["roots"]
    for each in found["said"]:
        made = getattr(program, each["called"])
        function = made(**each["arguments"]) if each["training"] else made
        for training in each["training"] or [None]:
            if training is not None:
                function.train(training)
            for at in range(max((len(type["shapes"]) for type in each["takes"].values()), default=1)):
                _compare(each, _given(function, each, at, roots), at, bool(training))


def _given(function: Any, each: dict[str, Any], at: int, roots: list[str]) -> list[Any]:
    import torch

    try:
        with torch.no_grad():
            result = given(function, each["takes"], at)
    except Exception as error:
        types = " and ".join(f"{name} {type['type']}" for name, type in each["takes"].items())
        told = (str(error).splitlines() or [type(error).__name__])[0]
        where = line_of(error, roots)
        raise Otherwise(each["node"], f"{each['called']} fails for {types}: {where}{told}") from error
    return list(result) if isinstance(result, tuple | list) else [result]


def _compare(each: dict[str, Any], results: list[Any], at: int, training: bool) -> None:
    found = [_told(result) for result in results]
    if found != [_shown(type, at) for type in each["gives"]]:
        types = " and ".join(type["type"] for type in each["gives"])
        takes = " and ".join(f"{name} {_shown(type, at)}" for name, type in each["takes"].items())
        gives = f"{each['called']} gives {' and '.join(found)}{' in training' if training else ''}"
        why = f"{gives}{' for ' if takes else ''}{takes}, but the graph says {types}"
        way_out = "Freeze it, or let it give the same then" if training else "Change its type in the inspector"
        raise Otherwise(each["node"], f"{why}. {way_out}.")


def _told(result: Any) -> str:
    import torch

    if not isinstance(result, torch.Tensor):
        return type(result).__name__
    return f"{str(result.dtype).removeprefix('torch.')}{list(result.shape)}"


def _shown(type: dict[str, Any], at: int) -> str:
    return f"{type['dtype']}{type['shapes'][at]}"
