"""What is asked of an export, as one line of JSON between the window and the process that does it."""

import json
from dataclasses import asdict, dataclass
from typing import Any

TORCH_FILES = (".onnx", ".pt2")  # what torch writes; every other one is text
SCRIPTS = (".py", ".ipynb")


@dataclass(frozen=True)
class Order:
    """A sound graph as text and the name of its file, where its paths begin, and what is to be written.

    `output` ends as its format does, or is the folder of a package. `run` is that of the run with the weights.
    """

    graph: str
    name: str
    origin: str
    output: str
    run: str = ""
    untrained: bool = False
    package: bool = False

    @property
    def line(self) -> str:
        """The order as it is sent."""
        return json.dumps(asdict(self))


def read(line: str) -> Order:
    """An order as it was sent."""
    found: dict[str, Any] = json.loads(line)
    return Order(**found)
