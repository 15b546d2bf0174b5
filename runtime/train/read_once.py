"""What previews read of data sets, each once: it is kept while the same is asked of the same files."""

import inspect
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from runtime.graph.model import Graph
from runtime.graph.weights import sources

KEPT = 2  # data sets whose columns stay in memory, unless a graph has more
PATHS = ("path", "validation_path", "test_path")


@dataclass
class Columns:
    """What was read of data sets, while their parameters and files are the same."""

    kept: OrderedDict[str, dict[str, Any]] = field(default_factory=OrderedDict)
    most: int = KEPT
    doing: Callable[[str], AbstractContextManager[Any]] = nullcontext  # entered with what is being done, in words

    def read(self, reader: Callable[..., dict[str, Any]], *given: Any, **named: Any) -> dict[str, Any]:
        """What a reader gives, the same columns while it is asked the same of the same files."""
        files = [each for each in given if isinstance(each, Path)]
        key = repr((written(partial(reader, *given, **named)), [stamp(each) for each in files]))
        if key not in self.kept:
            with self.doing(f"reading {files[0].name if files else 'data'}"):
                self.kept[key] = reader(*given, **named)
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return {**self.kept[key]}  # programs put more into what they have read


def written(value: Any) -> str:
    """A value as text, which is the same in each program that has it: its functions and objects go by their names."""
    if isinstance(value, partial):
        return f"{written(value.func)}({written([*value.args])}, {written(value.keywords)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name!r}: {written(each)}' for name, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if inspect.isroutine(value) or inspect.isclass(value):
        return value.__qualname__
    kind = type(value)
    named = any("__repr__" in vars(each) for each in kind.__mro__[:-1])
    return repr(value) if named else f"{kind.__qualname__}({written(vars(value))})"


def stamp(path: Path) -> list[Any]:
    """What changes when a file does, or when one comes into a folder or the folders in it; or one there, of few."""
    found = [path, *islice(path.iterdir(), 1000)] if path.is_dir() else [path]
    stats = [each.stat() for each in found if each.exists()]
    return [[each.st_size, each.st_mtime_ns, each.st_ino] for each in stats]


def stamps_of(graph: Graph, folder: Path) -> list[Any]:
    """The stamps of all files that a graph names."""
    named = [node.parameters.get(path) for node in graph.nodes.values() for path in PATHS]
    named += [source.path for source in sources(graph).values()]
    return [stamp(folder / path) for path in named if isinstance(path, str) and path]
