"""Whether what a run kept fits a graph: its weights and optimizers by what the checker knows of them, without torch."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from runtime.check.card import Shape
from runtime.check.check import check
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.check.weights import kept, tensors_of
from runtime.generate.drawn import Drawn
from runtime.graph.bypass import passed
from runtime.graph.model import Graph
from runtime.spec.schedule import chosen
from runtime.train.followed import followed, overruling


class Kept:
    """What a run of a graph kept; to ask whether it fits graphs one after another, that one is checked once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def _drawn(self) -> Drawn | None:
        return _drawn(self.graph, check(self.graph))

    def misfit(self, graph: Graph, report: Report | None = None) -> str | None:
        """What has changed since so that the checkpoint does not fit a graph, or None; its report is made if not given.

        Where only torch knows the shapes, as of somebody's own modules, nothing is said against it.
        """
        if alike(self.graph, graph):
            return None
        before = followed(self.graph, graph)
        was = self._drawn if before is self.graph else _drawn(before, check(before))
        now = _drawn(graph, report or check(graph))
        return next(_misfits(was, now), None) if was and now else None


def alike(one: Graph, other: Graph) -> bool:
    """Whether two graphs differ in their layout at most."""
    return all(getattr(one, part) == getattr(other, part) for part in ("nodes", "edges", "definitions", "run"))


def _drawn(graph: Graph, report: Report) -> Drawn | None:
    return Drawn(passed(graph), report) if report.sound else None


def _misfits(was: Drawn, now: Drawn) -> Iterator[str]:
    """In computing order, so that a cause comes before what follows from it."""
    old, new = _tensors(was), _tensors(now)
    yield from (f"the layer {id} is new" for id, tensors in new.items() if id not in old and tensors != {})
    yield from (f"the layer {id} is gone" for id, tensors in old.items() if id not in new and tensors != {})
    for id, after in new.items():
        before = old.get(id)
        if before is not None and after is not None and before != after:
            yield _unlike(was, now, id, before, after)
    for id in now.family("optimizer"):
        if id not in was.family("optimizer"):
            yield f"the optimizer {id} is new"
        elif was.specs[id].type != now.specs[id].type:
            yield _types(was, now, id)
        else:
            yield from _settings(was, now, id)
            yield from _trained(id, _layers(was, id, old), _layers(now, id, new))


def _tensors(drawn: Drawn) -> dict[str, Mapping[str, Shape] | None]:
    """What each layer keeps; None where only torch knows."""
    specs = known(drawn.graph)
    return {id: tensors_of(drawn.graph, specs, drawn.report, id) for id in drawn.layers}


def _layers(drawn: Drawn, optimizer: str, tensors: Mapping[str, Mapping[str, Shape] | None]) -> list[str]:
    """What an optimizer changes, in the order in which it knows them."""
    trained = drawn.trained(optimizer)
    return [id for id, kept in tensors.items() if id in trained and kept != {}]


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


def _settings(was: Drawn, now: Drawn, optimizer: str) -> Iterator[str]:
    """What a checkpoint holds of an optimizer for good, so that it would train as before, whatever the graph says."""
    old, new, spec = was.values(optimizer), now.values(optimizer), now.specs[optimizer]
    _, schedule = chosen(new.schedule) or (None, None)
    for name in (each.name for each in spec.parameters if overruling(each, spec.declared, schedule)):
        if getattr(old, name) != getattr(new, name):
            before, after = getattr(old, name), getattr(new, name)
            plain = not isinstance(after, dict)
            yield f"{optimizer}.{name} was {before} and is {after}" if plain else f"{optimizer}.{name} was another one"


def _trained(optimizer: str, old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"{optimizer} trains {id}, which it did not" for id in new if id not in old)
    yield from (f"{optimizer} trained {id}, which it does not any more" for id in old if id not in new)
    if old != new:
        yield f"{optimizer} trained the same layers in another order"
