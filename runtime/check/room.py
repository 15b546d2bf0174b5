"""Memory: what a graph needs for its samples, for a batch of what each node makes, and for all weights together."""

from typing import TYPE_CHECKING, Any

from runtime.check.batches import rows_of
from runtime.check.problem import ERROR, WARNING
from runtime.check.rules.room import MOST, MUCH, WIDTHS, enough, held, smaller, with_rows
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note where it is more than most machines have: a warning, or an error where none has it."""
    walk.stage = "room"
    datasets = walk.of("dataset")
    if not walk.heavy and not datasets:
        return
    rows = {id: rows_of(_values(walk, id)) for id in datasets}
    for id, count in rows.items():
        _tell(walk, id, count * sum(map(held, walk.made.get(id, {}).values())), "for its samples")
    _batches(walk, max(rows.values(), default=0))
    _weights(walk)


def _batches(walk: "Walk", rows: int) -> None:
    """What a node makes of a batch; what follows from too much of it is told once, at the first."""
    sizes = [_values(walk, id).batch_size for id in walk.of("collate")[:1] if id not in walk.blocked]
    size = min(sizes[0], rows) if sizes and rows else sizes[0] if sizes else 1
    for id in sorted(walk.heavy.keys() & walk.made.keys(), key=walk.rank.__getitem__):
        if getattr(walk.specs[id].declared, "view", False):
            continue
        found = [with_rows(type, size) for type in walk.made[id].values() if isinstance(type, Tensor)]
        largest = max(found, key=held, default=None)
        if largest is not None and held(largest) > MUCH:
            _tell(walk, id, held(largest), f"for what it makes of a batch, {largest}")
            return


def _weights(walk: "Walk") -> None:
    """All weights together, told at the layer that has the most."""
    sizes = {id: result.weighs for id, result in walk.heavy.items() if id in walk.made and result.weighs}
    shared = {id for id in sizes if "shares" in walk.graph.nodes[id].extra}
    weights = {id: WIDTHS["float32"] * size for id, size in sizes.items() if id not in shared}
    most = max(weights, key=weights.__getitem__, default=None)
    if most is not None:
        alone = weights[most] > min(MOST, sum(weights.values()) // 2)
        _tell(walk, most, sum(weights.values()), "for its weights" if alone else "for its weights and those of others")


def _tell(walk: "Walk", id: str, room: int, what: str) -> None:
    if room <= MUCH:
        return
    spec, node = walk.specs[id], walk.graph.nodes[id]
    why = f"would need {enough(room)} {what}"
    walk.tell(id, ERROR if room > MOST else WARNING, Misfit(why, None, smaller(spec, node)))


def _values(walk: "Walk", id: str) -> Any:
    return walk.specs[id].values(walk.graph.nodes[id].parameters)
