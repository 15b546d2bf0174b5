"""Where in a file of weights what a node keeps may stand: under its name, under another, or where all shapes agree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from runtime.check.card import Card
from runtime.check.matches import Kept, places
from runtime.check.problem import Report
from runtime.check.weights import tensors_of
from runtime.graph.model import Graph
from runtime.graph.weights import Source, joined, within
from runtime.spec.node import Spec


def of_node(id: str, kept: Kept | None, card: Card, path: str) -> Source:
    """The source of one node: the place that is called as it is, or the only one that fits."""
    shapes = card.shapes
    if kept is None:
        return Source(path, id if any(within(name, id) for name in shapes) else "")
    for alike in (True, False):
        found = places(kept, shapes, alike)
        called = [each for each in found if each == id] or [each for each in found if each.endswith(f".{id}")]
        for sure in (called, found):
            if len(sure) == 1:
                return Source(path, sure[0])
    return Source(path)


def of_whole(graph: Graph, specs: Mapping[str, Spec], report: Report, card: Card, path: str) -> Source:
    """The source of the whole model: under which prefix its nodes stand, and which are called otherwise there.

    Names that are the same win; then come the nodes that stood in the same place when the file was written, and those
    for which only one place in the file fits.
    """
    ids = [id for id, node in graph.nodes.items() if _takes(specs.get(node.type), node.extra)]
    kept = {id: tensors_of(graph, specs, report, id) or {} for id in ids}
    prefix = _prefix({joined(id, name) for id in ids for name in kept[id]}, card.shapes)
    groups = {name[len(prefix) :].lstrip(".").partition(".")[0] for name in card.shapes if within(name, prefix)}
    lost = [id for id in ids if id not in groups]
    names = {new: old for new, old in renames(card.nodes, graph).items() if new in lost and old in groups - set(ids)}
    inside = {name[len(prefix) :].lstrip("."): shape for name, shape in card.shapes.items() if within(name, prefix)}
    taken = {*ids, *names.values()}
    free = {name: shape for name, shape in inside.items() if not any(within(name, each) for each in taken)}
    fitting = {id: places(kept[id], free) for id in lost if id not in names}
    claimed = Counter(place for found in fitting.values() for place in found)
    names |= {id: found[0] for id, found in fitting.items() if len(found) == 1 and claimed[found[0]] == 1}
    return replace(Source(path, prefix), names=names)


def _takes(spec: Spec | None, extra: Mapping[str, object]) -> bool:
    """Whether a node has weights of its own, and no file of its own."""
    return spec is not None and spec.weights and "shares" not in extra and "weights" not in extra


def _prefix(wanted: set[str], shapes: Iterable[str]) -> str:
    """What stands before most of the names that are wanted; nothing where nothing does."""
    found: Counter[str] = Counter()
    for name in shapes:
        parts = name.split(".")
        for at in range(len(parts)):
            if ".".join(parts[at:]) in wanted:
                found[".".join(parts[:at])] += 1
    return max(found, key=lambda each: (found[each], each == ""), default="")


def renames(before: Iterable[tuple[str, str]], graph: Graph) -> dict[str, str]:
    """New name to old for nodes that were renamed: between nodes that are in both, the same types in the same order."""
    old, new = list(before), [(id, node.type) for id, node in graph.nodes.items()]
    both = {id for id, _ in old} & graph.nodes.keys()
    found: dict[str, str] = {}
    for was, now in zip(_between(old, both), _between(new, both), strict=False):
        if [type for _, type in was] == [type for _, type in now]:
            found |= {id: before for (before, _), (id, _) in zip(was, now, strict=True)}
    return found


def _between(nodes: list[tuple[str, str]], both: set[str]) -> Iterator[list[tuple[str, str]]]:
    """The stretches of nodes between those that are in both, empty ones too."""
    stretch: list[tuple[str, str]] = []
    for id, type in nodes:
        if id in both:
            yield stretch
            stretch = []
        else:
            stretch.append((id, type))
    yield stretch
