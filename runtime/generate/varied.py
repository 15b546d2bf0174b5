"""Code that a node type makes of its values by rules of its own, where uses of a definition tell it different values.

A number stands in it under the name of the argument that tells it. Where the code is another one for other values, the
program asks for the argument: ``F.relu(x) if self.kind == "relu" else x``.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runtime.spec.code import Code, code


class _Whole(int):
    """A whole number that is written as the name of an argument."""

    name: str = ""

    def __repr__(self) -> str:
        return self.name


class _Decimal(float):
    """The same for a number that need not be whole."""

    name: str = ""

    def __repr__(self) -> str:
        return self.name


def named(value: Any, name: Code) -> Any:
    """The same value, in code under this name where it is a finite number."""
    if type(value) not in (int, float) or not math.isfinite(value):
        return value
    made = _Whole(value) if isinstance(value, int) else _Decimal(value)
    made.name = name
    return made


def varied(told: Mapping[str, Code], values: Iterable[Mapping[str, Any]], write: Callable[[int], Code]) -> Code:
    """What ``write(0)``, ``write(1)``, ... make of one copy each: one expression, that asks where they differ.

    `told` are the names of the arguments, `values` are theirs in each copy.
    """
    found: dict[Code, list[tuple[Any, ...]]] = {}
    for at, each in enumerate(values):
        found.setdefault(write(at), []).append(tuple(each[name] for name in told))
    *others, (expression, rest) = sorted(found.items(), key=lambda group: len(group[1]))
    names = list(told.values())
    for text, group in reversed(others):
        expression = code("{} if {} else {}", text, _condition(names, group, rest), expression)
        rest = [*rest, *group]
    return expression


def _condition(names: list[Code], group: list[tuple[Any, ...]], rest: list[tuple[Any, ...]]) -> Code:
    """Whether the arguments have the values of one of the group; one argument is asked where that tells it."""
    columns = [(name, [each[at] for each in group], [each[at] for each in rest]) for at, name in enumerate(names)]
    telling = [(name, mine) for name, mine, theirs in columns if not any(value in theirs for value in mine)]
    if telling:
        name, mine = min(telling, key=lambda column: _plainness(column[1][0]))
        return Code(" or ".join(dict.fromkeys(_equal(name, value) for value in mine)))
    each = [" and ".join(_equal(*pair) for pair in zip(names, values, strict=True)) for values in group]
    return Code(" or ".join(dict.fromkeys(each)))


def _plainness(value: Any) -> int:
    """What reads best in a condition: yes or no, then words, then numbers."""
    return next((at for at, kind in enumerate((bool, str, int, float)) if isinstance(value, kind)), 4)


def _equal(name: Code, value: Any) -> Code:
    if isinstance(value, bool):
        return name if value else Code(f"not {name}")
    if value is None:
        return code("{} is None", name)
    return code("{} == {}", name, tuple(value) if isinstance(value, list) else value)
