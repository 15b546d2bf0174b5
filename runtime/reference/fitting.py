"""Types that a node type takes, found from what its ports declare: tried one after another until its rule agrees."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

from runtime.check.infer import Given, Typed, typed
from runtime.graph.model import Node
from runtime.spec.node import Input, Spec
from runtime.spec.tensor import BATCH, INTEGERS, Dim, Loss, Picture, Tensor, Text, Type, batched, parse_type

MOST = 4000  # combinations; a node type that needs more says what comes in by its `example`
MORE = 400  # of them after the first that fits but is doubted
USUAL = ("float32", "int64", "bool")
SIZE = 8
LIKELY = {"C": 3, "in_channels": 3, "H": 16, "W": 16, "L": 12}  # pages read better where sizes differ
SIZES = (8, 4, 10, 16, 1, 2, 3, 6, 9, 12, 32)  # tried for each name where the likely ones do not fit
ALONE = ((8,), (4, 8), (3, 8, 8), (), (2,), (2, 8))  # what ``[...]`` may stand for, without the batch
AMID = ((), (4,), (4, 4))  # what ``...`` may stand for between names
WORDS = {"text": Text, "picture": Picture, "loss": Loss}


@dataclass(frozen=True)
class Fit:
    """What comes in along each wire, and what the node then is."""

    given: Given
    typed: Typed


@dataclass(frozen=True)
class _Form:
    """One way to fill a port: a dtype or a word, its names and numbers, what ``...`` stands for; or a type as it is."""

    kind: str
    dims: tuple[str, ...] = ()
    more: tuple[int, ...] = ()
    whole: Type | None = None


def fit(
    spec: Spec,
    parameters: Mapping[str, Any],
    declared: Mapping[str, str],
    sample: bool = False,
    classes: int | None = None,
) -> Fit | None:
    """Types for the ports that must be wired, right of collate unless for a `sample`; None where nothing fits.

    `declared` holds the type of one sample for ports whose own declaration says too little; whole numbers are of
    `classes`. What fits without a doubt is better than what the node type warns of. Optional ports are left out unless
    nothing fits without one of them.
    """
    inputs = spec.ports(parameters)[0]
    needed = [port for port in inputs if not port.optional or port.name in declared]
    doubted = None
    for more in (None, *(port for port in inputs if port not in needed)):
        ports = [port for port in inputs if port in needed or port == more]
        found, free = _tried(spec, parameters, ports, _all(ports, declared, sample, classes))
        if found is not None and free:
            return found
        doubted = doubted or found
    return doubted


def _tried(
    spec: Spec, parameters: Mapping[str, Any], ports: Sequence[Input], all: Iterable[Given]
) -> tuple[Fit | None, bool]:
    """The first that fits, and whether it does so without a doubt."""
    node, doubted, last = Node("node", spec.type, parameters), None, MOST
    for tries, given in enumerate(all):
        found = typed(node, spec, tuple(ports), given)
        if found.misfit is None and not found.doubts:
            return Fit(given, found), True
        if found.misfit is None and doubted is None:
            doubted, last = Fit(given, found), tries + MORE
        if tries >= last:
            break
    return doubted, False


def _all(ports: Sequence[Input], declared: Mapping[str, str], sample: bool, classes: int | None) -> Iterator[Given]:
    """Everything that could come in, likely things first."""
    ways = [list(_forms(port, declared.get(port.name))) for port in ports]
    forms = list(_by_sum(ways))
    names = list(dict.fromkeys(name for way in ways for form in way for name in form.dims if not name.isdigit()))
    usual = {name: LIKELY.get(name, SIZE) for name in names}
    for wires in (2, 1, 3) if any(port.many for port in ports) else (1,):
        for form in forms:
            yield tuple(_given(ports, form, usual, sample, classes, wires))
    for form in forms:
        for sizes in _varied(names):
            yield tuple(_given(ports, form, usual | sizes, sample, classes, 2))


def _forms(port: Input, declared: str | None) -> Iterator[_Form]:
    if declared is not None:
        whole = parse_type(declared)
        if whole is None:
            raise ValueError(f"{port.name} has an example that is not the type of a sample: {declared!r}")
        yield _Form("", whole=whole)
        return
    found: list[_Form] = []
    for kind, dtypes, dims in port.pattern.options:
        kinds = [name for name in USUAL if name in dtypes or kind == "any"] or list(dtypes[:1]) or [kind]
        fills = ALONE if dims is None else AMID if "..." in dims else ((),)
        found += [_Form(each, dims or ("...",), fill) for fill in fills for each in kinds]
    yield from found


def _by_sum(ways: Sequence[Sequence[_Form]]) -> Iterable[tuple[_Form, ...]]:
    """One form for each port, the first ones and those of equal rank before others."""
    places = product(*(range(len(way)) for way in ways))
    ranked = sorted(places, key=lambda at: (sum(at) + len(set(at)) - 1, at))
    return [tuple(way[i] for way, i in zip(ways, at, strict=True)) for at in ranked[:MOST]]


def _varied(names: Sequence[str]) -> Iterator[dict[str, int]]:
    """Other sizes for one name, then for two, then for three."""
    for count in range(1, min(len(names), 3) + 1):
        for some in combinations(names, count):
            for sizes in product(SIZES, repeat=count):
                yield dict(zip(some, sizes, strict=True))


def _given(
    ports: Sequence[Input],
    forms: Sequence[_Form],
    sizes: Mapping[str, int],
    sample: bool,
    classes: int | None,
    wires: int,
) -> Iterator[tuple[str, tuple[Type, ...]]]:
    for port, form in zip(ports, forms, strict=True):
        made = _made(form, sizes, sample)
        if isinstance(made, Tensor) and made.dtype in INTEGERS:
            made = replace(made, classes=classes)
        yield port.name, (made,) * (wires if port.many else 1)


def _made(form: _Form, sizes: Mapping[str, int], sample: bool) -> Type:
    if form.whole is not None:
        return form.whole if sample else batched(form.whole)
    if form.kind in WORDS:
        word: Type = WORDS[form.kind]()
        return word if sample else batched(word)
    shape: list[Dim] = []
    for name in form.dims:
        shape += form.more if name == "..." else [int(name) if name.isdigit() else sizes[name]]
    if not sample:
        at = form.dims.index("B") if "B" in form.dims else 0  # some want the batch behind the steps
        shape = [BATCH, *shape] if form.dims[:1] == ("...",) else [*shape[:at], BATCH, *shape[at + 1 :]]
    return Tensor(form.kind, tuple(shape))
