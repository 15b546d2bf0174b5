"""Memory that a run needs for certain, held against what the machine has, before a model is made that nothing holds."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.check.figures import batch_rows, brief, figures, in_model
from runtime.check.problem import Report
from runtime.check.rules.room import WIDTHS, in_bytes, smaller
from runtime.generate.drawn import Drawn
from runtime.train.gives import Otherwise

if TYPE_CHECKING:
    from runtime.train.told import Told

FILE = "room.json"
LITTLE = 10**9  # bytes that every machine has
KEEPS = {  # numbers that an optimizer keeps of each weight
    **dict.fromkeys(("optim.Adam", "optim.AdamW", "optim.Adamax", "optim.NAdam", "optim.RAdam"), 2),
    **dict.fromkeys(("optim.Adadelta", "optim.Rprop"), 2),
    **dict.fromkeys(("optim.Adagrad", "optim.RMSprop", "optim.ASGD", "optim.Muon"), 1),
}


def keep(drawn: Drawn, report: Report, folder: Path) -> None:
    """Write into a run's folder what its graph needs, where that is much."""
    (folder / FILE).unlink(missing_ok=True)
    if (found := needed(drawn, report))["all"] > LITTLE:
        (folder / FILE).write_text(json.dumps(found), encoding="utf-8")


def needed(drawn: Drawn, report: Report) -> dict[str, Any]:
    """The bytes of all weights, with their gradients and what optimizers keep, and of the largest thing in a batch.

    With it the node that has most of the weights, and that which makes the largest thing.
    """
    useful = in_model(report.types.graph, report.types.specs)
    rows = batch_rows(drawn.graph)
    found = {id: each for id, each in figures(report, rows).items() if id in useful}
    width = WIDTHS["float32"]
    weights = {id: width * each.weights for id, each in found.items() if each.weights}
    more, keeping = 0, []
    for id in drawn.family("optimizer"):
        type = drawn.graph.nodes[id].type
        kept = 1 if type == "optim.SGD" and drawn.values(id).momentum else KEEPS.get(type, 0)
        more += (1 + kept) * sum(weights.get(layer, 0) for layer in drawn.trained(id))
        keeping += [type] if kept else []
    batch = {id: each.memory for id, each in found.items() if report.sides.get(id) == "batch"}
    heaviest, largest = max(weights, key=weights.__getitem__, default=""), max(batch, key=batch.__getitem__, default="")
    made, spec = batch.get(largest, 0), report.types.specs.get(heaviest)
    return {
        "node": heaviest,
        "largest": largest,
        "parameters": [edit[2] for _, (edit,) in smaller(spec, drawn.graph.nodes[heaviest])] if spec else [],
        "weights": sum(weights.values()),
        "training": sum(weights.values()) + more,
        "keeping": list(dict.fromkeys(keeping)),
        "batch": made,
        "row": made // max(rows, 1),
        "all": sum(weights.values()) + more + made,
    }


def look(folder: Path, device: str, told: "Told") -> None:
    """Refuse a run whose weights nothing here holds, and doubt one that may be too large. Raises Otherwise.

    What is made of a batch is an upper bound: layers that are frozen or less precise keep less.
    """
    if not (folder / FILE).is_file():
        return
    need = json.loads((folder / FILE).read_text(encoding="utf-8"))
    here = there(device)
    if here is None:
        return
    if need["training"] > here and _known_whole(device):
        raise Otherwise(need["node"] or need["largest"] or None, f"{_sentence(need, here)}. {_advice(need)}.")
    if need["all"] > here:
        told.warn(need["largest"] or None, f"{_sentence(need, here)}. Make it or batch_size smaller.")


def largest(folder: Path) -> str | None:
    """The node that makes the largest thing in a batch of a run; None where nothing is large."""
    if not (folder / FILE).is_file():
        return None
    return json.loads((folder / FILE).read_text(encoding="utf-8"))["largest"] or None


def there(device: str) -> int | None:
    """The bytes that a device has; of the processor with what is swapped out. None where nobody knows."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.get_device_properties(device).total_memory)
    with suppress(AttributeError, ValueError, OSError):  # a system that does not tell
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") + _swap()
    return None


def _known_whole(device: str) -> bool:
    """Whether there is no more than that: macOS compresses and swaps as it likes, CUDA on Windows borrows."""
    return sys.platform == "linux" or (device.startswith("cuda") and sys.platform != "win32")


def _swap() -> int:
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("SwapTotal")).split()[1])
    return 0


def _sentence(need: dict[str, Any], here: int) -> str:
    """What is needed for what, and what is there."""
    parts = []
    if need["training"]:
        kept = f" and what {' and '.join(need['keeping'])} keeps of them" if need["keeping"] else ""
        beside = f" with their gradients{kept}" if need["training"] > need["weights"] else ""
        parts.append(f"{in_bytes(need['training'])} for {brief(need['weights'] // WIDTHS['float32'])} weights{beside}")
    if need["batch"]:
        by = f" by {need['largest']}" if need["largest"] != need["node"] else ""
        parts.append(f"{in_bytes(need['batch'])} for what is made of a batch{by}")
    return f"needs {' and '.join(parts)}, but there is {in_bytes(here)} of memory"


def _advice(need: dict[str, Any]) -> str:
    """What to make smaller."""
    return f"Make {' or '.join([*(need['parameters'] or ['it']), *(['batch_size'] if need['batch'] else [])])} smaller"
