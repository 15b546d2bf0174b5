"""Which node types a dragged wire could end in or begin at."""

from collections.abc import Callable

from runtime.spec.node import Input, Spec
from runtime.spec.tensor import Loss, Type

# Where a node type may stand: behind a node of one side, and before one of it. What stands elsewhere asks for a loader.
BEHIND = {"sample": ("sample", "either", "border"), "border": ("batch", "either"), "batch": ("batch", "either")}
BEFORE = {
    "sample": ("sample", "either"),
    "border": ("sample", "either"),
    "batch": ("batch", "either", "border"),
}


def takes(type: Type | None, side: str = "") -> Callable[[Spec], bool]:
    """Whether a node type has an input for a wire of this type from this side; what is not known holds nothing off."""

    def fits(spec: Spec) -> bool:
        there = spec.side in BEHIND.get(side, (spec.side,))
        able = any(type is None or port.pattern.bound(type) is not None for port in spec.inputs)
        return there and (able or (spec.grows and not isinstance(type, Loss)))

    return fits


def gives(port: Input | None, side: str = "") -> Callable[[Spec], bool]:
    """Whether a node type has an output that this input could take: losses where it wants a loss, others elsewhere."""
    wants_loss = port is not None and port.pattern.bound(Loss()) is not None and str(port.pattern) != "any"

    def fits(spec: Spec) -> bool:
        there = spec.side in BEFORE.get(side, (spec.side,))
        return there and bool(spec.outputs) and (spec.family == "loss") == wants_loss

    return fits
