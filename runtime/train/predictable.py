"""What a model of a graph predicts, where that is a tensor held against a field: classes, yes or no, or numbers."""

import json
from pathlib import Path
from typing import Any

from runtime.generate.drawn import Drawn
from runtime.graph.model import End
from runtime.spec.tensor import FLOATS, Tensor
from runtime.train.named import names

FILES = FILE, ASKED = "predictions.json", "predicted.json"
OF_FOLD = "predictions-{}.json"  # by the number of the fold, for those of all to be put together
CLASSES = 200  # at most
CHANNELS = (1, 3, 4)
SCORES = ("nn.CrossEntropyLoss", "nn.NLLLoss", "nn.MultiMarginLoss")  # a score for each class
YES_OR_NO = {"nn.BCEWithLogitsLoss": 0.0, "nn.BCELoss": 0.5}  # above this it is the second of two classes
NUMBERS = ("nn.MSELoss", "nn.L1Loss", "nn.SmoothL1Loss", "nn.HuberLoss")


def keep(drawn: Drawn, folder: Path) -> None:
    """Write into the folder of a run what is predicted in it: of several losses what the first looks at that can be."""
    asked = next(filter(None, (_asked(drawn, loss) for loss in drawn.losses)), None)
    if asked:
        several = {"field": asked["target"]} if len(drawn.losses) > 1 else {}
        (folder / ASKED).write_text(json.dumps(asked | several), encoding="utf-8")


def _asked(drawn: Drawn, loss: str) -> dict[str, Any] | None:
    given, target = ([*drawn.sources(loss, port)] for port in ("input", "target"))
    kind = drawn.graph.nodes[loss].type
    key = next((key for key, end in drawn.results.items() if given == [end]), None)
    if key is None or len(target) != 1 or target[0].node != drawn.collate:
        return None
    type, goal = drawn.type(given[0]), drawn.type(target[0])
    if not isinstance(type, Tensor) or not isinstance(goal, Tensor):
        return None
    found: dict[str, Any] = {"loss": kind, "target": target[0].port, "picture": _picture(drawn)}
    if len(drawn.results) > 1:
        found["result"] = key
    if kind in SCORES and type.rank == 2 and goal.rank == 1 and isinstance(type.shape[1], int):
        return found | {"classes": _named(drawn, target[0], type.shape[1])} if type.shape[1] <= CLASSES else None
    single = type.rank == 1 or (type.rank == 2 and type.shape[1] == 1)
    if kind in YES_OR_NO and single:
        return found | {"classes": _named(drawn, target[0], 2)}
    return found if kind in NUMBERS and single else None


def _named(drawn: Drawn, target: End, count: int) -> list[str]:
    """The names of the classes as the data has them; their numbers where it has none."""
    known = names(drawn.graph, drawn.report, target)
    return known if len(known) == count else [str(number) for number in range(count)]


def _picture(drawn: Drawn) -> str | None:
    """The first field of the model that looks like a picture."""
    for field in drawn.inputs:
        type = drawn.type(End(drawn.collate, field))
        if not isinstance(type, Tensor) or type.dtype not in (*FLOATS, "uint8"):
            continue
        if type.rank == 4 and type.shape[1] in CHANNELS:
            return field
    return None
