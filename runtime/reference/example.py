"""An example graph for every node type, made from its declaration: noise, a batch, the node, what makes it trainable.

Types that go together are found by `runtime.reference.fitting`. Where they cannot be told from the declaration, or
numbers must lie where noise does not, a class body says `example`: see the head of `runtime.spec.node`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from runtime.check.check import check
from runtime.check.infer import Given, typed
from runtime.check.problem import Problem
from runtime.graph.edit import applied
from runtime.graph.model import Edge, End, Graph, Node, end
from runtime.reference.example_drawing import CLASSES, MOST_CLASSES, Drawing
from runtime.reference.fitting import SIZE, Fit, fit
from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from runtime.spec.tensor import BATCH, Loss, Picture, Tensor, Text, Type, batched

MENDINGS = 3  # repairs in a row
LETTERS = {
    "function": [
        "import torch",
        "",
        "",
        "def letters(texts):",
        "    return torch.tensor([[float(len(text))] for text in texts])",
    ],
    "output": "float32[1]",
}
PIXELS = 16  # of pictures that are decoded, on each side
FIELDS = {"input": "x", "tensors": "x"}  # other ports give their names to the fields that feed them
SAMPLE_TYPE = re.compile(r"\w+\[[^\]]*\]|\btext\b")


@dataclass(frozen=True)
class ExampleGraph:
    """A sound graph, and the node in it that it is an example of, or that uses the definition in which it stands."""

    graph: Graph
    node: str


def example(spec: Spec) -> ExampleGraph:
    """The example of a node type. Raises ValueError where none can be made, which its declaration must mend."""
    wrong = "nothing fits its ports"
    for way, classes in product(WAYS.get(spec.family, (_through, _marked)), (CLASSES, MOST_CLASSES)):
        drawing = Drawing(classes)
        node = way(drawing, spec)
        if node is None or drawing.classes == MOST_CLASSES:
            continue
        graph, problems = _mended(drawing.graph(), node)
        if not problems:
            return ExampleGraph(graph, node)
        wrong = problems[0].message
    raise ValueError(f"{spec.type} has no example, so its class must say more in `example`: {wrong}")


def _mended(graph: Graph, node: str) -> tuple[Graph, tuple[Problem, ...]]:
    """The graph with what the checker itself would do about its problems, and those that are left.

    The node keeps its type, its parameters and its wires: it is what the example is about.
    """
    problems = check(graph).problems
    for _ in range(MENDINGS):
        tried = [applied(graph, repair.edits) for problem in problems[:1] for repair in problem.repairs]
        kept = [each for each in tried if each.nodes.get(node) == graph.nodes[node]]
        after = next((each for each in kept if _wires(each, node) == _wires(graph, node)), None)
        if after is None:
            break
        graph, problems = after, check(after).problems
    return graph, problems


def _wires(graph: Graph, node: str) -> list[End]:
    """The ports of a node that have wires."""
    return [edge.target for edge in graph.edges if edge.target.node == node]


@dataclass(frozen=True)
class Wanted:
    """What a class body says of its example: parameters, sample types at ports, node types that stand before ports."""

    parameters: Mapping[str, Any]
    types: Mapping[str, str]
    before: Mapping[str, tuple[str, ...]]


def wanted(spec: Spec) -> Wanted:
    """What a node type says of its example, over what a fresh node gets."""
    said: Mapping[str, Any] = getattr(spec.declared, "example", {})
    parameters = spec.starts | {name: value for name, value in said.items() if name in spec.parameter}
    types: dict[str, str] = {}
    before: dict[str, tuple[str, ...]] = {}
    for port, text in said.items():
        if port not in spec.parameter:
            found = SAMPLE_TYPE.search(text)
            types |= {port: found[0]} if found else {}
            before[port] = tuple(SAMPLE_TYPE.sub("", text).split())
    return Wanted(parameters, types, before)


def _of_sample(type: Type) -> Type:
    """The type of one sample of a batch."""
    if not isinstance(type, Tensor):
        return Text()
    at = type.shape.index(BATCH) if BATCH in type.shape else 0
    return Tensor(type.dtype, (*type.shape[:at], *type.shape[at + 1 :]))


def _turned(drawing: Drawing, source: str, type: Type) -> str:
    """Steps before the batch, where a type wants them so."""
    if not isinstance(type, Tensor) or type.shape[1:2] != (BATCH,):
        return source
    return f"{drawing.add('torch.transpose', {'input': source}, dim0=0, dim1=1)}.output"


def _bounded(drawing: Drawing, spec: Spec, parameters: Mapping[str, Any], given: Given) -> None:
    """Let noise draw whole numbers that the node type takes."""
    values = spec.values(parameters)
    if hasattr(values, "below"):
        many = {port.name for port in spec.ports(parameters)[0] if port.many}
        bounds = values.below(**{port: list(types) if port in many else types[0] for port, types in given})
        sizes = [bound if isinstance(bound, int) else 1 for bound in bounds.values()]
        drawing.classes = max(1, min([drawing.classes, *sizes]))


def _fed(drawing: Drawing, port: str, types: Iterable[Type], sample: bool, before: Iterable[str]) -> list[str]:
    """A field for every wire into a port."""
    wish, made = FIELDS.get(port, port), []
    for type in types:
        source = drawing.sample(wish, type) if sample else drawing.field(wish, _of_sample(type))
        made.append(drawing.before(source if sample else _turned(drawing, source, type), before))
    return made


def _placed(drawing: Drawing, spec: Spec) -> tuple[str, str, Type, str] | None:
    """The node, fed by noise: its id, its first output right of collate with its type, and the first field."""
    said, sample = wanted(spec), spec.side == "sample"
    found = fit(spec, said.parameters, said.types, sample, drawing.of_noise)
    if found is None:
        return None
    _bounded(drawing, spec, said.parameters, found.given)
    wires = {port: _fed(drawing, port, types, sample, said.before.get(port, ())) for port, types in found.given}
    id = drawing.add(spec.type, wires, **said.parameters)
    output = spec.ports(said.parameters)[1][0].name
    source, type = f"{id}.{output}", found.typed.outputs[output]
    return (
        (id, drawing.collated(source, "made"), batched(type), "")
        if sample
        else (id, source, type, next(iter(wires), ""))
    )


def _through(drawing: Drawing, spec: Spec) -> str | None:
    """What the node makes leads to the loss."""
    placed = _placed(drawing, spec)
    if placed is None:
        return None
    id, source, type, _ = placed
    return id if drawing.trained(source, type) else None


def _marked(drawing: Drawing, spec: Spec) -> str | None:
    """What the node makes cannot lead to a loss, so the model gives it beside what is trained."""
    placed = _placed(drawing, spec)
    if placed is None:
        return None
    id, source, *_ = placed
    drawing.add("Output", {"input": source})
    drawing.trained(drawing.field("features", Tensor("float32", (SIZE,))), Tensor("float32", (BATCH, SIZE)))
    return id


def _scored(drawing: Drawing, type: Tensor, before: Iterable[str]) -> str:
    """What a layer makes of noise, as a tensor of this type."""
    sample = _of_sample(type)
    shape = (sample.shape if isinstance(sample, Tensor) else ()) or (SIZE,)
    size = type.shape[-1] if type.rank > 1 else 1
    linear = drawing.add("nn.Linear", {"input": drawing.field("x", Tensor("float32", shape))}, out_features=size)
    source = _turned(drawing, f"{linear}.output", type)
    if type.rank == 1:
        source = f"{drawing.add('torch.squeeze', {'input': source}, dim=-1)}.output"
    if type.dtype != "float32":
        source = f"{drawing.add('Tensor.to', {'input': source}, dtype=type.dtype)}.output"
    return drawing.before(source, before)


def _compared(drawing: Drawing, spec: Spec) -> tuple[str, Fit, dict[str, str]] | None:
    """A loss or metric behind a layer: its id, its types, and the ends at its ports."""
    said = wanted(spec)
    usual = {"input": f"float32[{CLASSES}]", "target": "int64[]", **said.types}
    found = fit(spec, said.parameters, usual, classes=drawing.of_noise) if spec.family == "metric" else None
    found = found or fit(spec, said.parameters, said.types, classes=drawing.of_noise)
    if found is None:
        return None
    _bounded(drawing, spec, said.parameters, found.given)
    ends: dict[str, str] = {}
    for port, (type, *_) in found.given:
        before = said.before.get(port, ())
        if not ends and isinstance(type, Tensor):
            ends[port] = _scored(drawing, type, before)
        else:
            ends[port] = drawing.before(_turned(drawing, drawing.field(port, _of_sample(type)), type), before)
    return drawing.add(spec.type, ends, **said.parameters), found, ends


def _of_loss(drawing: Drawing, spec: Spec) -> str | None:
    placed = _compared(drawing, spec)
    if placed is None:
        return None
    drawing.add("optim.AdamW", {"loss": f"{placed[0]}.{spec.outputs[0].name}"})
    return placed[0]


def _of_metric(drawing: Drawing, spec: Spec) -> str | None:
    """A metric beside a loss that compares the same, where one can."""
    placed = _compared(drawing, spec)
    if placed is None:
        return None
    id, found, (source, *others) = placed[0], placed[1], [*placed[2].values()]
    types = [each for _, (each, *_) in found.given]
    for name in ("nn.CrossEntropyLoss", "nn.MSELoss") if len(types) == 2 else ():
        loss = catalogue()[name]
        given = (("input", (types[0],)), ("target", (types[1],)))
        made = typed(Node("loss", name), loss, loss.inputs, given)
        if made.misfit is None and not made.doubts and made.outputs.get("output") == Loss():
            _bounded(drawing, loss, {}, given)
            drawing.minimised(source, others[0], name)
            return id
    return id if drawing.trained(source, types[0]) else None


def _of_optimizer(drawing: Drawing, spec: Spec) -> str | None:
    x, label = drawing.field("x", Tensor("float32", (SIZE,))), drawing.field("label", Tensor("int64"))
    scores = drawing.add("nn.Linear", {"input": x}, "scores", out_features=drawing.classes)
    loss = drawing.add("nn.CrossEntropyLoss", {"input": f"{scores}.output", "target": label})
    return drawing.add(spec.type, {"loss": f"{loss}.output"}, **wanted(spec).parameters)


def _of_output(drawing: Drawing, spec: Spec) -> str | None:
    drawing.trained(drawing.field("x", Tensor("float32", (SIZE,))), Tensor("float32", (BATCH, SIZE)))
    return drawing.add(spec.type, {"input": "scores.output"}, "result")


def _of_collate(drawing: Drawing, spec: Spec) -> str | None:
    drawing.trained(drawing.field("x", Tensor("float32", (SIZE,))), Tensor("float32", (BATCH, SIZE)))
    return "batches"


def _of_several(drawing: Drawing, spec: Spec) -> str:
    """Numbers of one dataset and labels of another, put together."""
    others = drawing.add("data.Noise", {}, "others", fields={"id": "int64[]", "label": "int64[]"})
    key = {port.name: [drawing.sample("id", Tensor("int64")), f"{others}.id"] for port in spec.inputs}
    fields = {"x": drawing.sample("x", Tensor("float32", (SIZE,))), "label": f"{others}.label"}
    id = drawing.add(spec.type, key | fields, fields=[*fields])
    x, label = (drawing.collated(f"{id}.{name}", name) for name in fields)
    scores = drawing.add("nn.Linear", {"input": x}, "scores", out_features=drawing.classes)
    drawing.minimised(f"{scores}.output", label)
    return id


def _of_dataset(drawing: Drawing, spec: Spec) -> str | None:
    """All its fields in a batch; the first label is learned from the first field of numbers, or that from itself."""
    if spec.grows:
        return _of_several(drawing, spec)
    parameters = wanted(spec).parameters
    types = spec.values(parameters).rule()
    drawing.dataset = Node(spec.called, spec.type, parameters)
    sources = {name: f"{spec.called}.{name}" for name in types}
    for name in [name for name, type in types.items() if isinstance(type, Picture)]:
        decoded = drawing.add("transform.Decode", {"input": sources[name]}, size=[PIXELS, PIXELS])
        sources[name], types = f"{decoded}.output", types | {name: Tensor("uint8", (3, PIXELS, PIXELS))}
    tensors = {name: type for name, type in types.items() if isinstance(type, Tensor)} if types else {}
    labels = [name for name, type in tensors.items() if type.classes and not type.shape]
    numbers = [name for name in tensors if name not in labels]
    ends = {name: drawing.collated(source, FIELDS.get(name, name)) for name, source in sources.items()}
    if not numbers:
        return _of_texts(drawing, spec, ends, labels)
    type = tensors[numbers[0]]
    rows = drawing.rows(ends[numbers[0]], Tensor(type.dtype, (BATCH, *type.shape)))
    if rows is None:
        return None
    size = tensors[labels[0]].classes if labels else type.shape[-1]
    scores = drawing.add("nn.Linear", {"input": rows}, "scores", out_features=size)
    loss = "nn.CrossEntropyLoss" if labels else "nn.MSELoss"
    drawing.minimised(f"{scores}.output", ends[labels[0]] if labels else rows, loss)
    return spec.called


def _of_texts(drawing: Drawing, spec: Spec, ends: Mapping[str, str], labels: list[str]) -> str | None:
    """A function of one's own makes a number of each text; its label is learned from that, or the number itself."""
    text = next((end(source).port for name, source in ends.items() if name not in labels), None)
    if text is None:
        return None
    drawing.nodes["batches"] = Node("batches", "Collate", {"collate": {text: LETTERS}})
    size = len(drawing.dataset.parameters["fields"][labels[0]]["classes"]) if labels else 1
    scores = drawing.add("nn.Linear", {"input": f"batches.{text}"}, "scores", out_features=size)
    target = ends[labels[0]] if labels else f"batches.{text}"
    drawing.minimised(f"{scores}.output", target, "nn.CrossEntropyLoss" if labels else "nn.MSELoss")
    return spec.called


def _of_definition(drawing: Drawing, spec: Spec) -> str | None:
    """A use of a definition, which is where such a node stands."""
    nodes = [Node("taken", "Input"), Node("linear", "nn.Linear", {"out_features": SIZE}), Node("given", "Output")]
    edges = (Edge(end("taken.output"), end("linear.input")), Edge(end("linear.output"), end("given.input")))
    drawing.definitions["block"] = Graph({node.id: node for node in nodes}, edges)
    drawing.nodes["block"] = Node("block", "definition.block")
    drawing.edges.append(Edge(end(drawing.field("x", Tensor("float32", (SIZE,)))), End("block", "taken")))
    return "block" if drawing.trained("block.given", Tensor("float32", (BATCH, SIZE))) else None


Way = Callable[[Drawing, Spec], str | None]
WAYS: Mapping[str, tuple[Way, ...]] = {
    "dataset": (_of_dataset,),
    "collate": (_of_collate,),
    "loss": (_of_loss,),
    "metric": (_of_metric,),
    "optimizer": (_of_optimizer,),
    "output": (_of_output,),
    "definition": (_of_definition,),
}
