"""Random graphs of all families: mostly of nodes that fit what comes along their wires, at times of others."""

from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import Any

from runtime.check.infer import Given, Typed, typed
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.node import Input, Spec
from runtime.spec.tensor import BATCH, FLOATS, Dim, Loss, Tensor, Type, batched
from tests.runtime.check.cases import LENGTH, Case, drawn, odd, setting
from tests.runtime.check.torch_says import below

OURS = ("own.",)  # what a text of the user's gives is looked at in a process, not worked out by a rule
BATCHES = {"batch_size": 5, "validation": 0.5}
ROWS = 16  # of which 8 are trained on and 8 held out: batches of 5 rows and of 3
LARGEST = 20_000  # numbers of a batch of 5, so that a graph is quick
PADDED = LENGTH.symbol.removesuffix(".T")  # the field whose samples differ in length


def types_of(*families: str) -> list[Spec]:
    """The node types of some families, in the catalogue's order."""
    found = [spec for spec in catalogue().values() if spec.family in families and not spec.type.startswith(OURS)]
    return [spec for spec in found if spec.side != "sample"]


INNER = types_of("transform", "layer", "join")
EITHER = [spec for spec in INNER if spec.side == "either"]
LOSSES, METRICS, OPTIMIZERS = types_of("loss"), types_of("metric"), types_of("optimizer")


@dataclass
class Growing:
    """A graph that is being drawn, with the type of every output as far as rules tell it."""

    random: Random
    daring: float  # how often a node is kept that does not fit
    fields: dict[str, str] = field(default_factory=dict)
    classes: int = 10
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    types: dict[End, Type] = field(default_factory=dict)
    learned: set[End] = field(default_factory=set)  # what comes out behind weights
    used: set[End] = field(default_factory=set)

    def often(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def ends(self, port: Input) -> list[End]:
        """Where a wire into a port may come from: what fits, what nobody uses yet, at times anything."""
        tensors = [end for end, type in self.types.items() if isinstance(type, Tensor)]
        if self.often(self.daring):
            return tensors
        fitting = [end for end in tensors if port.pattern.bound(self.types[end]) is not None]
        fresh = [end for end in fitting if end not in self.used]
        return fresh if fresh and self.often(0.6) else fitting

    def wired(self, spec: Spec, parameters: dict[str, Any]) -> list[tuple[str, End]] | None:
        """A wire for every port, or None where nothing fits one."""
        found: list[tuple[str, End]] = []
        for port in spec.ports(parameters)[0]:
            if port.optional and self.often(0.7):
                continue
            ends = self.ends(port)
            if not ends:
                return None
            found.append((port.name, self.random.choice(ends)))
            while port.many and self.often(0.5):
                found.append((port.name, self.random.choice(ends)))
        return found

    def rule(self, spec: Spec, parameters: dict[str, Any], wires: list[tuple[str, End]]) -> Typed:
        """What the rule of a node says to what comes along these wires."""
        came: dict[str, tuple[Type, ...]] = {}
        for port, end in wires:
            came[port] = (*came.get(port, ()), self.types[end])
        given: Given = tuple(came.items())
        return typed(Node("node", spec.type, parameters), spec, spec.ports(parameters)[0], given)

    def tried(self, specs: list[Spec], times: int) -> str | None:
        """Add a node of one of these types, the first that fits, or at times one that does not; its id."""
        for _ in range(times):
            spec = self.random.choice(specs)
            parameters = {**spec.starts, **drawn_parameters(spec, self.random)}
            wires = self.wired(spec, parameters)
            if wires is None:
                continue
            rule = self.rule(spec, parameters, wires)
            if any(isinstance(type, Tensor) and too_large(type) for type in rule.outputs.values()):
                continue
            if rule.misfit is None or self.often(self.daring):
                return self.add(spec, parameters, wires, rule)
        return None

    def add(self, spec: Spec, parameters: dict[str, Any], wires: list[tuple[str, End]], rule: Typed) -> str:
        """Add a node with its wires."""
        id = f"node_{len(self.nodes)}"
        extra = {"frozen": True} if spec.weights and self.often(0.05) else {}
        self.nodes[id] = Node(id, spec.type, parameters, extra)
        self.edges += [Edge(end, End(id, port)) for port, end in wires]
        self.used.update(end for _, end in wires)
        self.types |= {End(id, port): type for port, type in rule.outputs.items()}
        behind = (spec.weights and not extra) or any(end in self.learned for _, end in wires)
        for port, type in rule.outputs.items():
            if behind and isinstance(type, Tensor) and type.dtype in FLOATS:
                self.learned.add(End(id, port))
        return id

    def field(self, type: Tensor, name: str = "") -> End:
        """Add a field to the data; `type` is that of its batch."""
        name = name or f"field_{len(self.fields)}"
        numbers = type.shape[1:] if name != PADDED else (self.random.randint(2, 6), *type.shape[2:])
        self.fields[name] = str(Tensor(type.dtype, numbers))
        end = End("batches", name)
        self.types[end] = type
        return end


def too_large(type: Tensor) -> bool:
    """Whether a test would wait for such a tensor."""
    return prod(size if isinstance(size, int) else 5 for size in type.shape) > LARGEST


def drawn_parameters(spec: Spec, random: Random) -> dict[str, Any]:
    """Some parameters, seldom one that is outside of its limits."""
    found = {}
    for parameter in spec.parameters:
        often = 0.05 if parameter.inferred else 0.3
        if parameter.default == [224, 224] or random.random() < often:
            value = (odd if random.random() < 0.02 else setting)(parameter, random)
            if parameter.problem(value) is None or random.random() < 0.1:
                found[parameter.name] = value
    return found


def start(growing: Growing, spec: Spec) -> None:
    """A node whose inputs all come from fields of their own, which is how every type comes to fit."""
    for _ in range(12):
        case = drawn(spec, growing.random)
        given = [(port, type) for port, types in case.given for type in types]
        if not all(isinstance(type, Tensor) and of_samples(type) for _, type in given):
            continue
        names = [PADDED if LENGTH in type.shape else "" for _, type in given if isinstance(type, Tensor)]
        rule = typed(Node("node", spec.type, case.parameters), spec, spec.ports(case.parameters)[0], case.given)
        if rule.misfit or names.count(PADDED) > (PADDED not in growing.fields):
            continue
        made = [type for type in (*rule.outputs.values(), *(type for _, type in given)) if isinstance(type, Tensor)]
        if any(map(too_large, made)) or any(bound < 1 for bound in bounds(case)):
            continue
        growing.classes = min([growing.classes, *bounds(case)])
        pairs = zip(given, names, strict=True)
        wires = [(port, growing.field(type, name)) for (port, type), name in pairs if isinstance(type, Tensor)]
        growing.add(spec, case.parameters, wires, rule)
        return


def bounds(case: Case) -> list[int]:
    """Below which its whole numbers must lie, for batches of any size."""
    return list(below(case, {"B": 1, LENGTH.symbol: 2}).values())


def of_samples(type: Tensor) -> bool:
    """Whether samples of a fixed size, or of a length of their own, make such a batch."""
    fixed: tuple[Dim, ...] = type.shape[1:]
    if fixed[:1] == (LENGTH,):
        fixed = fixed[1:]
    return type.shape[:1] == (BATCH,) and all(isinstance(size, int) for size in fixed)


def compared(growing: Growing) -> None:
    """Losses on what was learned, metrics, and an optimizer or two."""
    learned = [end for end in growing.types if end in growing.learned and growing.types[end] != Loss()]
    losses = [id for _ in range(growing.random.choice([1, 1, 1, 2])) if (id := loss(growing, learned))]
    for _ in range(growing.random.choice([0, 0, 1, 2])):
        growing.tried(METRICS, 4)
    spec = growing.random.choice(OPTIMIZERS) if growing.often(0.3) else catalogue()["optim.AdamW"]
    parameters = {k: v for k, v in drawn_parameters(spec, growing.random).items() if k != "layers"}
    growing.add(spec, parameters, [("loss", End(id, "output")) for id in losses], Typed({}, {}))


def loss(growing: Growing, learned: list[End]) -> str | None:
    """A loss that fits, with what was learned as its input; the distance to nothing where no other does."""
    before = dict(growing.types)
    for _ in range(12):
        end = growing.random.choice(learned or list(before))
        growing.types = {end: before[end], **{other: before[other] for other in before if growing.often(0.7)}}
        spec = growing.random.choice(LOSSES)
        parameters = {**spec.starts, **drawn_parameters(spec, growing.random)}
        ports = [port for port in spec.ports(parameters)[0] if not port.optional]
        wires = growing.wired(spec, parameters)
        growing.types = before
        if wires is None or not ports:
            continue
        wires = [(ports[0].name, end), *(wire for wire in wires if wire[0] != ports[0].name)]
        rule = growing.rule(spec, parameters, wires)
        if rule.misfit is None or growing.often(growing.daring / 2):
            return growing.add(spec, parameters, wires, rule)
    floats = [end for end in learned if (type := before[end]) and isinstance(type, Tensor) and type.shape]
    if not floats:
        return None
    end, spec = floats[-1], catalogue()["nn.MSELoss"]
    wires = [("input", end), ("target", end)]
    return growing.add(spec, {}, wires, growing.rule(spec, {}, wires))


def shared(growing: Growing) -> None:
    """A second node with the weights of a first, on the same wires or on others."""
    layers = [id for id, node in growing.nodes.items() if catalogue()[node.type].weights]
    if not layers:
        return
    first = growing.nodes[growing.random.choice(layers)]
    spec = catalogue()[first.type]
    wires = [(edge.target.port, edge.source) for edge in growing.edges if edge.target.node == first.id]
    if growing.often(0.5):
        wires = growing.wired(spec, dict(first.parameters)) or wires
    rule = growing.rule(spec, dict(first.parameters), wires)
    id = growing.add(spec, dict(first.parameters), wires, rule)
    growing.nodes[id] = Node(id, first.type, first.parameters, {"shares": first.id})


def beforehand(growing: Growing) -> tuple[dict[str, Node], list[Edge]]:
    """The way of every field into its batch, at times through a transform that changes no type."""
    nodes, edges = {}, []
    for name in growing.fields:
        source, sample = End("noise", name), growing.types[End("batches", name)]
        if growing.often(0.15) and isinstance(sample, Tensor) and name != PADDED:
            spec = growing.random.choice(EITHER)
            parameters = drawn_parameters(spec, growing.random)
            given = ((spec.inputs[0].name, (Tensor(sample.dtype, sample.shape[1:]),)),)
            rule = typed(Node("it", spec.type, parameters), spec, spec.inputs, given)
            if rule.misfit is None and str(batched(next(iter(rule.outputs.values())))) == str(sample):
                node = Node(f"before_{name}", spec.type, parameters)
                nodes[node.id] = node
                edges.append(Edge(source, End(node.id, spec.inputs[0].name)))
                source = End(node.id, next(iter(rule.outputs)))
        edges.append(Edge(source, End("batches", name)))
    return nodes, edges


def random_graph(seed: int) -> Graph:
    """A graph with a dataset, a Collate, up to 15 nodes behind it, losses, metrics, outputs and an optimizer."""
    random = Random(seed)
    growing = Growing(random, daring=random.choice([0.0, 0.0, 0.15]), classes=random.randint(2, 10))
    growing.field(Tensor("float32", (BATCH, *(random.randint(1, 6) for _ in range(random.randint(1, 3))))))
    for _ in range(random.choice([1, 2, 2, 3])):
        start(growing, random.choice([*INNER, *INNER, *LOSSES, *METRICS]))
    for _ in range(random.randint(2, 10)):
        if growing.often(0.05):
            shared(growing)
        else:
            growing.tried(INNER, 8)
    if not growing.learned:
        growing.add(*linear(growing))
    compared(growing)
    return whole(growing)


def linear(growing: Growing) -> tuple[Spec, dict[str, Any], list[tuple[str, End]], Typed]:
    """A layer on the first field, for graphs in which nothing learns."""
    spec, wires = catalogue()["nn.Linear"], [("input", End("batches", "field_0"))]
    parameters = {"out_features": growing.random.randint(1, 5)}
    return spec, parameters, wires, growing.rule(spec, parameters, wires)


def whole(growing: Growing) -> Graph:
    """The graph, with an Output on most of what nobody uses, and with its data."""
    waiting = [end for end, type in growing.types.items() if end not in growing.used and isinstance(type, Tensor)]
    for end in waiting:
        if end.node != "batches" and growing.often(0.8):
            growing.add(catalogue()["Output"], {}, [("input", end)], Typed({}, {}))
    before, wired = beforehand(growing)
    data = {"fields": growing.fields, "length": ROWS, "classes": growing.classes}
    padding = {"collate": {PADDED: "pad"}} if PADDED in growing.fields else {}
    nodes = {
        "noise": Node("noise", "data.Noise", data),
        **before,
        "batches": Node("batches", "Collate", {"fields": list(growing.fields), **BATCHES, **padding}),
        **growing.nodes,
    }
    return Graph(nodes, (*wired, *growing.edges))
