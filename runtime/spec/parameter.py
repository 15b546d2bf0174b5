"""Parameters of node types: what a user sets, with default, limits and documentation; forms follow from them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from runtime.graph.names import MOST_FIELDS
from runtime.spec.signature import REQUIRED, Signature
from runtime.spec.tensor import Picture, parse_type

MOST = 2**31 - 1
LARGEST = 3e38  # what float32 and bfloat16 hold; torch refuses to compute in them with larger numbers


WHOLE = 2**63 - 1  # the largest int64
# How long a text or a list may be; torch works with up to 64 dimensions, and nobody writes a thousand fields.
LONGEST = {
    **dict.fromkeys(("sizes", "factors"), 64),
    **dict.fromkeys(("numbers", "wholes"), 10_000),
    **dict.fromkeys(("fields", "joining"), MOST_FIELDS),
    "names": 20_000,
    "text": 4_000,
    "path": 4_000,
}
MOST_CLASSES = 30_000  # of a field
INFINITE = {"inf": math.inf, "-inf": -math.inf}  # a graph file holds finite numbers alone


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
        if (option := _option(self, value)) is None:
            return None
        wrong = _wrong_settings(option, value)
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


def Fields(doc: str, default: dict[str, Any], **more: Any) -> Any:
    """Names of fields and what is known of each: a type as text, or ``{"type", "column", "classes"}``."""
    return Parameter(default, doc, kind="fields", **more)


def Joining(doc: str) -> Any:
    """Per field how samples become a batch: a word, or a function with its output type."""
    return Parameter({}, doc, kind="joining")


def Source(doc: str, **more: Any) -> Any:
    """A Python function of the user's, as ``{"function": [lines], ...}``; None for none."""
    return Parameter(None, doc, kind="source", **more)


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


def _whole(p: Parameter, value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        return f"needs a whole number, got {_shown(value)}"
    return _limits(p, value)


def _limits(p: Parameter, value: float) -> str | None:
    if p.least is not None and value < p.least:
        return f"needs at least {p.least}, got {_brief(value)}"
    if p.most is not None and value > p.most:
        return f"needs at most {p.most}, got {_brief(value)}"
    if p.above is not None and value <= p.above:
        return f"needs more than {p.above}, got {_brief(value)}"
    if p.below is not None and value >= p.below:
        return f"needs less than {p.below}, got {_brief(value)}"
    return None


def _brief(value: float) -> str:
    """A number that fits a narrow panel."""
    text = str(value)
    return text if len(text) <= 16 else f"{float(value):.4g}" if abs(value) < LARGEST else f"one of {len(text)} digits"


def _number(p: Parameter, value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return f"needs a number, got {_shown(value)}"
    if not -LARGEST <= value <= LARGEST:
        return f"needs a number between {-LARGEST:g} and {LARGEST:g}, got {_shown(value)}"
    return _limits(p, value)


def number(value: Any) -> Any:
    """A number where it is written as a word."""
    return INFINITE.get(value, value) if isinstance(value, str) else value


def _any_number(p: Parameter, value: Any) -> str | None:
    if (value is None and p.default is None) or (isinstance(value, str) and value in INFINITE):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > WHOLE:
        return f"needs a whole number that int64 holds, got {_shown(value)}"
    return _number(p, value)


def _bool(p: Parameter, value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    return None if isinstance(value, bool) else f"needs true or false, got {_shown(value)}"


def _text(p: Parameter, value: Any) -> str | None:
    return None if isinstance(value, str) else f"needs text, got {_shown(value)}"


def _choice(p: Parameter, value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    return None if value in p.choices else f"needs one of {', '.join(p.choices)}, got {_shown(value)}"


def _sizes(p: Parameter, value: Any) -> str | None:
    if isinstance(value, str) and value in p.choices:
        return None
    return _each(p, value, _whole)


def _factors(p: Parameter, value: Any) -> str | None:
    return _each(p, value, _number)


def _each(p: Parameter, value: Any, check: Callable[[Parameter, Any], str | None]) -> str | None:
    """One value, or a list of them."""
    if value is None and p.default is None:
        return None
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) and p.length is not None and len(value) != p.length:
        return f"needs one number or {p.length} of them, got {_shown(value)}"
    if not values:
        return "needs at least one number, got none"
    if p.choices and not isinstance(value, int | list):
        return f"needs whole numbers or one of {', '.join(p.choices)}, got {_shown(value)}"
    required = replace(p, default=0)
    return next((wrong for item in values if (wrong := check(required, item))), None)


def _numbers(p: Parameter, value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    if not isinstance(value, list) or not value:
        return f"needs a list of numbers, got {_shown(value)}"
    if p.length is not None and len(value) != p.length:
        return f"needs {p.length} numbers, got {_shown(value)}"
    told = [item for at, item in enumerate(value) if item is not None or at >= p.gaps]
    return next((wrong for item in told if (wrong := _number(p, item))), None)


def _wholes(p: Parameter, value: Any) -> str | None:
    if not isinstance(value, list):
        return f"needs a list of whole numbers, got {_shown(value)}"
    return next((wrong for item in value if (wrong := _whole(p, item))), None)


def _names(p: Parameter, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return f"needs a list of names, got {_shown(value)}"
    twice = next((item for item, count in Counter(value).items() if count > 1), None)
    return None if twice is None else f"needs each name once, got {_shown(twice)} twice"


def _fields(p: Parameter, value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs fields with types, got {_shown(value)}"
    for name, about in value.items():
        text = about.get("type") if isinstance(about, dict) else about
        if not isinstance(text, str) or isinstance(parse_type(text), Picture | None):  # nothing reads pictures yet
            return f"needs a type such as float32[3, 8, 8], int64[] or text for {name}, got {_shown(text)}"
        classes = about.get("classes", []) if isinstance(about, dict) else []
        if isinstance(classes, list) and len(classes) > MOST_CLASSES:
            return f"needs at most {MOST_CLASSES} classes of {name}, got {len(classes)}"
        if not isinstance(classes, list) or not all(isinstance(each, str) for each in classes):
            return f"needs a list of the classes of {name}, got {_shown(classes)}"
        if len(set(classes)) < len(classes):
            return f"needs each class of {name} once, got {_shown(classes)}"
    return None


def _joining(p: Parameter, value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs a way for each field, got {_shown(value)}"
    for name, way in value.items():
        if way not in ("stack", "pad", "list") and (not isinstance(way, dict) or _source(p, way)):
            return f"needs stack, pad, list or a function for {name}, got {_shown(way)}"
        if isinstance(way, dict) and (not isinstance(way.get("output"), str) or parse_type(way["output"]) is None):
            return f"needs an output type such as int64[10] for the function of {name}, got {_shown(way.get('output'))}"
    return None


def _source(p: Parameter, value: Any) -> str | None:
    if value is None:
        return None
    written = value.get("function") if isinstance(value, dict) else None
    if isinstance(written, list) and all(isinstance(line, str) for line in written):
        return None
    return f"needs a function as a list of lines, got {_shown(value)}"


def _schedule(p: Parameter, value: Any) -> str | None:
    if value is None:
        return None
    option = _option(p, value)
    if option is None:
        came = value.get("type", value) if isinstance(value, dict) else value
        return f"needs none or a type such as {p.options[0].name}, got {_shown(came)}"
    return next(iter(_wrong_settings(option, value).values()), None)


def _option(p: Parameter, value: Any) -> Any:
    """The one of the options whose type a value names, or None."""
    name = value.get("type") if isinstance(value, dict) else None
    return next((each for each in p.options if each.name == name), None)


def _wrong_settings(option: Any, value: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each setting of a schedule, by name."""
    found = {}
    for name, given in value.items():
        setting = option.parameter.get(name)
        if setting is None and name != "type":
            found[name] = f"needs a setting that {option.name} has, got {_shown(name)}"
        elif setting is not None and (wrong := setting.problem(given)):
            what, came, rest = wrong.partition(", got ")
            found[name] = f"{what} for {name}{came}{rest}"
    return found


def _shown(value: Any) -> str:
    text = "".join(_begun(value, 60))
    return text if len(text) < 60 else f"{text[:57]}..."


def _begun(value: Any, most: int) -> Iterator[str]:
    """The text of a value, no more of it than is shown: lists in lists may have a million entries."""
    if not isinstance(value, list | dict) or not value:
        yield repr(value[: 2 * most] if isinstance(value, str) else value)
        return
    pairs = isinstance(value, dict)
    yield "{" if pairs else "["
    for at, item in enumerate(value):
        yield ", " if at else ""
        if pairs:
            yield f"{item!r}: "
        for part in _begun(value[item] if pairs else item, most):
            yield part
            if (most := most - len(part)) <= 0:
                return
    yield "}" if pairs else "]"


CHECKS = {
    "int": _whole,
    "float": _number,
    "number": _any_number,
    "bool": _bool,
    "text": _text,
    "choice": _choice,
    "path": _text,
    "sizes": _sizes,
    "factors": _factors,
    "numbers": _numbers,
    "wholes": _wholes,
    "names": _names,
    "fields": _fields,
    "joining": _joining,
    "source": _source,
    "schedule": _schedule,
}
