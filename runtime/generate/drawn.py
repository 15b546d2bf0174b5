"""What the generator asks of a checked graph: what is computed in which function, and under which name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from runtime.check.datasets import giving
from runtime.check.finish import frozen, root_of, trained_layers
from runtime.check.problem import Report
from runtime.check.rules.split import Split, split_of
from runtime.check.use import known
from runtime.graph.model import End, Graph
from runtime.graph.names import RESERVED, further_of, padded_of
from runtime.spec.code import Code, name
from runtime.spec.emission import computed, made
from runtime.spec.node import Input, Output, Spec
from runtime.spec.own import own_sources
from runtime.spec.python import Own
from runtime.spec.tensor import Tensor, Type

LARGE = 64 * 1024  # bytes of a prepared sample from which they are not all kept in memory


@dataclass(frozen=True)
class Line:
    """A line of the program and the node that it is about; `also` are outputs that it returns."""

    text: str
    node: str | None = None
    also: tuple[str, ...] = ()


def fitted(id: str) -> End:
    """Stands for what a node learned from the rows to train on, among the variables of a function."""
    return End(id, "fitted")


@dataclass(frozen=True)
class Drawn:
    """A sound graph with its report."""

    graph: Graph
    report: Report

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """The node type of every node."""
        types = known(self.graph)
        return {id: types[self.graph.nodes[id].type] for id in self.report.order}

    def family(self, *families: str) -> list[str]:
        """The nodes of some families, in the order in which they were made."""
        return [id for id in self.graph.nodes if self.specs[id].family in families]

    def ports(self, id: str) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """Inputs and outputs of a node."""
        return self.specs[id].ports(self.graph.nodes[id].parameters)

    def sources(self, id: str, port: str) -> list[End]:
        """Where the wires into a port come from, in their order."""
        return [edge.source for edge in self.graph.incoming.get(End(id, port), ())]

    def values(self, id: str) -> Any:
        """The parameters of a node, inferred ones included, as attributes."""
        given = {**self.graph.nodes[id].parameters, **self.report.inferred.get(id, {})}
        return self.specs[id].values(given)

    def type(self, end: End) -> Type:
        """The type at an output."""
        return self.report.types[end]

    @cached_property
    def collate(self) -> str:
        """The graph's Collate."""
        return self.family("collate")[0]

    @cached_property
    def fields(self) -> list[str]:
        """What the batches hold: the fields, and what padding adds to them where somebody uses it."""
        node = self.graph.nodes[self.collate]
        used = [name for name in further_of(node) if End(self.collate, name) in self.graph.outgoing]
        return [*self.values(self.collate).fields, *used]

    @cached_property
    def dataset(self) -> str:
        """The dataset that feeds Collate, not through another one."""
        return giving(self.graph, self.datasets, self.collate)[0]

    @cached_property
    def datasets(self) -> list[str]:
        """All datasets whose rows reach Collate, in computing order: a Zip after what it puts together."""
        upstream = self.graph.upstream([self.collate])
        return [id for id in self.report.order if id in upstream and self.specs[id].family == "dataset"]

    @cached_property
    def files(self) -> dict[str, str]:
        """The paths of the datasets that are read from files."""
        return {id: self.values(id).path for id in self.datasets if "path" in self.specs[id].parameter}

    @cached_property
    def owned(self) -> list[Own]:
        """Python of the user's in this graph."""
        return list(own_sources(self.graph))

    @cached_property
    def samples(self) -> list[str]:
        """The nodes left of collate that it needs, datasets aside, in computing order."""
        upstream = self.graph.upstream([self.collate])
        return [
            id
            for id in self.report.order
            if id in upstream and self.report.sides[id] == "sample" and id not in self.datasets
        ]

    @cached_property
    def prepared(self) -> list[str]:
        """The nodes left of collate that make all samples once, even where others make them one by one."""
        wanted = [id for id in self.samples if getattr(self.values(id), "kept", False)]
        return [id for id in wanted if all(end.node in self.datasets for end in self.taken(id))]

    def opens(self, id: str) -> bool:
        """Whether a node takes one sample at a time, as what opens a picture does."""
        return bool(getattr(self.specs[id].declared, "one_by_one", False))

    @cached_property
    def split(self) -> Split:
        """How the rows of the dataset are split."""
        return split_of(self.values(self.collate), self.graph.nodes[self.dataset].parameters)

    @cached_property
    def fitted(self) -> list[str]:
        """The nodes left of collate that learn from the rows to train on, in computing order."""
        return [id for id in self.samples if self.fits(id)]

    def fits(self, id: str) -> bool:
        """Whether a node learns from the rows to train on."""
        return hasattr(self.specs[id].declared, "fit") and self.values(id).fit(Code("x")) is not None

    def random(self, id: str) -> bool:
        """Whether a node acts at random, in training only."""
        return bool(getattr(self.specs[id].declared, "random", False))

    def passes(self, id: str) -> bool:
        """Whether a node acts at random in training, and in evaluation passes on what it gets."""
        return self.random(id) and not hasattr(self.specs[id].declared, "steady")

    def steady(self, id: str, variables: Mapping[End, Code]) -> Code:
        """What a node that acts at random in training gives in evaluation."""
        given = variables[self.sources(id, "input")[0]]
        return given if self.passes(id) else self.values(id).steady(given)

    @cached_property
    def losses(self) -> list[str]:
        """The losses that are minimised, in the order in which they were made."""
        wanted = {end.node for id in self.family("optimizer") for end in self.sources(id, "loss")}
        return [id for id in self.family("loss") if id in wanted]

    @cached_property
    def counted(self) -> list[str]:
        """The metrics that are an amount of each batch, and of how many."""
        return [id for id in self.family("metric") if not self.specs[id].over_epoch]

    @cached_property
    def measured(self) -> list[str]:
        """The metrics that torchmetrics adds up."""
        return [id for id in self.family("metric") if self.specs[id].over_epoch]

    def key(self, id: str) -> str:
        """The name under which a loss or metric is reported; "loss" is the only one, or the sum of several."""
        if [id] == self.losses:
            return "loss"
        return id if id != "loss" else self.free("loss_alone")

    def _ends(self, targets: bool) -> list[End]:
        """What losses and metrics compare: results alone, or targets too."""
        ids = [*self.losses, *self.family("metric")]
        ports = [(id, port) for id in ids for port in self.ports(id)[0] if targets or not port.target]
        return [end for id, port in ports for end in self.sources(id, port.name)]

    @cached_property
    def in_model(self) -> list[str]:
        """The nodes right of collate that the model computes, in computing order."""
        marked = [end for id in self.family("output") for end in self.sources(id, "input")]
        ends = {end.node for end in [*self._ends(targets=False), *marked]}
        wanted = self.graph.upstream(ends | set(filter(self._of_model, self._compared)))
        return [i for i in self.report.order if i in wanted and self.report.sides[i] == "batch"]

    @cached_property
    def beside_model(self) -> list[str]:
        """The nodes right of collate that only feed targets, in computing order."""
        return [id for id in self._compared if id not in self.in_model]

    @cached_property
    def _compared(self) -> list[str]:
        """The nodes right of collate that lead to a loss or metric, targets included, in computing order."""
        wanted = self.graph.upstream(end.node for end in self._ends(targets=True))
        return [i for i in self.report.order if i in wanted and self.report.sides[i] == "batch"]

    def _of_model(self, id: str) -> bool:
        """Whether only the model can compute a node: it has weights, or does something else in training."""
        anew = getattr(self.specs[id].declared, "drawn_anew", False)
        if self.specs[id].weights or self.random(id) or anew:
            return True
        ports = [port.name for port in self.ports(id)[0]]
        anything = {end: Code("x") for port in ports for end in self.sources(id, port)}
        if not anything:  # made out of nothing, here or there
            return False
        return "self." in self.computed(id, anything)

    @cached_property
    def layers(self) -> list[str]:
        """The nodes that have the weights of the model; others may share them."""
        return list(dict.fromkeys(root_of(self.graph, id) for id in self.in_model if self.specs[id].weights))

    @cached_property
    def frozen(self) -> list[str]:
        """The layers whose weights stay as they are."""
        return [id for id in self.layers if frozen(self.graph.nodes[id])]

    def bare(self, id: str) -> bool:
        """Whether a layer is a tensor that is learned, no module."""
        return bool(getattr(self.specs[id].declared, "bare", False))

    @cached_property
    def inputs(self) -> list[str]:
        """The fields that the model takes, in the order of Collate."""
        used = {e.port for id in self.in_model for e in self.taken(id) if e.node == self.collate}
        used |= {e.port for e in self.results.values() if e.node == self.collate}
        return [field for field in self.fields if field in used]

    @cached_property
    def arguments(self) -> dict[End, Code]:
        """What `forward` takes, and where it comes from in the drawing."""
        return {End(self.collate, field): self.variable(End(self.collate, field)) for field in self.inputs}

    @cached_property
    def results(self) -> dict[str, End]:
        """What the model returns: what Output nodes mark, and what losses and metrics need beside that."""
        marked = {id: self.sources(id, "input")[0] for id in self.family("output")}
        needed = [
            e
            for id in (*self.losses, *self.family("metric"), *self.beside_model)
            for e in self.taken(id)
            if e.node in self.in_model
        ]
        beside = {str(self.variable(e)): e for e in needed if e not in marked.values()}
        return {**marked, **beside}

    def taken(self, id: str) -> list[End]:
        """Where all wires into a node come from, port by port."""
        return [end for port in self.ports(id)[0] for end in self.sources(id, port.name)]

    def trained(self, optimizer: str) -> list[str]:
        """The layers that an optimizer changes."""
        return trained_layers(self.graph, self.specs, self.report.types, optimizer)

    def losses_of(self, optimizer: str) -> list[str]:
        """The losses that an optimizer minimises."""
        return [end.node for end in self.sources(optimizer, "loss")]

    @cached_property
    def together(self) -> bool:
        """Whether one backward pass serves all optimizers: the same losses, and no layer left alone."""
        ids = self.family("optimizer")
        trained = {layer for id in ids for layer in self.trained(id)}
        return trained == set(self.layers) - set(self.frozen) and all(
            set(self.losses_of(id)) == set(self.losses) for id in ids
        )

    @cached_property
    def loaded_because(self) -> str | None:
        """Why samples are loaded one by one, or None where they are prepared at once and gathered by index."""
        if any(own.node == self.collate and own.parameter == "collate_fn" for own in self.owned):
            return f"{self.collate} has a function of its own"
        if random := next((id for id in self.samples if self.random(id)), None):
            return f"{random} acts at random"
        anew = [id for id in self.samples if id not in self.prepared]
        single = (id for id in anew if self.opens(id))
        if opened := next(single, None):
            return f"{opened} takes one sample at a time"
        # torch rounds by the length of a row, unless a node type says that one sample gives the same bytes as many
        inexact = (id for id in anew if not getattr(self.specs[id].declared, "exact", False))
        if rounded := next(inexact, None):
            return f"torch rounds {rounded} differently for one sample and for many"
        if self.values(self.collate).num_workers:
            return f"{self.collate} has workers"
        if self.values(self.collate).pin_memory:
            return f"{self.collate} keeps batches in page-locked memory"
        large = next((id for id in anew if self._bytes(id) > LARGE), None)
        return f"{large} makes samples too large to keep them all" if large else None

    @cached_property
    def fed(self) -> bool:
        """Whether batches come from workers or in an order of their own, not just mixed and gathered."""
        values = self.values(self.collate)
        own = values.sampling != "shuffle" or values.bucket_by or not values.shuffle
        return self.loaded_because is not None or bool(own) or self.split.told or self.split.folds > 0

    @cached_property
    def collated(self) -> bool:
        """Whether gathered samples are more than stacked."""
        own, padded = any(own.node == self.collate for own in self.owned), padded_of(self.graph.nodes[self.collate])
        values = self.values(self.collate)
        types = [self.type(self.sources(self.collate, field)[0]) for field in values.fields]
        listed = "list" in values.collate.values() or not all(isinstance(type, Tensor) for type in types)
        return self.loaded_because is None and bool(own or padded or listed)

    def _bytes(self, id: str) -> int:
        """The size of a node's outputs for one sample."""
        found = [type for end in self.ends(id) if isinstance(type := self.type(end), Tensor)]
        widths = [int("".join(filter(str.isdigit, type.dtype)) or 8) // 8 for type in found]
        sizes = [prod(size for size in type.shape if isinstance(size, int)) for type in found]
        return sum(width * size for width, size in zip(widths, sizes, strict=True))

    def free(self, wish: str) -> str:
        """`wish`, with a _ or more behind it where a node or field is called so."""
        used = {*self.graph.nodes, *self.fields}
        while wish in used:
            wish += "_"
        return wish

    @cached_property
    def _several(self) -> dict[End, str]:
        """The names of the values of nodes with several outputs: ``lstm`` and ``lstm_h_n``, each there once.

        What a dataset or Collate gives is found by the names of its fields.
        """
        found: dict[End, str] = {}
        taken = {*self.graph.nodes, *self.fields, *RESERVED}
        for id in self.report.order:
            outputs = self.ports(id)[1]
            named = len(outputs) > 1 and self.specs[id].family not in ("dataset", "collate")
            for port in outputs if named else ():
                wish = id if port.name == "output" else f"{id}_{port.name.removeprefix('output_')}"
                while wish in taken and wish != id:
                    wish += "_"
                taken.add(wish)
                found[End(id, port.name)] = wish
        return found

    def ends(self, id: str) -> list[End]:
        """The outputs of a node."""
        return [End(id, port.name) for port in self.ports(id)[1]]

    def variable(self, end: End) -> Code:
        """The name of a value in the function that computes it."""
        if self.specs[end.node].family == "collate":
            return name(end.port)
        return name(self._several.get(end, end.node))

    def assigned(self, id: str) -> str:
        """What stands left of the ``=``; what nobody uses is called ``_``."""
        ends = self.ends(id)
        unpacked = getattr(self.specs[id].declared, "unpacked", None)
        if len(ends) == 1 and unpacked is None:
            return self.variable(ends[0])
        names = {end.port: str(self.variable(end)) if end in self.graph.outgoing else "_" for end in ends}
        return str(unpacked(Drawn.values(self, id), **names)) if unpacked else ", ".join(names.values())

    def computed(self, id: str, variables: dict[End, Code]) -> Code:
        """The expression that computes a node's outputs from variables, one of which may hold what it learned."""
        values, given = self.values(id), dict[str, Any]()
        for port in self.ports(id)[0]:
            found = [variables[end] for end in self.sources(id, port.name)]
            if found:
                given[port.name] = found if port.many else found[0]
        if (learned := fitted(id)) in variables:
            given["fitted"] = variables[learned]
        values.module = Code(f"self.{name(root_of(self.graph, id))}")
        if getattr(values, "kept", False):
            values.whole = id in self.prepared
        if getattr(self.specs[id].declared, "placed", False):
            values.device, values.gives = self._device(variables), self.gives(id)
        if getattr(self.specs[id].declared, "typed", False):
            sources = {port.name: self.sources(id, port.name) for port in self.ports(id)[0]}
            values.types = {port: self.report.types.get(ends[0]) for port, ends in sources.items() if ends}
        return computed(self.specs[id], values, given)

    def gives(self, id: str) -> Type | None:
        """The type of a node's first output; in a definition None where uses differ."""
        return self.report.types.output(self.ends(id)[0])

    def made(self, id: str) -> Code:
        """The expression that makes a layer."""
        return made(self.specs[id], self.values(id))

    def _device(self, variables: Mapping[End, Code]) -> Code | None:
        """Where the tensors are that a function has at hand; None where it has none."""
        at_hand = next((end for end in variables if isinstance(self.report.types.get(end), Tensor)), None)
        if at_hand is not None:
            return Code(f"{variables[at_hand]}.device")
        return Code("next(self.parameters()).device") if self.layers else None

    def shown(self, *ends: End) -> str:
        """The types of values as a comment; of several only those that somebody uses."""
        found = [self.report.types.get(end) for end in ends if len(ends) == 1 or end in self.graph.outgoing]
        return f"  # {', '.join(map(str, found))}" if found and all(isinstance(t, Tensor) for t in found) else ""
