"""Batches of one row: a norm over the batch has nothing to compare there, and torch raises in training."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.finish import frozen
from runtime.check.problem import ERROR, OPEN
from runtime.graph.edit import Edit
from runtime.graph.model import End
from runtime.spec.node import Misfit, Spec
from runtime.spec.tensor import Size, Tensor, product

if TYPE_CHECKING:
    from runtime.check.check import Walk


def examine(walk: "Walk", specs: Mapping[str, Spec]) -> None:
    """Note it where every batch has one row, or where the last of an epoch is known to have one."""
    loaders = [id for id, spec in specs.items() if spec.family == "collate"]
    if len(loaders) != 1 or any(problem.severity in (ERROR, OPEN) for problem in walk.problems):
        return
    nodes = walk.graph.nodes
    over = [id for id, spec in specs.items() if getattr(spec.declared, "over_batch", False) and not frozen(nodes[id])]
    norms = [id for id in over if _alone(walk, id)]
    if not norms:
        return
    loader = loaders[0]
    values = specs[loader].values(walk.graph.nodes[loader].parameters)
    if values.batch_size == 1:
        larger: tuple[Edit, ...] = (("unset", loader, "batch_size"),)
        why = f"needs more than one row a batch, and {loader} makes batches of one"
        default = specs[loader].defaults["batch_size"]
        walk.tell(norms[0], ERROR, Misfit(why, "input", ((f"Set batch_size to {default}", larger),)))
    elif not values.drop_last and _training(walk, specs, loader, values) % values.batch_size == 1:
        drop: tuple[Edit, ...] = (("set", loader, "drop_last", True),)
        why = f"makes a last batch of one row, for which {norms[0]} has nothing to compare: torch refuses that"
        walk.tell(loader, ERROR, Misfit(why, None, (("Set drop_last", drop),)))


def _alone(walk: "Walk", id: str) -> bool:
    """Whether a norm sees one value a channel where a batch has one row."""
    for edge in walk.graph.incoming.get(End(id, "input"), ()):
        found = walk.types.get(edge.source)
        if isinstance(found, Tensor) and found.rank > 1:
            return product((_of_one_row(found.shape[0]), *found.shape[2:])) == 1
    return False


def _of_one_row(size: Any) -> Any:
    """A first dimension in a batch of one row."""
    return size.factor + size.offset if isinstance(size, Size) and size.symbol == "B" else size


def _training(walk: "Walk", specs: Mapping[str, Spec], loader: str, values: Any) -> int:
    """How many rows there are to train on; 0 where the dataset does not declare its rows."""
    upstream = walk.graph.upstream([loader])
    datasets = [id for id, spec in specs.items() if spec.family == "dataset" and id in upstream]
    if len(datasets) != 1:
        return 0
    declared = specs[datasets[0]].values(walk.graph.nodes[datasets[0]].parameters)
    rows = int(getattr(declared, getattr(declared, "rows_from", "rows"), 0))
    held: int = round(rows * values.validation)
    return rows - held
