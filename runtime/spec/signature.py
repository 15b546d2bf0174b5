"""What torch's functions and classes take, and by default: read from torch by ``make signatures``, kept as text."""

import ast
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("signatures.json")


class Required:
    """Stands for the default of an argument that has none."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = Required()
Signature = Mapping[str, Any]
"""Each argument's default, in torch's order; those that can only be named stand behind the others."""


def signature(name: str, holding: Iterable[str] = ()) -> Signature:
    """What ``nn.Linear``, ``nn.Linear.forward``, ``F.relu``, ``torch.cat`` or ``optim.SGD`` takes.

    Of several ways to call a function the first that takes all of `holding`. Empty for what is not torch's.
    """
    ways = signatures().get(name, ())
    wanted = set(holding)
    return next((way for way in ways if wanted <= set(way)), ways[0] if ways else {})


def unasked(name: str, told: Iterable[str]) -> Signature:
    """The same, of several ways rather one that asks for nothing but what is `told`."""
    wanted = set(told)
    return next(
        (way for way in signatures().get(name, ()) if _asks(way) <= wanted <= way.keys()), signature(name, wanted)
    )


def _asks(way: Signature) -> set[str]:
    return {name for name, default in way.items() if default is REQUIRED}


@cache
def signatures() -> Mapping[str, tuple[Signature, ...]]:
    """All that is known, by name."""
    texts = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(map(_read, ways)) for name, ways in texts.items()}


def _read(text: str) -> Signature:
    """``"input, dim=-1, *, out=None"`` as arguments and defaults; a bare name as default is torch's own function."""
    found = ast.parse(f"def f({text}): pass").body[0]
    assert isinstance(found, ast.FunctionDef)
    given = found.args
    plain = [*given.posonlyargs, *given.args]
    defaults: list[Any] = [REQUIRED] * (len(plain) - len(given.defaults)) + list(map(_value, given.defaults))
    named = [(each.arg, _value(default)) for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return dict(zip((each.arg for each in plain), defaults, strict=True)) | dict(named)


def _value(default: ast.expr | None) -> Any:
    if default is None:
        return REQUIRED
    if isinstance(default, ast.Name):
        return default.id
    value = ast.literal_eval(default)
    return (list(value) or None) if isinstance(value, tuple) else value  # stubs write () for none
