"""What the generator asks of the right of Collate: what is computed in which function, and under which name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runtime.check.finish import frozen, root_of, trained_layers
from runtime.generate.sampled import Sampled
from runtime.graph.model import End
from runtime.graph.names import RESERVED
from runtime.spec.code import Code, name
from runtime.spec.emission import computed, made
from runtime.spec.tensor import Tensor, Type


@dataclass(frozen=True)
class Line:
    """A line of the program and the node that it is about; `also` are outputs that it returns."""

    text: str
    node: str | None = None
    also: tuple[str, ...] = ()


def fitted(id: str) -> End:
    """Stands for what a node learned from the rows to train on, among the variables of a function."""
    return End(id, "fitted")


class Drawn(Sampled):
    """A sound graph with its report, as the generator writes it."""

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
        computed = {*self.in_model}
        return [id for id in self._compared if id not in computed]

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
        if getattr(self.specs[id].declared, "asks_types", False):
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
