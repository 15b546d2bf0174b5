"""What is asked of an export, as one line of JSON between the window and the process that does it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

TORCH_FILES = (".onnx", ".pt2")  # what torch writes; every other one is text
SCRIPTS = (".py", ".ipynb")


@dataclass(frozen=True)
class Order:
    """A sound graph as text and the name of its file, where its paths begin, and what is to be written.

    `output` ends as its format does; a package is a folder. `run` is the folder of the run with the weights.
    """

    graph: str
    name: str
    origin: str
    output: str
    run: str = ""
    untrained: bool = False

    @property
    def package(self) -> bool:
        """Whether a folder is to be written."""
        return Path(self.output).suffix.lower() not in (*TORCH_FILES, *SCRIPTS)

    @property
    def line(self) -> str:
        """The order as it is sent."""
        return json.dumps(asdict(self))


def read(line: str) -> Order:
    """An order as it was sent."""
    found: dict[str, Any] = json.loads(line)
    return Order(**found)
