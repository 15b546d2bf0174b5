"""A batch of so many rows: what comes into a node then, where symbols stand for numbers that only rows tell."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from runtime.check.infer import Given, of_rows, typed, works_out
from runtime.check.types import given_at
from runtime.spec.tensor import Dim, Size, Tensor, Type

if TYPE_CHECKING:
    from runtime.check.walk import Walk


class Counted:
    """The types of a graph that was checked, in a batch of so many rows.

    Where a size is worked out of the rows, as a slice of the batch is, the rules are asked anew from there on.
    """

    def __init__(self, walk: "Walk", count: int) -> None:
        self.walk, self.count = walk, count
        self.made: ChainMap[str, Mapping[str, Type]] = ChainMap({}, walk.made)
        self.refused: set[str] = set()
        for id in sorted(walk.turned & walk.made.keys(), key=walk.rank.__getitem__):
            if any(isinstance(type, Tensor) and any(map(works_out, type.shape)) for type in walk.made[id].values()):
                self._ask(id)

    def given(self, id: str) -> Given | None:
        """What comes into a node, per connected port; None where something is missing."""
        given = given_at(self.walk, id, self.made)
        return given and tuple((port, tuple(map(self._of_count, types))) for port, types in given)

    def refuses(self, id: str) -> bool:
        """Whether a node that takes batches refuses those of so many rows."""
        if id not in self.made.maps[0] and self.walk.specs[id].family != "optimizer":
            self._ask(id)
        return id in self.refused

    def _ask(self, id: str) -> None:
        if (given := self.given(id)) is None:
            return
        result = typed(self.walk.graph.nodes[id], self.walk.specs[id], self.walk.ports[id][0], given)
        if result.misfit is not None:
            self.refused.add(id)
        else:
            self.made[id] = result.outputs

    def _of_count(self, type: Type) -> Type:
        if not isinstance(type, Tensor):
            return type
        return replace(type, shape=tuple(map(self._size_of_count, type.shape)))

    def _size_of_count(self, size: Dim) -> Dim:
        return size.factor * self.count + size.offset if isinstance(size, Size) and of_rows(size) else size
