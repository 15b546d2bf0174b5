"""Between the value of a parameter and the text that a person types for it."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from runtime.spec.parameter import Parameter
from runtime.spec.value import in_digits

T = TypeVar("T")
NONE = "none"  # an item of a list that has no value


class Unreadable(ValueError):
    """The text is no value of this kind; the message is a sentence for the form."""


def written(value: Any) -> str:
    """A value as it is typed: ``3``, ``0.002``, ``[3, 5]``, ``image, label``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return in_digits(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    if isinstance(value, list) and all(item is None or isinstance(item, int | float) for item in value):
        return f"[{', '.join(NONE if item is None else _plain(item) for item in value)}]"
    return json.dumps(value)


def _plain(item: float) -> str:
    return str(item) if isinstance(item, bool) else written(item)


def read(parameter: Parameter, text: str) -> Any:
    """The value that `text` stands for. Raises Unreadable with a sentence; limits are `Parameter.problem`'s."""
    text = text.strip()
    if not text and parameter.kind not in ("text", "path", "names", "wholes"):
        return parameter.default
    reader = READERS.get(parameter.kind)
    return text if reader is None or text in parameter.choices else reader(text)


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        number = 0.5
    if number.is_integer() and abs(number) < 2**53:  # "1e3" is a whole number too
        return int(number)
    raise Unreadable(f"needs a whole number, got {text}")


def _float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number - number == 0:  # neither NaN nor infinite
        return number
    raise Unreadable(f"needs a number, got {text}")


def _number(text: str) -> float:
    """``2`` is a whole number, ``2.0`` is none: that makes a difference to dtypes."""
    return int(text) if text.lstrip("+-").isdecimal() else _float(text)


def _parts(text: str) -> list[str]:
    """The items of ``[3, 5]``, ``(3, 5)``, ``3, 5``, ``3 5`` or ``3x5``."""
    bare = text.strip("[]() ").replace("×", ",").replace("x", ",").replace(",", " ")
    return bare.split()


def _sizes(text: str) -> int | list[int]:
    return _each(text, _int)


def _factors(text: str) -> float | list[float]:
    return _each(text, _float)


def _each(text: str, read: Callable[[str], T]) -> T | list[T]:
    """One value, or those in a list."""
    parts = _parts(text)
    if len(parts) == 1 and not text.startswith(("[", "(")):
        return read(parts[0])
    return [read(part) for part in parts]


def _numbers(text: str) -> list[float | None]:
    return [None if part.lower() == NONE else _float(part) for part in _parts(text)]


def _wholes(text: str) -> list[int]:
    return [_int(part) for part in _parts(text)]


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.strip("[]").replace('"', "").split(",") if part.strip()]


READERS: dict[str, Callable[[str], Any]] = {
    "int": _int,
    "float": _float,
    "number": _number,
    "sizes": _sizes,
    "factors": _factors,
    "numbers": _numbers,
    "wholes": _wholes,
    "names": _names,
}


def stepped(parameter: Parameter, value: Any, steps: int) -> Any:
    """A number moved by the arrow keys: whole ones by one, others by one in their first digit; kept inside limits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    whole = parameter.kind in ("int", "sizes") or (parameter.kind == "number" and isinstance(value, int))
    moved: float = value + steps if whole else _moved(value, steps)
    if parameter.least is not None:
        moved = max(moved, parameter.least)
    if parameter.most is not None:
        moved = min(moved, parameter.most)
    beyond = (parameter.above is not None and moved <= parameter.above) or (
        parameter.below is not None and moved >= parameter.below
    )
    return value if beyond else int(moved) if whole else float(moved)


def _moved(value: float, steps: int) -> float:
    """0.002 up is 0.003, 0.01 down is 0.009; zero moves by 0.1."""
    if value == 0:
        return 0.1 * steps
    up = (steps > 0) == (value > 0)
    mantissa, _, exponent = f"{abs(value):e}".partition("e")
    unit = int(exponent) - (1 if float(mantissa) == 1 and not up else 0)
    return float(f"{value + steps * 10.0**unit:.12g}")


def bounds(parameter: Parameter) -> str:
    """The limits as a person says them: ``at least 1``, ``0 to 1``; empty where there are none worth a word."""
    least, most = _worth_a_word(parameter.least), _worth_a_word(parameter.most)
    if least and most:
        return f"{least} to {most}"
    lower = f"at least {least}" if least else "" if parameter.above is None else f"more than {parameter.above:g}"
    upper = f"at most {most}" if most else "" if parameter.below is None else f"less than {parameter.below:g}"
    return ", ".join(part for part in (lower, upper) if part)


def _worth_a_word(limit: float | None) -> str:
    return "" if limit is None or abs(limit) >= 2**31 - 1 else f"{limit:g}"
