"""Whether what a run kept fits a graph: its weights and optimizers by what the checker knows of them, without torch."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.check.card import Shape
from runtime.check.check import check
from runtime.check.use import known
from runtime.check.weights import kept, tensors_of
from runtime.generate.drawn import Drawn
from runtime.graph.bypass import passed
from runtime.graph.model import Graph

CLIPPING = "clip_grad"  # which the program does, and no optimizer knows of


def misfit(before: Graph, graph: Graph) -> str | None:
    """What has changed since a run of another graph so that its checkpoint does not fit, or None.

    Where only torch knows the shapes, as of somebody's own modules, nothing is said against it.
    """
    if alike(before, graph):
        return None
    was, now = _drawn(before), _drawn(graph)
    return next(_misfits(was, now), None) if was and now else None


def alike(one: Graph, other: Graph) -> bool:
    """Whether two graphs differ in their layout at most."""
    return all(getattr(one, part) == getattr(other, part) for part in ("nodes", "edges", "definitions", "run"))


def _drawn(graph: Graph) -> Drawn | None:
    report = check(graph)
    return Drawn(passed(graph), report) if report.sound else None


def _misfits(was: Drawn, now: Drawn) -> Iterator[str]:
    """In computing order, so that a cause comes before what follows from it."""
    yield from (f"the layer {id} is new" for id in now.layers if id not in was.layers)
    yield from (f"the layer {id} is gone" for id in was.layers if id not in now.layers)
    for id in now.layers:
        old, new = _tensors(was, id), _tensors(now, id)
        if old is not None and new is not None and old != new:
            yield _unlike(was, now, id, old, new)
    for id in now.family("optimizer"):
        if id not in was.family("optimizer"):
            yield f"the optimizer {id} is new"
        elif was.specs[id].type != now.specs[id].type:
            yield _types(was, now, id)
        else:
            yield from _settings(was, now, id)
            yield from _trained(id, _layers(was, id), _layers(now, id))


def _tensors(drawn: Drawn, id: str) -> Mapping[str, Shape] | None:
    return tensors_of(drawn.graph, known(drawn.graph), drawn.report, id)


def _unlike(was: Drawn, now: Drawn, id: str, old: Mapping[str, Shape], new: Mapping[str, Shape]) -> str:
    """What of a layer makes its tensors other ones: its type, a parameter, or something inside of it."""
    if was.specs[id].type != now.specs[id].type:
        return _types(was, now, id)
    before, after = was.values(id), now.values(id)
    for parameter in now.specs[id].parameters:
        name = parameter.name
        given = {**vars(after), name: getattr(before, name)}
        if getattr(after, name) != given[name] and kept(now.specs[id], now.specs[id].values(given)) != new:
            return f"{id}.{name} was {given[name]} and is {getattr(after, name)}"
    name = next(name for name in {**new, **old} if new.get(name) != old.get(name))
    return f"{id}.{name} was {_shown(old.get(name))} and is {_shown(new.get(name))}"


def _types(was: Drawn, now: Drawn, id: str) -> str:
    return f"{id} was {was.specs[id].type} and is {now.specs[id].type}"


def _shown(shape: Shape | None) -> Any:
    return "not there" if shape is None else [*shape]


def _layers(drawn: Drawn, optimizer: str) -> list[str]:
    """What an optimizer changes, in the order in which it knows them."""
    trained = drawn.trained(optimizer)
    return [id for id in drawn.layers if id in trained]


def _settings(was: Drawn, now: Drawn, optimizer: str) -> Iterator[str]:
    """What a checkpoint holds of an optimizer, so that it would train as before, whatever the graph says."""
    old, new = was.values(optimizer), now.values(optimizer)
    for name in (each.name for each in now.specs[optimizer].parameters if not each.name.startswith(CLIPPING)):
        if getattr(old, name) != getattr(new, name):
            before, after = getattr(old, name), getattr(new, name)
            plain = not isinstance(after, dict)
            yield f"{optimizer}.{name} was {before} and is {after}" if plain else f"{optimizer}.{name} was another one"


def _trained(optimizer: str, old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"{optimizer} trains {id}, which it did not" for id in new if id not in old)
    yield from (f"{optimizer} trained {id}, which it does not any more" for id in old if id not in new)
    if old != new:
        yield f"{optimizer} trained the same layers in another order"
