"""What the value of a parameter may be: for each kind a sentence about one that cannot, in bounded time and memory."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from runtime.graph.names import MOST_FIELDS
from runtime.spec.code import IDENTIFIER
from runtime.spec.tensor import of_a_sample, parse_type

if TYPE_CHECKING:
    from runtime.spec.parameter import Parameter

MOST = 2**31 - 1
LARGEST = 3e38  # what float32 and bfloat16 hold; torch refuses to compute in them with larger numbers


WHOLE = 2**63 - 1  # the largest int64
# How long a text or a list may be; torch works with up to 64 dimensions, and nobody writes a thousand fields.
LONGEST = {
    **dict.fromkeys(("sizes", "factors"), 64),
    **dict.fromkeys(("numbers", "wholes"), 10_000),
    **dict.fromkeys(("fields", "joining", "arguments", "types", "signature"), MOST_FIELDS),
    "names": 20_000,
    **dict.fromkeys(("text", "field", "called"), 4_000),
    "path": 4_000,
}
MOST_CLASSES = 30_000  # of a field
INFINITE = {"inf": math.inf, "-inf": -math.inf}  # a graph file holds finite numbers alone


def _whole(p: "Parameter", value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        return f"needs a whole number, got {_shown(value)}"
    return _limits(p, value)


def _limits(p: "Parameter", value: float) -> str | None:
    if p.least is not None and value < p.least:
        return f"needs at least {in_digits(p.least)}, got {_brief(value)}"
    if p.most is not None and value > p.most:
        return f"needs at most {in_digits(p.most)}, got {_brief(value)}"
    if p.above is not None and value <= p.above:
        return f"needs more than {in_digits(p.above)}, got {_brief(value)}"
    if p.below is not None and value >= p.below:
        return f"needs less than {in_digits(p.below)}, got {_brief(value)}"
    return None


def _brief(value: float) -> str:
    """A number that fits a narrow panel."""
    text = in_digits(value)
    return text if len(text) <= 16 else f"{float(value):.4g}" if abs(value) < LARGEST else f"one of {len(text)} digits"


def _number(p: "Parameter", value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return f"needs a number, got {_shown(value)}"
    if not -LARGEST <= value <= LARGEST:
        return f"needs a number between {-LARGEST:g} and {LARGEST:g}, got {_shown(value)}"
    return _limits(p, value)


def in_digits(value: float) -> str:
    """A number as people write it, with all its digits and without idle zeros: ``0.002``, ``1e10``, ``1e-8``."""
    if isinstance(value, int):
        return str(value)
    short = f"{value:g}"  # 1e+10, of which Python writes all zeros
    return re.sub(r"e\+?(-?)0*", r"e\1", short if float(short) == value else str(value))


def counted(count: int | None) -> str:
    """How many there are of something on a node; "?" where that is not known yet."""
    return f"{count:,}" if count else "?"


def rounded(value: float, digits: int) -> str:
    """A number with so many digits, as people write it: ``0.3333``, ``2.5e22``."""
    return in_digits(float(f"{value:.{digits}g}"))


def number(value: Any) -> Any:
    """A number where it is written as a word."""
    return INFINITE.get(value, value) if isinstance(value, str) else value


def _any_number(p: "Parameter", value: Any) -> str | None:
    if (value is None and p.default is None) or (isinstance(value, str) and value in INFINITE):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > WHOLE:
        return f"needs a whole number that int64 holds, got {_shown(value)}"
    return _number(p, value)


def _bool(p: "Parameter", value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    return None if isinstance(value, bool) else f"needs true or false, got {_shown(value)}"


def _text(p: "Parameter", value: Any) -> str | None:
    return None if isinstance(value, str) else f"needs text, got {_shown(value)}"


def _choice(p: "Parameter", value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    return None if value in p.choices else f"needs one of {', '.join(p.choices)}, got {_shown(value)}"


def _sizes(p: "Parameter", value: Any) -> str | None:
    if isinstance(value, str) and value in p.choices:
        return None
    return _each(p, value, _whole)


def _factors(p: "Parameter", value: Any) -> str | None:
    return _each(p, value, _number)


def _each(p: "Parameter", value: Any, check: Callable[["Parameter", Any], str | None]) -> str | None:
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


def _numbers(p: "Parameter", value: Any) -> str | None:
    if value is None and p.default is None:
        return None
    if not isinstance(value, list) or not value:
        return f"needs a list of numbers, got {_shown(value)}"
    if p.length is not None and len(value) != p.length:
        return f"needs {p.length} numbers, got {_shown(value)}"
    told = [item for at, item in enumerate(value) if item is not None or at >= p.gaps]
    return next((wrong for item in told if (wrong := _number(p, item))), None)


def _wholes(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, list):
        return f"needs a list of whole numbers, got {_shown(value)}"
    return next((wrong for item in value if (wrong := _whole(p, item))), None)


def _names(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return f"needs a list of names, got {_shown(value)}"
    twice = next((item for item, count in Counter(value).items() if count > 1), None)
    return None if twice is None else f"needs each name once, got {_shown(twice)} twice"


def _fields(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs fields with types, got {_shown(value)}"
    for name, about in value.items():
        text = about.get("type") if isinstance(about, dict) else about
        if not isinstance(text, str) or parse_type(text) is None:
            return _no_type(name, text, f"a type such as float32[3, 8, 8], int64[] or text for {name}")
        classes = about.get("classes", []) if isinstance(about, dict) else []
        if isinstance(classes, list) and len(classes) > MOST_CLASSES:
            return f"needs at most {MOST_CLASSES} classes of {name}, got {len(classes)}"
        if not isinstance(classes, list) or not all(isinstance(each, str) for each in classes):
            return f"needs a list of the classes of {name}, got {_shown(classes)}"
        if len(set(classes)) < len(classes):
            return f"needs each class of {name} once, got {_shown(classes)}"
    return None


def _no_type(name: str, text: Any, needed: str) -> str:
    """What is needed for a type; one of a batch is that of a sample with B in front."""
    if sample := of_a_sample(text) if isinstance(text, str) else None:
        needed = f"the type of one sample for {name[:60]}, so leave B out: write {sample}"
    return f"needs {needed}, got {_shown(text)}"


def _joining(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs a way for each field, got {_shown(value)}"
    for name, way in value.items():
        if isinstance(way, dict) and "pad" in way:
            if len(way) > 1 or _filler(way["pad"]):
                return f'needs a number to pad {name} with, as in {{"pad": 0}}, got {_shown(way)}'
            continue
        if way not in ("stack", "pad", "list") and (not isinstance(way, dict) or _source(p, way)):
            return f"needs stack, pad, list or a function for {name}, got {_shown(way)}"
        if isinstance(way, dict) and (not isinstance(way.get("output"), str) or parse_type(way["output"]) is None):
            return _no_type(name, way.get("output"), f"an output type such as int64[10] for the function of {name}")
    return None


def _filler(value: Any) -> bool:
    """Whether a value is no number that samples can be filled up with."""
    return isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST


def _source(p: "Parameter", value: Any) -> str | None:
    if value is None:
        return None
    written = value.get("function") if isinstance(value, dict) else None
    if not isinstance(written, list) or not all(isinstance(line, str) for line in written):
        return f"needs a function as a list of lines, got {_shown(value)}"
    told = value.get("outputs")
    for name, text in islice(told.items(), MOST_FIELDS) if isinstance(told, dict) else ():
        if text != "" and (not isinstance(text, str) or parse_type(text) is None):
            return _no_type(name, text, f"a type such as int64[10] for {name[:60]}")
    return None


def _arguments(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs values by name, got {_shown(value)}"
    odd = next((name for name in value if not IDENTIFIER.fullmatch(name) or iskeyword(name)), None)
    return None if odd is None else f"needs names that Python knows as arguments, got {_shown(odd)}"


def _types(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs types by output, got {_shown(value)}"
    odd = next((name for name, text in value.items() if not isinstance(text, str) or parse_type(text) is None), None)
    return None if odd is None else _no_type(odd, value[odd], f"a type such as float32[10] for {odd[:60]}")


def _signature(p: "Parameter", value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"needs what a look told, got {_shown(value)}"
    for part in ("takes", "optional", "gives"):
        names = value.get(part, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return f"needs a list of names for {part}, got {_shown(names)}"
        if len(set(names)) < len(names):
            return f"needs each name of {part} once, got {_shown(names)}"
    return None


def _schedule(p: "Parameter", value: Any) -> str | None:
    if value is None:
        return None
    option = option_of(p, value)
    if option is None:
        came = value.get("type", value) if isinstance(value, dict) else value
        return f"needs none or a type such as {p.options[0].name}, got {_shown(came)}"
    return next(iter(wrong_settings(option, value).values()), None)


def option_of(p: "Parameter", value: Any) -> Any:
    """The one of the options whose type a value names, or None."""
    name = value.get("type") if isinstance(value, dict) else None
    return next((each for each in p.options if each.name == name), None)


def wrong_settings(option: Any, value: dict[str, Any]) -> dict[str, str]:
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
    "field": _text,
    "fields": _fields,
    "joining": _joining,
    "source": _source,
    "called": _text,
    "arguments": _arguments,
    "types": _types,
    "signature": _signature,
    "schedule": _schedule,
}
