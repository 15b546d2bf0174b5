"""Python that is not ours, as a graph holds or names it: inert until the user trusts it, and run in a worker only."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Modules that a file of the user's cannot be called like: a program imports the others. They are there in no time.
TAKEN = sys.stdlib_module_names | {"torch", "numpy", "torchmetrics", "sklearn", "safetensors", "program", "runtime"}
IMPORTED = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)
BRIEF, LONG = 5.0, 60.0  # seconds


@dataclass(frozen=True)
class Python:
    """A text and what is called of it; with a `path` the text imports from that file, as the graph names it."""

    text: str
    called: str = ""
    path: str = ""
    depth: int = 1  # how many of the last parts of the path, with dots between, are the name of the module
    arguments: str = "{}"  # what a module is made with, as JSON

    @property
    def beside(self) -> str:
        """Where the file's module is imported from, relative to the graph; nothing where that is its own folder."""
        parents = PurePosixPath(self.path).parents
        place = str(parents[min(self.depth, len(parents)) - 1]) if parents else "."
        return "" if place == "." else place

    @property
    def seconds(self) -> float:
        """How long it may take to be tried: packages that are imported for the first time need their time."""
        imported = IMPORTED.findall(self.text)
        return BRIEF if not self.path and TAKEN.issuperset(imported) else LONG

    def file(self, folder: Path) -> Path:
        """The file; `folder` is the graph's."""
        return (folder / self.path).resolve()

    def root(self, folder: Path) -> Path:
        """Where the file's module is imported from."""
        return (folder / self.beside).resolve()

    def to_trust(self, folder: Path) -> str:
        """What a user trusts who lets this run, as a text to be read; the same text is never asked about twice.

        A folder stands for the modules in it. Of what an installed function is given texts count, which may name
        what it fetches; numbers are free.
        """
        if self.path:
            return f"Every module in the folder {self.root(folder)}"
        given = {
            name: value for name, value in json.loads(self.arguments).items() if isinstance(value, str | list | dict)
        }
        return f"{self.text}\n\n# {self.called} is given {json.dumps(given)}" if given else self.text


@dataclass(frozen=True)
class Own:
    """Python in one place of a graph: where it stands, what it imports and defines, and what is called of it."""

    node: str
    parameter: str
    field: str | None
    text: str
    imports: tuple[str, ...] = ()
    body: str = ""
    names: tuple[str, ...] = ()
    function: str = ""
    wrong: str | None = None
    bound: tuple[tuple[str, str], ...] = ()  # each name that an import binds, and what it stands for: F, torch.nn.x
    takes: tuple[str, ...] = ()  # the arguments of the function, or of the module's forward
    optional: tuple[str, ...] = ()  # those of them that have a default
    gives: tuple[str, ...] = ()  # a name for each tensor that it returns
    python: Python = Python("")
