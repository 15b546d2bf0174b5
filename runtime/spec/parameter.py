"""Parameters of node types: what a user sets, with default, limits and documentation; forms follow from them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from runtime.spec.signature import REQUIRED, Signature
from runtime.spec.value import CHECKS, INFINITE, LONGEST, MOST, option_of, wrong_settings

NAMING = 2  # words before the colon of a documentation that are a name: "Learning rate: how far a step goes."


class Torch:
    """Stands for the default that torch itself has."""

    def __repr__(self) -> str:
        return "TORCH"


TORCH: Any = Torch()


@dataclass(frozen=True)
class Parameter:
    """A setting of a node. `positional` ones have no default in torch and are always written into the program.

    `start` is what a fresh node gets where torch's default is hardly what one wants (``dim=0`` of cat).
    """

    default: Any = None
    doc: str = ""
    name: str = ""
    positional: bool = False
    kind: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None  # as `least` and `most`, but for values that the limit itself is none of
    below: float | None = None
    choices: tuple[str, ...] = ()
    options: tuple[Any, ...] = ()  # of a schedule: the types it may have, each with parameters of its own
    length: int | str | None = None  # of a list; a text names the attribute of the class that says it
    gaps: int = 0  # so many of the first items of a list may be None
    entries: int = 0  # how many a list may have, where the limit of its kind is too high
    unit: str = ""
    folder: bool = False  # a path that names a folder, not a file
    parts: tuple[str, ...] = ()  # suffixes with which a path may name a folder too, of files that are parts of a whole
    inferred: bool = False
    last: str = ""  # an inferred list of sizes: the parameter that says how many of the last dimensions it takes
    start: Any = None
    listed: bool = False  # torch takes a list alone: one number for all is written once a dimension
    ours: bool = False  # beside what torch's function of this name takes
    tensor_like: str = ""  # torch takes a tensor of these numbers: on the device and of the dtype of this input port

    def problem(self, value: Any) -> str | None:
        """Say in one sentence why `value` cannot be, or None."""
        if isinstance(value, list | str | dict) and len(value) > self.longest:
            what = "characters" if isinstance(value, str) else "entries"
            return f"needs at most {self.longest} {what}, got {len(value)}"
        return CHECKS[self.kind](self, value)

    @property
    def longest(self) -> float:
        """How many entries a list may have, or characters a text."""
        return self.entries or LONGEST.get(self.kind, math.inf)

    def mended(self, value: Any) -> Any:
        """What is right in `value`, as far as leaving settings out mends it; None where nothing is left."""
        if (option := option_of(self, value)) is None:
            return None
        wrong = wrong_settings(option, value)
        return {name: given for name, given in value.items() if name not in wrong}

    def named(self, name: str) -> "Parameter":
        """The same parameter under the name it has in its class."""
        return replace(self, name=name)

    def of_class(self, declared: type) -> "Parameter":
        """The same as its class declares it, with the length of a list as a number."""
        return replace(self, length=getattr(declared, self.length)) if isinstance(self.length, str) else self

    def of_torch(self, takes: Signature) -> "Parameter":
        """The same with what torch says of it. Raises ValueError where neither torch nor we have a default."""
        theirs = takes.get(self.name, self.default)
        positional = theirs is REQUIRED
        default = theirs if self.default is TORCH and not positional else self.default
        if default is TORCH:
            raise ValueError(f"{self.name} has no default")
        return replace(self, default=default, positional=positional)


def Int(doc: str, default: int | None = TORCH, least: int = 0, most: int = MOST, **more: Any) -> Any:
    """A whole number."""
    return Parameter(default, doc, kind="int", least=least, most=most, **more)


def Float(
    doc: str, default: float | None = TORCH, least: float | None = None, most: float | None = None, **more: Any
) -> Any:
    """A finite number."""
    return Parameter(default, doc, kind="float", least=least, most=most, **more)


def Number(doc: str, default: Any = TORCH, **more: Any) -> Any:
    """A number in a computation: whole or not, which makes a difference to dtypes, or infinite."""
    return Parameter(default, doc, kind="number", choices=tuple(INFINITE), **more)


def Bool(doc: str, default: bool | None = TORCH, **more: Any) -> Any:
    """Yes or no; where torch's default is None, that too: torch decides."""
    return Parameter(default, doc, kind="bool", **more)


def Text(doc: str, default: str = TORCH, **more: Any) -> Any:
    """One line of text."""
    return Parameter(default, doc, kind="text", **more)


def Choice(doc: str, choices: tuple[str, ...], default: str | None = TORCH, **more: Any) -> Any:
    """One of a few words; where the default is None, none of them too."""
    return Parameter(default, doc, kind="choice", choices=choices, **more)


def Path(doc: str, default: str = "", **more: Any) -> Any:
    """A file, relative to the graph's own file."""
    return Parameter(default, doc, kind="path", **more)


def Sizes(doc: str, default: Any = TORCH, least: int = 0, length: int | str | None = None, **more: Any) -> Any:
    """A whole number, or a list of them, one a dimension; with `choices` one of a few words too."""
    return Parameter(default, doc, kind="sizes", least=least, most=MOST, length=length, **more)


def Factors(doc: str, default: Any = TORCH, length: int | str | None = None, **more: Any) -> Any:
    """A finite number, or a list of them, one a dimension."""
    return Parameter(default, doc, kind="factors", length=length, **more)


def Numbers(doc: str, default: list[Any] | None = TORCH, **more: Any) -> Any:
    """A list of numbers; with `tensor_like` they become a tensor."""
    return Parameter(default, doc, kind="numbers", **more)


def Wholes(doc: str, default: list[int] = TORCH, least: int = 0, **more: Any) -> Any:
    """A list of whole numbers, also an empty one."""
    return Parameter(default, doc, kind="wholes", least=least, most=MOST, **more)


def Names(doc: str, **more: Any) -> Any:
    """A list of names of fields."""
    return Parameter([], doc, kind="names", **more)


def Field(doc: str, **more: Any) -> Any:
    """The name of one of the fields; empty for none."""
    return Parameter("", doc, kind="field", **more)


def Fields(doc: str, default: dict[str, Any], **more: Any) -> Any:
    """Names of fields and what is known of each: a type as text, or ``{"type", "column", "classes", "range"}``."""
    return Parameter(default, doc, kind="fields", **more)


def Joining(doc: str) -> Any:
    """Per field how samples become a batch: a word, or a function with its output type."""
    return Parameter({}, doc, kind="joining")


def Source(doc: str, **more: Any) -> Any:
    """A Python function of the user's, as ``{"function": [lines], ...}``; None for none."""
    return Parameter(None, doc, kind="source", **more)


def Called(doc: str) -> Any:
    """The name of a class, or of a function of an installed package with dots."""
    return Parameter("", doc, kind="called")


def Arguments(doc: str) -> Any:
    """What a module is made with: values by name, those that are not its defaults."""
    return Parameter({}, doc, kind="arguments")


def Types(doc: str) -> Any:
    """The types that a module gives, by output and without B, where they cannot be seen by trying it."""
    return Parameter({}, doc, kind="types")


def Looked(doc: str) -> Any:
    """What a look at a file or a package told of a module, as `runtime.spec.models` gives it; nobody types it."""
    return Parameter({}, doc, kind="signature")


def Inferred(doc: str, least: int = 1, last: str = "") -> Any:
    """A whole number that the incoming wire tells; it may be pinned.

    With `last`, the name of another parameter, it is the sizes of as many of the last dimensions as that one says.
    """
    kind = "sizes" if last else "int"
    return Parameter(None, doc, kind=kind, least=least, most=MOST, inferred=True, last=last)


def Told(doc: str, choices: tuple[str, ...]) -> Any:
    """One of a few words that the incoming wires tell; it may be pinned."""
    return Parameter(None, doc, kind="choice", choices=choices, inferred=True)


def listed(parameter: Parameter, value: Any) -> Any:
    """A value as torch takes it: one number for all dimensions once for each, where it wants a list."""
    if not parameter.listed or value is None or isinstance(value, list):
        return value
    return [value] * (parameter.length if isinstance(parameter.length, int) else 1)


def in_torch_order(parameters: Iterable[Parameter], takes: Signature) -> tuple[Parameter, ...]:
    """What torch takes in torch's order, then what is ours."""
    place = {name: at for at, name in enumerate(takes)}
    return tuple(sorted(parameters, key=lambda each: place.get(each.name, len(place))))


def named_settings(parameters: Iterable[Parameter]) -> tuple[str, ...]:
    """What parameters are called, in small letters: their names, ``learning rate``, the schedules that one may have."""
    found: list[str] = []
    for each in parameters:
        said, colon, _ = each.doc.partition(": ")
        found += [each.name, said] if colon and said.count(" ") < NAMING else [each.name]
        for option in each.options:
            found += [option.name, option.type, option.type.split(".")[-2], *named_settings(option.parameters)]
    return tuple(dict.fromkeys(name.lower() for name in found))
