"""A graph that is drawn from left to right for an example: noise, Collate, nodes, a loss and its optimizer."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.graph.edit import free_name
from runtime.graph.model import Edge, End, Graph, Node, end
from runtime.reference.fitting import SIZE
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import BATCH, Picture, Tensor, Type

CLASSES, MOST_CLASSES = 10, 100_000  # as many as people can count, or as a node type takes


class Drawing:
    """A graph that grows from left to right; an end is a text such as ``"batches.x"``."""

    def __init__(self, classes: int) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.samples: dict[str, Type] = {}  # what noise is to give
        self.fields: list[str] = []
        self.classes = classes  # whole numbers of noise lie below this, or below what the node type takes
        self.dataset = Node("noise", "data.Noise")
        self.definitions: dict[str, Graph] = {}
        self.add("Collate", {})

    @property
    def of_noise(self) -> int | None:
        """How many classes whole numbers of noise have, where that is known before the node type is asked."""
        return None if self.classes == MOST_CLASSES else self.classes

    def name(self, wish: str) -> str:
        """A name that nothing here has."""
        return free_name(Graph(self.nodes), wish, {*self.samples, *self.fields, self.dataset.id})

    def add(self, type_name: str, wires: Mapping[str, Any], wish: str = "", **parameters: Any) -> str:
        """A node; `wires` are the ends at its ports, a list where a port takes many. Its id."""
        id = self.name(wish or catalogue()[type_name].called)
        self.nodes[id] = Node(id, type_name, parameters)
        for port, ends in wires.items():
            self.edges += [Edge(end(each), End(id, port)) for each in (ends if isinstance(ends, list) else [ends])]
        return id

    def sample(self, wish: str, type: Type) -> str:
        """A field of noise, left of Collate."""
        name = self.name(wish)
        self.samples[name] = type
        return f"{self.dataset.id}.{name}"

    def collated(self, source: str, wish: str) -> str:
        """A field of every batch, fed by an end left of Collate."""
        name = wish if source == f"{self.dataset.id}.{wish}" else self.name(wish)
        self.fields.append(name)
        self.edges.append(Edge(end(source), End("batches", name)))
        return f"batches.{name}"

    def field(self, wish: str, type: Type) -> str:
        """A field of every batch, of samples of this type."""
        source = self.sample(wish, type)
        return self.collated(source, end(source).port)

    def before(self, source: str, types: Iterable[str]) -> str:
        """Nodes behind an end, one after the other."""
        for name in types:
            spec = catalogue()[name]
            id = self.add(name, {spec.inputs[0].name: source}, **spec.starts)
            source = f"{id}.{spec.outputs[0].name}"
        return source

    def trained(self, source: str, type: Type) -> bool:
        """Lead an end to a loss and an optimizer; whether that can be done."""
        rows = self.rows(source, type)
        if rows is None:
            return False
        if self.classes > CLASSES:  # noise draws all its whole numbers below one bound, and this is none for a label
            guess = self.add("nn.Linear", {"input": rows}, "guess", out_features=1)
            self.minimised(f"{guess}.output", self.field("target", Tensor("float32", (1,))), "nn.MSELoss")
        else:
            scores = self.add("nn.Linear", {"input": rows}, "scores", out_features=self.classes)
            self.minimised(f"{scores}.output", self.field("label", Tensor("int64")))
        return True

    def minimised(self, scores: str, label: str, loss: str = "nn.CrossEntropyLoss") -> None:
        """A loss between two ends, and its optimizer."""
        compared = self.add(loss, {"input": scores, "target": label})
        self.add("optim.AdamW", {"loss": f"{compared}.output"})

    def rows(self, source: str, type: Type) -> str | None:
        """An end as float32 rows of numbers, one a sample."""
        if not isinstance(type, Tensor):
            return None
        shape = type.shape
        if type.dtype != "float32":
            source = f"{self.add('Tensor.to', {'input': source})}.output"
        if all(isinstance(size, int) for size in shape):  # a tensor that has no samples meets one that has
            shape = shape or (SIZE,)
            stream = self.field("x", Tensor("float32", shape))
            source, shape = f"{self.add('torch.add', {'input': stream, 'other': source})}.output", (BATCH, *shape)
        if shape[0] != BATCH or not all(isinstance(size, int) for size in shape[1:]):
            return None
        if len(shape) == 1:
            return f"{self.add('torch.unsqueeze', {'input': source}, dim=1)}.output"
        return source if len(shape) == 2 else f"{self.add('nn.Flatten', {'input': source})}.output"

    def graph(self) -> Graph:
        """Dataset, Collate, and all that was added."""
        if self.samples:
            classes = {} if self.classes == catalogue()["data.Noise"].defaults["classes"] else {"classes": self.classes}
            fields = {name: str(type) for name, type in self.samples.items()}
            if Picture() in self.samples.values():
                return self._of_pictures()
            self.dataset = Node(self.dataset.id, "data.Noise", {"fields": fields, **self.dataset.parameters, **classes})
        return self._with_dataset()

    def _of_pictures(self) -> Graph:
        """Noise has no pictures: these come from a folder."""
        labels = {"type": "int64[]", "classes": [str(each) for each in range(self.classes)]}
        fields = {name: "picture" if type == Picture() else labels for name, type in self.samples.items()}
        self.dataset = Node(self.dataset.id, "data.Pictures", {"path": "pictures", "fields": fields})
        return self._with_dataset()

    def _with_dataset(self) -> Graph:
        batches = self.nodes["batches"]
        made = Node("batches", "Collate", {"fields": self.fields, **batches.parameters})
        nodes = {self.dataset.id: self.dataset, **self.nodes, "batches": made}
        return Graph(nodes, tuple(self.edges), definitions=self.definitions)
