"""Type one node: what comes in, its parameters and its rule give what goes out, or a Misfit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.graph.model import Node
from runtime.spec.node import Input, Misfit, Spec
from runtime.spec.tensor import Tensor, Type

Given = tuple[tuple[str, tuple[Type, ...]], ...]  # per connected port its incoming types


@dataclass(frozen=True)
class Typed:
    """What is known of one node: types of its outputs, inferred parameters, and what is wrong or doubtful."""

    outputs: Mapping[str, Type]
    inferred: Mapping[str, Any]
    misfit: Misfit | None = None
    doubts: tuple[Misfit, ...] = ()


def typed(node: Node, spec: Spec, inputs: tuple[Input, ...], given: Given) -> Typed:
    """Type a node whose required inputs are all there."""
    types = dict(given)
    inferred: dict[str, Any] = {}
    for port in inputs:
        for type in types.get(port.name, ()):
            bound = port.pattern.bound(type)
            if bound is None:
                return Typed({}, inferred, needs(port, type, spec))
            wrong = _infer(spec, node, port, bound, inferred)
            if wrong:
                return Typed({}, inferred, wrong)
    values = spec.values({**inferred, **node.parameters})
    arguments: dict[str, Any] = {
        p.name: list(types[p.name]) if p.many else types[p.name][0] for p in inputs if p.name in types
    }
    made = values.rule(**arguments) if hasattr(values, "rule") else None
    if isinstance(made, Misfit):
        return Typed({}, inferred, made)
    doubts = tuple(values.doubts(**arguments)) if hasattr(values, "doubts") else ()
    return Typed(_by_port(spec, made), inferred, None, doubts)


def needs(port: Input, type: Type, spec: Spec) -> Misfit:
    """The sentence for a type that does not fit a port, and what could be put in between."""
    return Misfit(f"needs {_wanted(port.pattern.text)}, got {type}", port.name, candidates(port, type))


def candidates(port: Input, type: Type) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Nodes that may turn `type` into what the port accepts; the checker tries them, so wrong guesses do not show."""
    if not isinstance(type, Tensor):
        return ()
    found: list[tuple[str, dict[str, Any]]] = [("nn.Flatten", {})]
    found += [("torch.unsqueeze", {"dim": 1}), ("torch.squeeze", {"dim": -1})]
    if not port.pattern.accepts_dtype(type.dtype):
        wanted = next((d for d in ("float32", "int64") if port.pattern.accepts_dtype(d)), None)
        found = [("Tensor.to", {} if wanted == "float32" else {"dtype": wanted})] if wanted else []
        if type.dtype == "uint8":
            found.insert(0, ("transform.Scale", {}))
        elif type.classes and wanted == "float32":
            found.insert(0, ("nn.Embedding", {"num_embeddings": type.classes}))
    return tuple((f"Insert {name}", (("insert", name, parameters, port.name, None),)) for name, parameters in found)


def _infer(spec: Spec, node: Node, port: Input, bound: Mapping[str, Any], inferred: dict[str, Any]) -> Misfit | None:
    for parameter in spec.inferred:
        if parameter.name not in bound:
            continue
        came, pinned = bound[parameter.name], node.parameters.get(parameter.name)
        if not isinstance(came, int):
            return Misfit(f"needs a fixed size for {parameter.name}, got {came}", port.name)
        if pinned is not None and pinned != came:
            repair = (f"Take {parameter.name} from the wire", (("unset", "{node}", parameter.name),))
            return Misfit(f"has {parameter.name} pinned to {pinned}, the wire brings {came}", port.name, (repair,))
        if came < (parameter.least or 0):
            return Misfit(f"needs {parameter.name} of at least {parameter.least}, got {came}", port.name)
        inferred[parameter.name] = came
    return None


def _by_port(spec: Spec, made: Any) -> Mapping[str, Type]:
    if made is None:
        return {}
    return made if isinstance(made, Mapping) else {spec.outputs[0].name: made}


def _wanted(pattern: str) -> str:
    return pattern.replace("index[", "int64[").replace(" | ", " or ")
