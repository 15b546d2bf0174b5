"""The files that a graph names relative to its own folder, so that both can move together."""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from runtime.graph.model import Graph, Node
from runtime.graph.weights import Source, sources
from runtime.spec.catalogue import catalogue


def relative_paths(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Node, parameter and value of every path that is relative."""
    return ((node.id, name, path) for node in graph.nodes.values() for name, path in paths_of(node))


def paths_of(node: Node) -> Iterator[tuple[str, str]]:
    """Those of one node."""
    for name in naming(node.type):
        value = node.parameters.get(name)
        if isinstance(value, str) and value and not _absolute(value):
            yield name, value


@cache
def naming(type_name: str) -> tuple[str, ...]:
    """The parameters of a node type that name files; none of a type that is not known."""
    spec = catalogue().get(type_name)
    return tuple(parameter.name for parameter in spec.parameters if parameter.kind == "path") if spec else ()


def relative_weights(graph: Graph) -> Iterator[tuple[str, Source]]:
    """Node and source of all weights from files whose path is relative; "" is the whole model."""
    return ((id, source) for id, source in sources(graph).items() if not _absolute(source.path))


def is_idx(path: Path) -> bool:
    """Whether a file is called as those of MNIST are: ``train-images-idx3-ubyte.gz``, ``train-images.idx3-ubyte``."""
    return path.name.removesuffix(".gz").endswith("-ubyte")


def pictures_of(labels: Path) -> Path:
    """The idx file of the pictures that labels are for; that of pictures is its own."""
    return labels.with_name(labels.name.replace("labels", "images").replace("idx1", "idx3"))


def is_hugging_face(folder: Path) -> bool:
    """Whether `save_to_disk` of Hugging Face's datasets wrote a folder."""
    return any((folder / name).is_file() for name in ("dataset_dict.json", "state.json"))


@lru_cache(10_000)  # a history holds the same few paths many times
def _absolute(path: str) -> bool:
    return Path(path).is_absolute() or PurePosixPath(path).is_absolute()
