"""Node types of installed packages: each entry point `torchweave.nodes` names a module that declares some with `node`.

A package that cannot be used is left out whole, and says why: the editor starts without it. torch cannot be imported
by such a module: the editor, which never does, reads node types too.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from runtime.graph.names import NAME
from runtime.spec.node import CATALOGUE, Misfit, Spec
from runtime.spec.tensor import Loss, Picture, Several, Tensor, Text

GROUP = "torchweave.nodes"
SWITCH = "TORCHWEAVE_NODES"  # in the environment: with "own" nothing that is installed is looked at
BETWEEN = ("transform", "layer", "join", "loss")  # the families that need no code of ours beside the call
NAMED = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", re.ASCII)  # a class or function in a module
KINDS = (Tensor, Text, Picture, Loss, Several)


@dataclass(frozen=True)
class Installed:
    """The node types of installed packages, and one sentence on each package whose types are left out."""

    specs: Mapping[str, Spec] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


class Unfit(Exception):
    """What a package declares cannot be used; the message says why."""


@cache
def installed() -> Installed:
    """What there is, read once."""
    return Installed() if os.environ.get(SWITCH) == "own" else read_packages()


def read_packages() -> Installed:
    """Import what every package declares, leaving the catalogue of ours as it is. Nothing raised gets through."""
    ours, found, left_out = dict(CATALOGUE), dict[str, Spec](), list[str]()
    for entry in sorted(entry_points(group=GROUP), key=lambda each: (_package(each), each.name)):
        try:
            found |= _read(entry, {**ours, **found})
        except (Exception, SystemExit) as error:
            told = str(error) if isinstance(error, Unfit) else f"{type(error).__name__}: {error}"
            left_out.append(f"The node types of {_package(entry)} are left out. {' '.join(told.split())[:300]}")
        finally:
            CATALOGUE.clear()
            CATALOGUE.update(ours)
    return Installed(found, tuple(left_out))


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module


def _read(entry: EntryPoint, known: Mapping[str, Spec]) -> dict[str, Spec]:
    """The types that a module declares when it is imported. Raises whatever it raises, and Unfit."""
    before = dict(CATALOGUE)
    with _without_torch():
        entry.load()
    specs = {name: spec for name, spec in CATALOGUE.items() if spec is not before.get(name)}
    tops = {name.partition(".")[0] for name, spec in known.items() if not spec.package}
    for name, spec in specs.items():
        top = name.partition(".")[0]
        if name in known:
            raise Unfit(f"{name} is there already")
        if not NAMED.fullmatch(name) or not NAME.fullmatch(top) or top in tops:
            raise Unfit(f"{name} must be where its class or function is found, such as my_package.Layer")
        if spec.family not in BETWEEN:
            raise Unfit(f"{name} is of the family {spec.family}; a package can add {', '.join(BETWEEN)}")
    return {name: _adopted(spec, _package(entry)) for name, spec in specs.items()}


@contextmanager
def _without_torch() -> Iterator[None]:
    """To import torch fails here, whether it is there or not, and leaves no trace."""
    there = sys.modules.get("torch")
    sys.modules["torch"] = None  # type: ignore[assignment] # this is how Python is told
    try:
        yield
    finally:
        sys.modules.pop("torch")
        if there is not None:
            sys.modules["torch"] = there


def _adopted(spec: Spec, package: str) -> Spec:
    """The node type under the name of its package, its methods held so that nothing they raise ends a check."""
    function = "" if spec.weights else getattr(spec.declared, "function", spec.type)
    parameters = tuple(each.of_torch({}) for each in spec.parameters)
    return replace(
        spec,
        package=package,
        group=re.sub(r"\W", "_", package),
        function=function,
        parameters=parameters,
        declared=_held(spec.declared, package),
    )


def _held(declared: type, package: str) -> type:
    """A class whose methods never raise: a rule then refuses, the others say nothing."""
    silent: dict[str, Callable[[], Any]] = {
        **dict.fromkeys(("ports", "tensors", "matrices"), lambda: None),  # nobody knows
        **dict.fromkeys(("learns", "mixes"), lambda: True),
        "doubts": list,
        "below": dict,
        "infers": dict,
        "summary": str,
    }
    methods = {name: _quiet(getattr(declared, name), made) for name, made in silent.items() if hasattr(declared, name)}
    if hasattr(declared, "rule"):
        methods["rule"] = _ruled(declared.rule, package)
    return type(declared.__name__, (declared,), methods)


def _quiet(method: Callable[..., Any], otherwise: Callable[[], Any]) -> Callable[..., Any]:
    @wraps(method)
    def asked(*given: Any, **named: Any) -> Any:
        try:
            found = method(*given, **named)
            return list(found) if otherwise is list else found
        except Exception:
            return otherwise()

    return asked


def _ruled(rule: Callable[..., Any], package: str) -> Callable[..., Any]:
    @wraps(rule)
    def asked(*given: Any, **named: Any) -> Any:
        try:
            found = rule(*given, **named)
        except Exception as error:
            told = f"{type(error).__name__} {error}".strip()
            return Misfit(f"cannot be checked: its rule in {package} fails with {' '.join(told.split())[:120]}")
        outputs = found.values() if isinstance(found, Mapping) else [found]
        if isinstance(found, Misfit) or all(isinstance(each, KINDS) for each in outputs):
            return found
        return Misfit(f"cannot be checked: its rule in {package} gives no type")

    return asked
