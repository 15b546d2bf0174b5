"""Declare a node type once, in one class body; everything else about it is derived from the Spec that this makes.

    @node("nn.Linear", "layer", words="dense fully connected affine", weights=True)
    class Linear:
        \"\"\"Multiply the last dimension by learned weights and add a learned bias.\"\"\"

        input = Input("float32[..., in_features]")
        output = Output()
        in_features = Inferred("Size of the last dimension.")
        out_features = Int("Size of the output's last dimension.", 64, least=1)
        bias = Bool("Add a learned bias.")

        def rule(self, input: Tensor) -> Tensor:
            return input.with_shape(*input.shape[:-1], self.out_features)

What torch has a default for needs none here: `runtime.spec.signature` knows it.

A class may define, all called with the node's parameters as attributes of `self`:

    read(self)                of a dataset the expression that reads its columns, whose `path` the program tells; where
                              it is made of others: ``read(self, columns)``, see `runtime.spec.column`
    rule(self, **types)       output type, {port: type}, or a Misfit that says why not
    doubts(self, **types)     Misfits that become warnings
    mixes(self, **types)      whether rows of a batch see each other where no shape shows it (default: they do not)
    build(self)               the expression that makes the layer (default: torch's class with its parameters)
    forward(self, **values)   the expression that computes the output (default: what `runtime.spec.emission` writes);
                              `self.module` is the layer in the program where the type has weights
    fit(self, input)          the expression of what it learns from the rows to train on, of which `input` gives a few
                              at a time (None: nothing); `forward` gets it as `fitted`. Its side is "sample"
    unpacked(self, **names)   what stands left of the ``=`` where there are several outputs (default: a comma between)
    below(self, **types)      {port: bound}: whole numbers at that port lie below this
    infers(self, **types)     {parameter: value}: what the wires tell of inferred parameters beside their sizes
    learns(self)              whether a layer with these parameters has weights (default: it has)
    tensors(self)             the shapes of all that it keeps, running averages too, by their names in torch
    multiply_adds(self, made, **types)   how many it takes for one sample, where any; `made` is its first output
    matrices(self)            whether all of these have two dimensions, as for optim.Muon (default: not; None: unknown)
    ports(self)               (inputs, outputs) where they depend on parameters
    summary(self)             the line of small text on the canvas

and may say

    like = "nn.Other"         the class of torch whose parameters a type has too, and whose defaults
    operator = "+"            what stands between its two inputs in the program, where no other parameter is set
    function = "F.elu"        what computes the output (default: torch.elu for "torch.elu", F.elu for an "nn.ELU")
    example = Example(...)    what cannot be derived for the example on its page: parameters, and at ports the type of
                              one sample, node types that stand before the port, or both:
                              ``Example(dim=2, input="float32[3, 8] torch.sigmoid")``
    exact = True              one sample gives the same bytes as many, so that all can be computed at once
    random = True             acts at random, in training only; what it does in evaluation `steady(self, **values)`
                              says (default: the input passes as it is)
    one_by_one = True         takes one sample at a time, never whole columns
    kept = True               of what datasets give it makes all samples once, before the first epoch, whoever loads
                              them; `self.whole` says that it stands for all of them
    names_sizes = True        the rule names sizes that data alone tells by the node, ``decoded.H``: `self.id`
    over_batch = True         the rows of a batch depend on each other in training
    needs_rows = True         the rule may refuse a batch of one row, so that batches are looked at
    rank = 2                  how long a list is in a parameter with `length="rank"`; any name will do
    bare = True               the layer is a tensor that is learned, no module
    placed = True             makes numbers out of nothing: `self.device` says where they belong, if that is known
    drawn_anew = True         gives other numbers every time, in evaluation too
    buffers = ("running_mean",)   which of its `tensors` are not learned
    drops = True              sets numbers to zero at random, in training only
    bounds = (0.0, 1.0)       between which numbers the floats lie that come out (default: nothing is known)
    view = True               what comes out is what came in, seen another way: it needs no memory of its own
    same_numbers = True       the numbers that go in come out, so that what is known of them stays
    fixed_target = True       torch refuses a target that is learned
    over_epoch = True         a class of torchmetrics adds up what it measures over an epoch
    least_rows = 2            and has no figure for fewer rows than these
    in_order = True           that class stops at a tensor whose numbers lie in another order in memory

What types share stands in a class that they inherit from; a parameter or port declared anew takes its base's place.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from runtime.graph.edit import Edit
from runtime.spec.parameter import Parameter, named_settings
from runtime.spec.pattern import Pattern
from runtime.spec.value import number

FAMILIES = ("dataset", "collate", "transform", "layer", "join", "loss", "metric", "optimizer", "output", "definition")


# What ports and summaries raise where a parameter is of the wrong kind, which check names.
WRONG_KIND = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError)


@dataclass(frozen=True)
class Input:
    """An input port. `many` takes several wires in order; `target` marks what a loss compares with.

    With `unless`, the name of a parameter, the port is there only where that parameter has no value. `instead` names
    what does the work of a second wire from the same output. What is `raw` comes
    straight from a dataset, as it was read.
    """

    accepts: str | Pattern = "any"
    doc: str = ""
    many: bool = False
    optional: bool = False
    target: bool = False
    unless: str = ""
    gradient: bool = True  # whether what is learned upstream of it learns from what comes out
    name: str = ""
    instead: str = ""
    raw: bool = False

    @cached_property
    def pattern(self) -> Pattern:
        """What the port accepts."""
        return self.accepts if isinstance(self.accepts, Pattern) else Pattern(self.accepts)


@dataclass(frozen=True)
class Output:
    """An output port; one with a `when` is there only where the parameter of that name is true."""

    doc: str = ""
    name: str = ""
    when: str = ""


def Example(**said: Any) -> Mapping[str, Any]:
    """What an example graph is to have; `runtime.reference.example` derives the rest."""
    return said


@dataclass(frozen=True)
class Misfit:
    """Why inputs and parameters do not go together: a sentence, the port it is about, and edits that may mend it.

    Edits may use ``{node}`` for the node's id; a repair is shown only after the checker has tried it. What is `open` is
    not wrong but unfinished.
    """

    message: str
    port: str | None = None
    repairs: tuple[tuple[str, tuple[Edit, ...]], ...] = ()
    open: bool = False


class PortNames(NamedTuple):
    """The names of a node's inputs and outputs, and of the inputs that take one wire, and a column as it was read."""

    inputs: frozenset[str]
    outputs: frozenset[str]
    alone: tuple[str, ...]
    raw: frozenset[str]

    @classmethod
    def of(cls, inputs: Iterable[Input], outputs: Iterable[Output]) -> "PortNames":
        """Those of some ports."""
        inputs = tuple(inputs)
        return cls(
            frozenset(port.name for port in inputs),
            frozenset(port.name for port in outputs),
            tuple(port.name for port in inputs if not port.many),
            frozenset(port.name for port in inputs if port.raw),
        )


@dataclass(frozen=True)
class Spec:
    """A node type as data. `side` is where it may stand: "sample" (left of collate), "batch", or "either"."""

    type: str
    family: str
    doc: str
    side: str
    weights: bool
    words: tuple[str, ...]
    called: str  # the id that a fresh node wishes for
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    parameters: tuple[Parameter, ...]
    function: str  # of torch, that computes the output; empty where a layer or code of our own does
    group: str  # the file in which it stands, which the palette shows as a heading within the family
    declared: Any = field(repr=False)  # the class body
    package: str = ""  # of which it comes, where it is none of ours

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Parameter name to default."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    @cached_property
    def parameter(self) -> dict[str, Parameter]:
        """Parameter name to declaration."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def port_names(self) -> PortNames:
        """The names of inputs and outputs that do not depend on parameters."""
        return PortNames.of(self.inputs, self.outputs)

    @cached_property
    def same_ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]] | None:
        """The ports of all nodes of this type; None where they depend on parameters."""
        depend = hasattr(self.declared, "ports") or self.stand_ins or self.conditional
        return None if depend else (self.inputs, self.outputs)

    @cached_property
    def learning(self) -> tuple[str, ...]:
        """The names of inputs along whose wires gradient flows back."""
        return tuple(port.name for port in self.inputs if port.gradient)

    @cached_property
    def conditional(self) -> bool:
        """Whether some output is there only with some parameters."""
        return any(port.when for port in self.outputs)

    @cached_property
    def stand_ins(self) -> frozenset[str]:
        """The parameters in whose place an input can stand."""
        return frozenset(port.unless for port in self.inputs if port.unless)

    @cached_property
    def inferred(self) -> tuple[Parameter, ...]:
        """The parameters that the incoming wire tells."""
        return tuple(parameter for parameter in self.parameters if parameter.inferred)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The parameters whose values may be words for what is infinite."""
        return tuple(parameter.name for parameter in self.parameters if parameter.kind == "number")

    @cached_property
    def initial(self) -> dict[str, Any]:
        """Parameter name to default, as a value that can be computed with."""
        return {**self.defaults, **{name: number(self.defaults[name]) for name in self.numbers}}

    @cached_property
    def starts(self) -> dict[str, Any]:
        """The parameters that a node fresh from the palette is given."""
        return {parameter.name: parameter.start for parameter in self.parameters if parameter.start is not None}

    @cached_property
    def grows(self) -> bool:
        """Whether each name in `fields` is an input and an output, so that a new wire may bring a new one."""
        return "fields" in self.parameter and self.parameter["fields"].kind == "names"

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """What else people look for it by: its parameters, by names and words, and what they may be set to."""
        return named_settings(self.parameters)

    @cached_property
    def over_epoch(self) -> bool:
        """Whether torchmetrics adds up what a metric measures."""
        return bool(getattr(self.declared, "over_epoch", False))

    @cached_property
    def at_random(self) -> bool:
        """Whether other numbers come out every time."""
        return any(getattr(self.declared, name, False) for name in ("random", "drawn_anew"))

    @cached_property
    def moves_rows(self) -> bool:
        """Whether the numbers that come in may come out in rows of other samples."""
        return self.facts[1] and hasattr(self.declared, "mixes")

    @cached_property
    def facts(self) -> tuple[tuple[float, float] | None, bool]:
        """The bounds of what comes out, and whether it is the numbers that went in."""
        return getattr(self.declared, "bounds", None), getattr(self.declared, "same_numbers", False)

    @cached_property
    def title(self) -> str:
        """The last part of the name: ``Linear`` of ``nn.Linear``."""
        return self.type.rpartition(".")[2]

    def values(self, parameters: Mapping[str, Any]) -> Any:
        """The object on which the methods of the class body are called: one attribute a parameter.

        What is no parameter of this type is left out: in a file it may be called like a method.
        """
        made = object.__new__(self.declared)
        made.__dict__.update(self.initial)
        if parameters:
            given = {name: value for name, value in parameters.items() if name in self.parameter}
            given.update({name: number(given[name]) for name in self.numbers if name in given})
            made.__dict__.update(given)
        return made

    def ports(self, parameters: Mapping[str, Any]) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """Inputs and outputs of a node with these parameters."""
        if (made := getattr(self.declared, "ports", None)) is None:
            inputs = self._inputs(parameters) if parameters and self.stand_ins else self.inputs
            return inputs, self._outputs(parameters) if self.conditional else self.outputs
        try:
            inputs, outputs = made(self.values(parameters))
        except WRONG_KIND:
            return self.inputs, self.outputs
        if not all(isinstance(port.name, str) for port in (*inputs, *outputs)):
            return self.inputs, self.outputs
        return tuple(inputs), tuple(outputs)

    def _inputs(self, parameters: Mapping[str, Any]) -> tuple[Input, ...]:
        given = {name for name in self.stand_ins if parameters.get(name) is not None}
        return tuple(port for port in self.inputs if port.unless not in given) if given else self.inputs

    def _outputs(self, parameters: Mapping[str, Any]) -> tuple[Output, ...]:
        given = {**self.defaults, **parameters}
        return tuple(port for port in self.outputs if not port.when or given[port.when] is True)

    def summary(self, parameters: Mapping[str, Any]) -> str:
        """The line of small text on the node, from inferred values too; empty where it would take long to tell."""
        if not all(map(_is_short, parameters.values())):
            return ""
        if (made := getattr(self.declared, "summary", None)) is not None:
            try:
                return str(made(self.values(parameters)))
            except WRONG_KIND:
                return ""
        given = {name: value for name, value in parameters.items() if name in self.parameter and value is not None}
        return ", ".join(f"{name} {_short(value)}" for name, value in given.items())


def _is_short(value: Any) -> bool:
    """Whether fewer than a thousand things are in a value, the characters of texts among them."""
    waiting, count = [value], 0
    while waiting and count < 1000:
        one = waiting.pop()
        count += len(one) if isinstance(one, (str, list, dict)) else 1
        if count < 1000 and isinstance(one, (list, dict)):
            waiting += one.values() if isinstance(one, dict) else one
    return count < 1000


def _short(value: Any) -> str:
    """A value, or how many there are in a long list."""
    return f"({len(value)} numbers)" if isinstance(value, list) and len(value) > 3 else str(value)


CATALOGUE: dict[str, Spec] = {}


def node(
    type_name: str, family: str, side: str = "batch", weights: bool = False, words: str = "", called: str = ""
) -> Callable[[type], type]:
    """Read a class body as a node type and put it in the catalogue."""

    def declare(cls: type) -> type:
        if family not in FAMILIES:
            raise ValueError(f"{family} is not a family")
        CATALOGUE[type_name] = Spec(
            type_name,
            family,
            (cls.__doc__ or "").strip(),
            side,
            weights,
            tuple(words.split()),
            called or _snake(type_name.rpartition(".")[2]),
            tuple(_named(cls, Input)),
            tuple(_named(cls, Output)),
            tuple(each.of_class(cls) for each in _named(cls, Parameter)),
            "" if weights else getattr(cls, "function", _function(type_name)),
            cls.__module__.rpartition(".")[2],
            cls,
        )
        return cls

    return declare


def _function(type_name: str) -> str:
    """The function of torch that a type is called after; a module without weights has one in torch.nn.functional."""
    place, _, title = type_name.rpartition(".")
    return f"F.{_snake(title)}" if place == "nn" else type_name if place in ("torch", "Tensor", "F") else ""


def _snake(title: str) -> str:
    """``CrossEntropyLoss`` as ``cross_entropy_loss``, ``ReLU`` as ``relu``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", title).lower()


def _named(cls: type, kind: Any) -> Iterable[Any]:
    """The declarations of one kind in a class body, with the names that they have there.

    Those of bases come first; what a class declares anew stands where its base has it.
    """
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found |= {name.rstrip("_"): value for name, value in vars(base).items() if isinstance(value, kind)}
    return (replace(value, name=name) for name, value in found.items())
