"""What is kept and told of the first value that is not finite: batch, weights, a script that shows it, one sentence."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from runtime.check.settings import setting
from runtime.graph.bypass import passed
from runtime.graph.file import load
from runtime.graph.model import Graph, Node
from runtime.graph.model import end as parsed_end
from runtime.spec.code import literal
from runtime.spec.own import makes
from runtime.spec.value import in_digits
from runtime.train.first import GRADIENT, LOSS, UPDATED, VALUE, WEIGHT, Place, Seen
from runtime.train.gives import kept
from runtime.train.probes import watched

KEPT, SCRIPT = "not_finite.pt", "reproduce.py"
OF_DATA = "Leave such rows out, or give transform.Impute what is to stand there."
GENTLER = "A smaller lr or clip_grad_norm may help."
EARLY = 20  # steps in which weights that go beyond all bounds were moved too far by their optimizer
SCRIPT_TEXT = '''"""Step {step} of this run once more, up to its first value that is not finite."""

{path}from pathlib import Path
from typing import Any

import torch
from torch import Tensor

{more}import watched  # beside it, as program.py is

DEVICE = {device}
USUAL = {usual}  # what is infinite all the time, as masks are
KEPT = torch.load(Path(__file__).parent / "not_finite.pt", DEVICE, weights_only=True)


def finite(place: str, value: Any) -> None:
    """Stop at the first value or gradient that is not finite."""
    if not isinstance(value, Tensor) or not value.is_floating_point():
        return
    bad = int((~value.isfinite()).sum())
    if bad and place not in USUAL:
        many = f"{{bad:,}} of {{value.numel():,}} numbers"
        raise FloatingPointError(f"{{place}} is not finite: {{many}}, {{value}}")
    if value.requires_grad:
        value.register_hook(lambda gradient: finite(f"the gradient of {{place}}", gradient))


model = watched.Watched().to(DEVICE)
model.load_state_dict(KEPT["model"])
model.train()
generators = [torch, torch.get_device_module(DEVICE)]
for generator, state in zip(generators, KEPT["random"], strict=False):
    generator.set_rng_state(state.cpu())
watched.Wires.see = finite
for name, weight in model.named_parameters():
    finite(name, weight)
for batch in KEPT["batches"]:
    for name, value in batch.items():
        finite(f"{{watched.COLLATE}}.{{name}}", value)
{forward}
    losses = watched.losses(result, batch)
    for name, loss in losses.items():
        finite(name, loss)
    losses["loss"].backward()
print({end})
'''
FORWARD = "    result = model(*[batch[name] for name in watched.INPUTS])"
MIXED = """    with torch.autocast(torch.device(DEVICE).type, torch.{precision}):
        result = model(*[batch[name] for name in watched.INPUTS])
    result = watched.in_float32(result)"""


def keep(seen: Seen, run: Any, folder: Path) -> bool:
    """Write batch and weights into the run folder, and the script; whether there was room for them."""
    graph = _graph(folder)
    precision = setting(graph.run, "precision")
    roots, updated = kept(folder)["roots"], seen.place.kind == UPDATED
    text = SCRIPT_TEXT.format(
        step=seen.step,
        device=literal(str(run.device)),
        usual=literal(sorted(seen.usual)),
        path="import sys\n" if roots else "",
        more=f"sys.path += {literal(roots)}\n" if roots else "",
        forward=FORWARD if precision == "float32" else MIXED.format(precision=precision),
        end=literal(f"Every value and every gradient is finite{': the update was not' * updated}."),
    )
    found = {"batches": list(seen.batches), "model": dict(seen.weights), "random": seen.random}
    try:
        torch.save(_on_cpu(found), folder / KEPT)
        (folder / SCRIPT).write_text(text, encoding="utf-8")
    except (OSError, RuntimeError):  # as torch tells of a disk that is full
        return False
    return True


def sentence(seen: Seen | None, step: int, run: Any, folder: Path, kept: bool) -> dict[str, Any]:
    """What ends the run: the node, a sentence, and the wire and the step it is about; of a sample its row too."""
    last = " The last good checkpoint is kept." if (folder / "checkpoint.pt").is_file() else ""
    if seen is None:
        told = f"The loss of step {step} is not finite; where that began was not found."
        return {"node": None, "message": f"{told} {GENTLER}{last}", "step": step}
    node, where = _where(seen, folder)
    first = _first_to_try(seen, folder)
    data = seen.place.kind == VALUE and seen.place.name.startswith(f"{watched(folder).COLLATE}.")
    row = _row(seen, run) if data else None
    what = "nan" if seen.nan == seen.bad else "infinite" if not seen.nan else "nan or infinite"
    many = f": {seen.bad:,} of {seen.numbers:,} numbers" if seen.numbers > 1 else ""
    many += f", inside of it first seen in {seen.inside}" if seen.inside else ""
    many += "" if row is None else f" (the first in row {row} of the data, counted from 0)"
    advice = OF_DATA if data else _advice(seen.place, bool(first))
    again = f" Its batch is kept: {SCRIPT} in the run's folder shows it again." if kept else ""
    found = {
        "node": node,
        "message": f"{where} {what} at step {seen.step}{many}. {first}{advice}{again}{last}",
    }
    about = {} if row is None else {"sample": row}
    return {**found, "wire": seen.place.name, "step": seen.step, **about}


def _where(seen: Seen, folder: Path) -> tuple[str | None, str]:
    """The node to look at, and what is not finite, with its verb."""
    place = seen.place
    if place.kind == LOSS:
        node = watched(folder).LOSSES.get(place.name)
        return node, f"{node or 'The sum of the losses'} became"
    if place.kind in (WEIGHT, UPDATED):
        node = place.name.partition(".")[0]
        of = "The gradient of" if place.kind == WEIGHT else "The update of"
        return node, f"{of} {place.name} became"
    end = parsed_end(place.name)
    if place.kind == VALUE and end.node == watched(folder).COLLATE:
        graph = passed(_graph(folder))
        if makes(graph.nodes[end.node], end.port):  # which may have spoilt it
            return end.node, f"{place.name} became"
        into = graph.incoming.get(end, ())
        node = into[0].source.node if into else end.node
        return node, f"What {node} gives to {place.name} is"
    if place.kind == VALUE:
        return end.node, f"{place.name} became"
    graph = passed(_graph(folder))
    takers = list(dict.fromkeys(edge.target.node for edge in graph.outgoing.get(end, ())))
    node = takers[0] if len(takers) == 1 else end.node
    return node, f"The gradient that {' and '.join(takers)} give{'s' * (len(takers) == 1)} to {place.name} became"


def _row(seen: Seen, run: Any) -> int | None:
    """The row of the data from which the first sample with such a number was made; None where none of them says so."""
    field = seen.place.name.partition(".")[2]
    for at, batch in enumerate(seen.batches):
        value = batch[field]
        samples = value.flatten(1).isfinite().all(1) if value.ndim > 1 else value.isfinite()
        if samples.all():
            continue
        first = int((~samples).nonzero()[0])
        if hasattr(run, "batches"):
            rows = run.batches["training"].order(run.epoch)[run.batch - len(seen.batches) + at]
            return int(rows[first])
        return _row_like(value[first].cpu(), getattr(run, "samples", {}).get(field))
    return None


def _row_like(sample: Tensor, column: Tensor | None) -> int | None:
    """The row of a column that holds these very numbers, which the short program gathers as they are."""
    if column is None:
        return None
    same = ((column == sample) | (column.isnan() & sample.isnan())).reshape(len(column), -1).all(1)
    return int(same.nonzero()[0]) if same.any() else None


def _first_to_try(seen: Seen, folder: Path) -> str:
    """A smaller lr, by the names of the optimizers; nothing where the first steps have not moved the weights to it."""
    moved = seen.place.kind == UPDATED or seen.step > 1
    if not moved or seen.step > EARLY or seen.place.name.startswith(f"{watched(folder).COLLATE}."):
        return ""
    optimizers = [node for node in _graph(folder).nodes.values() if node.type.startswith("optim.")]
    of = [f"{node.id}{f' (now {in_digits(lr)})' * bool(lr)}" for node in optimizers for lr in [_lr(node)]]
    return f"Try a smaller lr of {' and '.join(of)} first; " if of else ""


def _lr(node: Node) -> float:
    """The lr that was set; 0 where it is the usual one or no number."""
    lr = node.parameters.get("lr")
    return lr if isinstance(lr, int | float) else 0.0


def _advice(place: Place, smaller: bool) -> str:
    """What to do; `smaller`: that of a smaller lr is said already."""
    inside = place.kind in (VALUE, GRADIENT, LOSS)
    if smaller:
        return f"{'torch.clamp before it or ' * inside}clip_grad_norm may help too."
    if inside:
        return f"Keep what comes into it within its range (torch.clamp), or train more gently. {GENTLER}"
    return GENTLER


def _graph(folder: Path) -> Graph:
    return load((folder / "graph.json").read_bytes())


def _on_cpu(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().cpu()
    if isinstance(value, dict):
        return {name: _on_cpu(each) for name, each in value.items()}
    return [_on_cpu(each) for each in value] if isinstance(value, list) else value
