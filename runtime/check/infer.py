"""Type one node: what comes in, its parameters and its rule give what goes out, or a Misfit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from runtime.check import weights
from runtime.check.matches import Loading, Matches
from runtime.check.problem import REMOVE
from runtime.check.rules import missing
from runtime.check.rules.elementwise import counts_rows
from runtime.check.rules.ranges import said
from runtime.check.rules.repairs import Candidate, as_whole, channels_first, insert, tiny
from runtime.check.rules.room import MOST, beyond, held
from runtime.graph.model import Node
from runtime.spec.node import CATALOGUE, Input, Misfit, Spec
from runtime.spec.parameter import Parameter
from runtime.spec.tensor import BATCH, FLOATS, Dim, Picture, Several, Size, Tensor, Text, Type

Given = tuple[tuple[str, tuple[Type, ...]], ...]  # per connected port its incoming types


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of one node: types of its outputs, inferred parameters, and what is wrong or doubtful."""

    outputs: Mapping[str, Type]
    inferred: Mapping[str, Any]
    misfit: Misfit | None = None
    doubts: tuple[Misfit, ...] = ()
    room: int = 0  # bytes of its largest output, for one row
    weighs: int = 0  # how many numbers all that it keeps holds
    stands: int = 1  # for how many nodes it stands, where it is a use of a definition
    turned: bool = False  # whether rows of the batch stand elsewhere than first in what it makes
    matches: Matches | None = None  # what a file of weights has of what it keeps

    @property
    def heavy(self) -> bool:
        """Whether it counts where memory is added up."""
        return self.room > 10_000 or self.weighs > 1_000_000


def typed(node: Node, spec: Spec, inputs: tuple[Input, ...], given: Given, loading: Loading | None = None) -> Typed:
    """Type a node whose required inputs are all there; `loading` is the file that its weights are from."""
    types = dict(given)
    known = weights.pinned(spec, node, loading)
    inferred: dict[str, Any] = {}
    arguments: dict[str, Any] = {}
    for port in inputs:
        if (came := types.get(port.name)) is None:
            continue
        arguments[port.name] = list(came) if port.many else came[0]
        for type in came:
            bound = port.pattern.bound(type)
            if bound is None:
                return Typed({}, inferred, needs(spec, port, type, came.index(type)))
            if bound and spec.inferred:
                wrong = _infer(spec, node, port, type, bound, inferred) or _other(loading, known, port, bound, inferred)
                if wrong:
                    return Typed({}, inferred, wrong)
    values = spec.values({**node.parameters, **inferred})
    if getattr(spec.declared, "names_sizes", False):
        values.id = node.id
    if hasattr(values, "infers"):
        told = {name: value for name, value in values.infers(**arguments).items() if node.parameters.get(name) is None}
        inferred.update(told)
        values.__dict__.update(told)
    made = values.rule(**arguments) if hasattr(values, "rule") else None
    if isinstance(made, Misfit):
        return Typed({}, inferred, made)
    outputs = missing.spread(spec, types, _by_port(spec, _with_facts(spec, arguments, made)))
    room = max(map(held, outputs.values()), default=0)
    if room > MOST and (wrong := beyond(spec, node, outputs, room)):
        return Typed({}, inferred, wrong)
    doubts = tuple(values.doubts(**arguments)) if hasattr(values, "doubts") else ()
    doubts += tuple(missing.doubts(spec, types))
    keeps = weights.kept(spec, values) if loading or not hasattr(values, "weighs") else None
    weighs = values.weighs() if hasattr(values, "weighs") else sum(map(prod, (keeps or {}).values()))
    turned = any(isinstance(each, Tensor) and _turns(each) for each in outputs.values())
    result = Typed(outputs, inferred, None, doubts, room, weighs, getattr(values, "stands", 1), turned)
    if loading is None or keeps is None:
        return result
    found = loading.matches(keeps)
    wrong, more = weights.misfits(spec, node, loading, keeps, found)
    return replace(result, misfit=wrong, doubts=(*doubts, *more), matches=found)


def of_rows(size: Dim) -> bool:
    """Whether a dimension grows with the rows of a batch."""
    return isinstance(size, Size) and size.symbol == BATCH.symbol


def works_out(size: Dim) -> bool:
    """Whether it takes the rows of a batch to tell a dimension, which is not so many times as many, more or less."""
    return isinstance(size, Size) and size.symbol != BATCH.symbol and counts_rows(size)


def _turns(type: Tensor) -> bool:
    """Whether rows of the batch stand elsewhere than first, or how many there are is worked out of the batch."""
    return any(map(of_rows, type.shape[1:])) or any(map(works_out, type.shape))


def _with_facts(spec: Spec, arguments: Mapping[str, Any], made: Any) -> Any:
    """What goes out, with what its node type and its input tell of its numbers."""
    bounds, same = spec.facts
    if not isinstance(made, Tensor) or (bounds is None and not same):
        return made
    if bounds is not None:
        return Tensor(made.dtype, made.shape, made.classes, bounds if made.dtype in FLOATS else None)
    first = arguments[spec.inputs[0].name]
    return Tensor(made.dtype, made.shape, first.classes, first.bounds)


def needs(spec: Spec, port: Input, type: Type, at: int) -> Misfit:
    """The sentence for a type that does not fit a port, and what could be put on its wire, number `at`."""
    found = (*between(port, type), *like(spec, type)) if isinstance(type, Tensor) else ()
    if isinstance(type, Several):
        found = (("Stack its samples", (("stack", port.name),)),)
    if isinstance(type, Text):
        found = _of_text(port)
    if isinstance(type, Picture) and not type.batched:
        found = (insert("transform.Decode", "Insert transform.Decode", port.name, at, size=PICTURE),)
    found = (*found, (REMOVE, (("cut", port.name, at),)))
    why = ADVICE.get(type.__class__, "")
    if (
        isinstance(type, Tensor)
        and type.bounds
        and tiny(type)
        and port.pattern.accepts_dtype("int64")
        and not port.target
    ):
        why = f", {said(type.bounds)}, of which hardly anything is left as whole numbers"
    return Misfit(f"needs {wanted(port.pattern.text)}, got {type}{why}", port.name, found)


def _of_text(port: Input) -> tuple[Candidate, ...]:
    """Numbers of a text: of its words, or of all of it where a layer takes floats."""
    if port.pattern.accepts_dtype("int64") and not port.target:
        return (("Insert transform.Tokenize", (("tokenize", port.name),)),)
    bag = ("insert", "nn.EmbeddingBag", {"num_embeddings": WORDS, "padding_idx": 0}, port.name, None)
    both = ("Insert transform.Tokenize and nn.EmbeddingBag", (("tokenize", port.name, WORDS), bag))
    return (both,) if port.pattern.accepts_dtype("float32") and not port.target else ()


def between(port: Input, type: Tensor) -> tuple[Candidate, ...]:
    """Nodes that may turn `type` into what the port accepts; the checker tries them, so wrong guesses do not show."""

    def step(name: str, **parameters: Any) -> tuple[Any, ...]:
        return ("insert", name, parameters, port.name, None)

    flat = ("Insert nn.Flatten", (step("nn.Flatten"),))
    if port.pattern.accepts_dtype(type.dtype):
        wide = ("Insert torch.unsqueeze", (step("torch.unsqueeze", dim=1),))
        ones = [dim for dim, size in enumerate(type.shape[:-1]) if size == 1 and dim]
        thin = [(f"Insert torch.squeeze of dim {dim}", (step("torch.squeeze", dim=dim),)) for dim in ones]
        round = ("Leave out what flattens", (("unflatten", port.name),))
        return flat, round, wide, *thin, ("Insert torch.squeeze", (step("torch.squeeze", dim=-1),))
    wanted = next((dtype for dtype in ("float32", "int64", "bool") if port.pattern.accepts_dtype(dtype)), None)
    if wanted is None:
        return ()
    cast: Candidate = (f"Insert Tensor.to {wanted}", (step("Tensor.to", dtype=wanted),))
    if type.dtype == "uint8":
        return ("Insert transform.Scale", (step("transform.Scale"),)), cast
    if wanted == "int64":
        return as_whole(cast, type, port.name, port.target)
    if wanted != "float32" or not type.classes:
        return (cast,)
    table = step("nn.Embedding", num_embeddings=type.classes)
    vectors: Candidate = ("Insert nn.Embedding", (table,))
    return ("Insert nn.Embedding and nn.Flatten", (table, step("nn.Flatten"))), vectors, cast


def like(spec: Spec, type: Tensor) -> tuple[Candidate, ...]:
    """Of types that differ by how many dimensions they are for, ``nn.Conv1d`` to ``nn.Conv3d``, the others that are."""
    family = re.fullmatch(r"(.+)[123]d", spec.type)
    names = (f"{family[1]}{max(1, type.rank - 2)}d", family[1]) if family else ()
    return tuple((f"Use {name}", (("become", name),)) for name in names if name in CATALOGUE and name != spec.type)


def _infer(
    spec: Spec, node: Node, port: Input, type: Type, bound: Mapping[str, Any], inferred: dict[str, Any]
) -> Misfit | None:
    """Note what the wire tells of the inferred parameters that stand in a port's pattern."""
    for parameter in spec.inferred:
        if parameter.name not in bound:
            continue
        pinned = node.parameters.get(parameter.name)
        came = _lasts(node, parameter, port, type) if parameter.last else bound[parameter.name]
        if isinstance(came, Misfit):
            return came
        if not isinstance(came, int | list):
            stack = (("Stack the samples instead of padding", (("stack", port.name),)),)
            return Misfit(f"needs a fixed size for {parameter.name}, got {came}", port.name, stack)
        if pinned is not None and pinned not in (came, [came]):
            repair = (f"Take {parameter.name} from the wire", (("unset", "{node}", parameter.name),))
            turned = _turned(port, type, came, pinned)
            why = f"has {parameter.name} pinned to {pinned}, the wire brings {came}"
            return Misfit(why, port.name, (*turned, repair))
        if min(came if isinstance(came, list) else [came]) < (parameter.least or 0):
            return Misfit(f"needs {parameter.name} of at least {parameter.least}, got {came}", port.name)
        if (known := inferred.get(parameter.name, came)) != came:
            layer = insert(
                "nn.Linear", f"Insert nn.Linear to {known} before {port.name}", port.name, out_features=known
            )
            return Misfit(
                f"needs {parameter.name} of {known}, as the other wire brings, got {type}", port.name, (layer,)
            )
        inferred[parameter.name] = came
    return None


def _other(
    loading: Loading | None,
    known: Mapping[str, Any],
    port: Input,
    bound: Mapping[str, Any],
    inferred: Mapping[str, Any],
) -> Misfit | None:
    """A size that the wire brings and that is not the one for which the weights in a file are made."""
    for name in bound:
        if loading and name in known and known[name] != inferred.get(name, known[name]):
            size = known[name] if isinstance(known[name], int) else known[name][-1]
            layer = insert("nn.Linear", f"Insert nn.Linear to {size} before {port.name}", port.name, out_features=size)
            return weights.beside_wire(loading, name, known[name], inferred[name], port.name, layer)
    return None


def _turned(port: Input, type: Type, came: Any, pinned: Any) -> tuple[Candidate, ...]:
    """Channels that are pinned, and stand last on the wire, can be put behind the batch."""
    if not isinstance(type, Tensor) or type.rank < 3 or type.shape[-1] != pinned or type.shape[1] != came:
        return ()
    return (channels_first(port.name, type.rank),)


def _lasts(node: Node, parameter: Parameter, port: Input, type: Type) -> int | list[int] | Misfit:
    """The last sizes, as many as another parameter says, or as a pinned list has; one of them as a plain number."""
    assert isinstance(type, Tensor)  # only tensors have dimensions that a pattern can bind
    pinned = node.parameters.get(parameter.name)
    count = node.parameters.get(parameter.last, len(pinned) if isinstance(pinned, list) else 1)
    sizes = [size for size in type.shape[-count:] if isinstance(size, int)]
    if len(sizes) == count:
        return sizes if count > 1 else sizes[0]
    fixed = next((at for at, size in enumerate(reversed(type.shape)) if not isinstance(size, int)), type.rank)
    repairs: list[Candidate] = [("Stack the samples instead of padding", (("stack", port.name),))]
    if 0 < fixed < count:
        repairs.append((f"Set {parameter.last} to {fixed}", (("set", "{node}", parameter.last, fixed),)))
    what = "the last size" if count == 1 else f"the last {count} sizes"
    return Misfit(f"needs {what} fixed for {parameter.name}, got {type}", port.name, tuple(repairs))


def _by_port(spec: Spec, made: Any) -> Mapping[str, Type]:
    if made is None:
        return {}
    return made if isinstance(made, Mapping) else {spec.outputs[0].name: made}


WORDS = 5000  # that are told apart in a text
PICTURE = [224, 224]  # the size that most models for pictures were made for
ADVICE = {
    Text: "; transform.Tokenize makes numbers of text",
    Picture: "; transform.Decode makes numbers of pictures",
}
ANY_SHAPE = {
    "tensor": "a tensor",
    "number": "numbers",
    "float": "float32 of any shape",
    "index": "int64 of any shape",
    "int64": "int64 of any shape",
    "bool": "true or false (bool) of any shape",
}
KIND = {
    "float": "float32",
    "index": "int64",
    "number": "numbers ",
    "tensor": "a tensor ",
    "loss": "a loss",
    "picture": "a picture",
}


def wanted(pattern: str) -> str:
    """A pattern in words: kinds of dtypes by their usual one."""
    found = []
    for part in pattern.split(" | "):
        kind, bracket, dims = part.partition("[")
        found.append(ANY_SHAPE[kind] if dims == "...]" and kind in ANY_SHAPE else KIND.get(kind, kind) + bracket + dims)
    return " or ".join(found)
