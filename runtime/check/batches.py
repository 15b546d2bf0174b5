"""Batches of one row: a norm over the batch has nothing to compare there, and torch raises in training."""

from typing import TYPE_CHECKING, Any

from runtime.check.finish import frozen
from runtime.check.infer import typed
from runtime.check.problem import ERROR, OPEN
from runtime.graph.edit import Edit
from runtime.graph.model import End
from runtime.spec.node import Misfit, Spec
from runtime.spec.tensor import BATCH, Size, Tensor, Type

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note it where every batch has one row, or where the last of an epoch is known to have one."""
    walk.stage, specs = "batches", walk.specs
    loaders = walk.of("collate")
    if len(loaders) != 1 or walk.has(ERROR, OPEN):
        return
    loader = loaders[0]
    values = specs[loader].values(walk.graph.nodes[loader].parameters)
    last_alone = not values.drop_last and training_rows(walk, loader, values) % values.batch_size == 1
    if values.batch_size > 1 and not last_alone:
        return
    norms = (id for id in walk.graph.nodes if id in specs and _needs_rows(walk, id, specs[id]))
    norm = next((id for id in norms if _alone(walk, id, specs[id])), None)
    if norm is None:
        return
    if values.batch_size == 1:
        larger: tuple[Edit, ...] = (("unset", loader, "batch_size"),)
        why = f"needs more than one row a batch, and {loader} makes batches of one"
        default = specs[loader].defaults["batch_size"]
        walk.tell(norm, ERROR, Misfit(why, "input", ((f"Set batch_size to {default}", larger),)))
    else:
        drop: tuple[Edit, ...] = (("set", loader, "drop_last", True),)
        why = f"makes a last batch of one row, for which {norm} has nothing to compare: torch refuses that"
        walk.tell(loader, ERROR, Misfit(why, None, (("Set drop_last", drop),)))


def _needs_rows(walk: "Walk", id: str, spec: Spec) -> bool:
    """Whether a node may refuse a batch of one row; a frozen norm goes by its running averages."""
    over_batch = getattr(spec.declared, "over_batch", False)
    return getattr(spec.declared, "needs_rows", False) and not (over_batch and frozen(walk.graph.nodes[id]))


def _alone(walk: "Walk", id: str, spec: Spec) -> bool:
    """Whether a node that takes batches refuses those of one row."""
    inputs = walk.ports[id][0]
    types = {port.name: walk.types.of(End(id, port.name)) for port in inputs}
    given = tuple((name, (_of_one_row(type),)) for name, type in types.items() if type is not None)
    return typed(walk.graph.nodes[id], spec, inputs, given).misfit is not None


def _of_one_row(type: Type) -> Type:
    """The type in a batch of one row."""
    if not isinstance(type, Tensor):
        return type
    rows = BATCH.symbol
    return type.with_shape(
        *(s.factor + s.offset if isinstance(s, Size) and s.symbol == rows else s for s in type.shape)
    )


def training_rows(walk: "Walk", loader: str, values: Any) -> int:
    """How many rows there are to train on; 0 where the dataset does not declare its rows."""
    return parted(walk, loader, values)[0]


def parted(walk: "Walk", loader: str, values: Any) -> tuple[int, int]:
    """How many rows there are to train on, and how many are held out."""
    specs, upstream = walk.specs, walk.graph.upstream([loader])
    datasets = [id for id in walk.of("dataset") if id in upstream]
    if len(datasets) != 1:
        return 0, 0
    declared = specs[datasets[0]].values(walk.graph.nodes[datasets[0]].parameters)
    rows = rows_of(declared)
    held: int = round(rows * values.validation)
    return rows - held, held


def rows_of(dataset: Any) -> int:
    """How many rows a dataset declares to have, for the values of its parameters; 0 where only its file knows."""
    found = getattr(dataset, getattr(dataset, "rows_from", "rows"), 0)
    return found if isinstance(found, int) else 0
