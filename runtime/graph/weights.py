"""Which file the whole model or a node has its weights from at the start, and where in that file they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.graph.model import Graph

AFRESH = False  # what a node says that has no weights from a file, where the whole model has
MOST_NAMES = 20_000


@dataclass(frozen=True)
class Source:
    """A file, relative to that of the graph; what is wanted stands there under `prefix`, parts under other `names`."""

    path: str
    prefix: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def places(self, part: str = "") -> dict[str, str]:
        """Where in the file a part of the model stands, and where parts of that do; "" is the whole."""
        return {part: self.prefix} | {joined(part, own): joined(self.prefix, as_) for own, as_ in self.names.items()}

    @property
    def written(self) -> dict[str, Any]:
        """The form in a graph's file."""
        more = {"prefix": self.prefix} if self.prefix else {}
        return {"path": self.path} | more | ({"names": dict(self.names)} if self.names else {})


def source(value: Any) -> Source | None:
    """What stands under `weights` in a file, or None where it is no source."""
    if not isinstance(value, dict):
        return None
    path, prefix, names = value.get("path"), value.get("prefix", ""), value.get("names", {})
    if not isinstance(path, str) or not path or not isinstance(prefix, str) or not isinstance(names, dict):
        return None
    fits = len(names) <= MOST_NAMES and all(isinstance(each, str) for each in names.values())
    return Source(path, prefix, names) if fits else None


def sources(graph: Graph) -> dict[str, Source]:
    """All of them by node; the whole model's comes first, under ""."""
    found = {"": source(graph.extra.get("weights"))}
    found |= {id: source(node.extra["weights"]) for id, node in graph.nodes.items() if "weights" in node.extra}
    return {id: each for id, each in found.items() if each is not None}


def afresh(graph: Graph) -> Graph:
    """The graph without files of weights: what goes on from a run needs none."""
    nodes = {
        id: replace(node, extra={key: value for key, value in node.extra.items() if key != "weights"})
        for id, node in graph.nodes.items()
        if "weights" in node.extra
    }
    extra = {key: value for key, value in graph.extra.items() if key != "weights"}
    return graph.with_(nodes={**graph.nodes, **nodes}, extra=extra)


def renamed(value: Any, old: str, new: str) -> Any:
    """The whole model's source once a node is called otherwise: the file knows it by the name that it had."""
    if source(value) is None:
        return value
    names = dict(value.get("names", {}))
    moved = {joined(new, key[len(old) + 1 :]): names.pop(key) for key in list(names) if within(key, old)}
    names |= moved if new in moved else {new: old, **moved}
    kept = {key: name for key, name in names.items() if key != name}
    return {key: each for key, each in {**value, "names": kept}.items() if key != "names" or kept}


def within(name: str, part: str) -> bool:
    """Whether a dotted name is that of a part, or of something in it; everything is within ""."""
    return not part or name == part or name.startswith(f"{part}.")


def joined(part: str, name: str) -> str:
    """A dotted name of two, either of which may be empty."""
    return ".".join(filter(None, (part, name)))


def there(name: str, places: Mapping[str, str]) -> str | None:
    """What a tensor of the model is called in the file; None where it is not taken from there."""
    part = name
    while part not in places:
        if not part:
            return None
        part = part.rpartition(".")[0]
    return joined(places[part], name[len(part) :].lstrip("."))
