"""What tests of exports share: the examples as orders, and graphs of tests as a process gets them."""

import json
from pathlib import Path
from typing import Any

from runtime.check.check import check
from runtime.check.problem import Report
from runtime.export.order import Order
from runtime.export.taken import Taken, made
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from tests.runtime.commands import EXAMPLES
from tests.runtime.generate.cases import FOLDER, graph_of

NAMES = sorted(file.stem for file in EXAMPLES.glob("*.json"))


def example(name: str) -> tuple[Graph, Report]:
    """The graph of an example, and its report."""
    graph = load((EXAMPLES / f"{name}.json").read_bytes())
    return graph, check(graph)


def order_of(name: str, output: Path, **more: Any) -> Order:
    """The order to export an example untrained."""
    graph, _ = example(name)
    return Order(dump(graph), f"{name}.json", str(EXAMPLES), str(output), **({"untrained": True} | more))


def untrained(name: str) -> tuple[Taken, Report]:
    """The model of an example as it begins."""
    graph, report = example(name)
    return made(graph, report, f"{name}.json", EXAMPLES), report


def with_function(*lines: str) -> Graph:
    """The case of own nodes whose function is another one."""
    source = {"function": [*lines], "outputs": {"output": "float32[13]"}}
    return applied(graph_of("own_nodes"), [("set", "logged", "source", source)])


def case_order(graph: Graph, output: Path, **more: Any) -> Order:
    """The order to export a graph of tests, whose data is with the cases."""
    return Order(dump(graph), "case.json", str(FOLDER), str(output), **more)


def cells_of(text: str) -> dict[str, str]:
    """The cells with code of a notebook, in their order."""
    cells = json.loads(text)["cells"]
    return {each["id"]: "".join(each["source"]) for each in cells if each["cell_type"] == "code"}
