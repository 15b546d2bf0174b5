"""``python -m tests.signatures`` reads what functions and classes take: from torch, its stubs, and torchmetrics."""

import ast
import inspect
import json
import re
import typing
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
import torchmetrics
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler

from runtime.spec.catalogue import declared
from runtime.spec.signature import FILE

STUBS = Path(torch.__file__).parent
PLACES: Mapping[str, Any] = {
    "nn": nn, "optim": torch.optim, "optim.lr_scheduler": lr_scheduler, "F": F, "torch": torch, "Tensor": torch.Tensor,
    "torch.linalg": torch.linalg,
}  # fmt: skip


def main() -> None:
    """Write the file that the catalogue reads."""
    FILE.write_text(written(), encoding="utf-8")
    print(f"{len(found())} signatures of torch {torch.__version__} in {FILE}")


def written() -> str:
    """The text of the file: one line a name."""
    lines = [f"{json.dumps(name)}: {json.dumps(ways)}" for name, ways in sorted(found().items())]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def found() -> dict[str, list[str]]:
    """Classes of torch.nn and torch.optim, their forward, and the functions that the catalogue calls."""
    names: dict[str, list[str]] = {}
    for place, module in (("nn", nn.modules), ("optim", torch.optim), ("optim.lr_scheduler", lr_scheduler)):
        for name in public(module):
            names[f"{place}.{name}"] = ways(getattr(module, name))
            if place == "nn":
                names[f"nn.{name}.forward"] = ways(getattr(module, name).forward, bound=True)
    for spec in declared().values():
        if spec.over_epoch:
            made = getattr(torchmetrics, spec.title)  # those of a task make another class
            names[spec.type] = ways(made.__new__, bound=True) if "__new__" in vars(made) else ways(made)
    for name in sorted({spec.function for spec in declared().values() if spec.function}):
        place, _, last = name.rpartition(".")
        if place in PLACES and hasattr(PLACES[place], last):
            # what torch dispatches by an argument has its usual way under a name with a line in front
            names[name] = (
                stubbed(place, last)
                or documented(getattr(PLACES[place], last))
                or ways(getattr(PLACES[place], last))
                or ways(getattr(PLACES[place], f"_{last}", None))
            )
    return {name: each for name, each in names.items() if each}


def public(module: ModuleType) -> list[str]:
    """The modules, optimizers and schedules that a module of torch says are for everybody."""
    kinds = (nn.Module, torch.optim.Optimizer, lr_scheduler.LRScheduler)
    known = {name: getattr(module, name) for name in module.__all__}
    return [name for name, made in known.items() if inspect.isclass(made) and issubclass(made, kinds)]


def ways(made: Any, bound: bool = False) -> list[str]:
    """The ways in which a class or function can be called, as text; none where there is nothing."""
    if made is None:
        return []
    calls: list[Callable[..., Any]] = list(typing.get_overloads(made.__init__ if inspect.isclass(made) else made))
    takes = [inspect.signature(call) for call in calls or [made]]
    if not calls and inspect.isclass(made) and any(p.kind is p.VAR_POSITIONAL for p in takes[0].parameters.values()):
        takes = [inspect.signature(typing.cast(Any, made).__base__.__init__)]
        bound = True
    return [text for each in takes if (text := shown(each, bound or bool(calls))) is not None]


def shown(signature: inspect.Signature, bound: bool) -> str | None:
    """A signature without its annotations; None where it takes whatever comes."""
    parts: list[str] = []
    named = False
    for parameter in list(signature.parameters.values())[bool(bound) :]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return None if parameter.kind is parameter.VAR_POSITIONAL else ", ".join(parts) or None
        if parameter.kind is parameter.KEYWORD_ONLY and not named:
            parts, named = [*parts, "*"], True
        default = parameter.default
        parts.append(parameter.name if default is parameter.empty else f"{parameter.name}={literal(default)}")
    return ", ".join(parts)


def literal(default: Any) -> str:
    """A default as Python text; a function by its name."""
    return default.__name__ if callable(default) else repr(default)


@cache
def stubs(place: str) -> Mapping[str, list[ast.FunctionDef]]:
    """The functions that torch's stubs declare at a place, each with all its ways."""
    declared: dict[str, list[ast.FunctionDef]] = {}
    for file in STUB_FILES[place]:
        steps = ast.parse((STUBS / file).read_text(encoding="utf-8")).body
        if place == "Tensor":
            steps = next(s.body for s in steps if isinstance(s, ast.ClassDef) and s.name == "TensorBase")
        for step in steps:
            if isinstance(step, ast.FunctionDef):
                declared.setdefault(step.name, []).append(step)
    return declared


STUB_FILES = {
    "torch": ["_C/_VariableFunctions.pyi"],
    "F": ["_C/_nn.pyi", "nn/functional.pyi", "_C/_VariableFunctions.pyi"],
    "Tensor": ["_C/__init__.pyi"],
}


def stubbed(place: str, name: str) -> list[str]:
    """The ways in which the stubs say that a function can be called; functions written in Python have none there."""
    made = getattr(PLACES[place], name)
    if place not in STUB_FILES or inspect.isfunction(made):
        return []
    known = stubs(place)
    return list(dict.fromkeys(_plain(step) for step in known.get(name, known.get(made.__name__, ()))))


def documented(made: Any) -> list[str]:
    """What the first line of the documentation says that a function takes, where it is built in and has no stub."""
    first = re.fullmatch(r"linalg\.\w+\((.*)\) -> Tensor", (made.__doc__ or "").strip().partition("\n")[0])
    return [first[1]] if first and not inspect.isfunction(made) else []


def _plain(step: ast.FunctionDef) -> str:
    """The arguments of a declaration without annotations and `self`."""
    for each in (*step.args.posonlyargs, *step.args.args, *step.args.kwonlyargs):
        each.annotation = None
    step.args.vararg = None
    text = re.sub(r"^self(, /)?(, )?", "", ast.unparse(step.args))
    return text.replace("input, /", "input")


if __name__ == "__main__":
    main()
