"""Sizes that typed code tells, compared with what the wires of the drawn nodes bring."""

from collections.abc import Iterator, Sequence
from typing import Any

from runtime.check.infer import typed
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue
from runtime.spec.from_code import Call, Chain
from runtime.spec.node import Spec
from runtime.spec.tensor import BATCH, Dim, Size, Tensor, Type


def differences(chain: Chain, ids: Sequence[str], came: Type | None) -> Iterator[str]:
    """A sentence for every size that is not what the wire brings, as far along the row as types can be known.

    `came` is the type of the wire into the first node; where there is none the code itself tells what it takes.
    """
    for id, call in zip(ids, chain.calls, strict=True):
        spec = catalogue()[call.type]
        came = came or _taken(spec, call)
        wires = [port for port in spec.inputs if not port.optional]
        if came is None or len(wires) != 1:
            return
        found = typed(Node(id, call.type, call.parameters), spec, spec.inputs, ((wires[0].name, (came,)),))
        for name, size in call.told.items():
            if name in found.inferred and _listed(found.inferred[name]) != _listed(size):
                yield f"{id} was typed with {name} {size}, the wire brings {found.inferred[name]}."
        came = next(iter(found.outputs.values()), None)
        if came is None:
            return


def _listed(size: Any) -> list[Any]:
    """One size as a list of one, which torch takes for the same."""
    return size if isinstance(size, list) else [size]


def _taken(spec: Spec, call: Call) -> Type | None:
    """What the first node takes by the sizes that the code tells; all others are open, and what follows from them."""
    sizes = {name: size for name, size in call.told.items() if isinstance(size, int)}
    for port in spec.inputs:
        for _, dtypes, dims in port.pattern.options:
            if dims and set(dims) & set(sizes):
                shape: list[Dim] = [sizes.get(name) or Size(name) for name in dims if name != "..."]
                whole = (BATCH, *(shape if dims[0] == "..." else shape[1:]))
                return Tensor("float32" if "float32" in dtypes else dtypes[0], whole)
    return None
