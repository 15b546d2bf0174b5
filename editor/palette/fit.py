"""Which node types a dragged wire could end in or begin at."""

from collections.abc import Callable

from runtime.spec.node import Input, Spec
from runtime.spec.tensor import Loss, Type


def takes(type: Type | None) -> Callable[[Spec], bool]:
    """Whether a node type has an input for a wire of this type; any input will do while the type is not known."""

    def fits(spec: Spec) -> bool:
        return any(type is None or port.pattern.bound(type) is not None for port in spec.inputs)

    return fits


def gives(port: Input | None) -> Callable[[Spec], bool]:
    """Whether a node type has an output that this input could take: losses where it wants a loss, others elsewhere."""
    wants_loss = port is not None and port.pattern.bound(Loss()) is not None and str(port.pattern) != "any"

    def fits(spec: Spec) -> bool:
        return bool(spec.outputs) and (spec.family == "loss") == wants_loss

    return fits
