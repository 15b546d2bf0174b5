"""Rules and torch agree on random graphs of all families, in shape, dtype and verdict: few always, many in a soak."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from tests.runtime.generate.agreement import verdicts
from tests.runtime.generate.random_graphs import random_graph
from tests.runtime.generate.shrunk import shrunk

PART, ALWAYS, ALL = 100, 2, 100  # graphs in a part, parts that always run, and those of the soak: 200 and 10,000


@pytest.fixture(autouse=True)
def _threads_as_before() -> Iterator[None]:
    """A program sets the threads of its process, and tensors are tiny here."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def wrong(graph: Graph, folder: Path) -> str:
    """What rules and torch do not agree about."""
    return next((words for kind, words in verdicts(graph, folder, "smaller") if kind == "WRONG"), "")


def fuzzed(seeds: range, folder: Path, record: Callable[[str, object], None]) -> None:
    """Check, generate and run the graph of every seed."""
    counts: Counter[str] = Counter()
    types: Counter[str] = Counter()
    found = []
    for seed in seeds:
        graph = random_graph(seed)
        types.update(node.type for node in graph.nodes.values())
        kinds = list(verdicts(graph, folder, "graph"))
        counts.update(kind for kind, _ in kinds)
        if any(kind == "WRONG" for kind, _ in kinds):
            smaller = shrunk(graph, lambda each: bool(wrong(each, folder)))
            found.append(f"seed {seed}: {wrong(smaller, folder)}\n{dump(smaller)}")
    told = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
    print(f"{len(seeds)} random graphs, {types.total()} nodes of {len(types)} types: {told}")
    for kind, count in {"drawn": len(seeds), **counts}.items():
        record(f"random graphs: {kind}", count)
    assert not found, "\n\n".join(found)
    assert counts["trains"] > len(seeds) // 3
    assert counts["both refuse"] > len(seeds) // 10


PARTS = [pytest.param(part, marks=() if part < ALWAYS else pytest.mark.soak) for part in range(ALL)]


@pytest.mark.parametrize("part", PARTS)
def test_that_rules_and_torch_agree_on_random_graphs(
    part: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    fuzzed(range(part * PART, (part + 1) * PART), tmp_path, record_property)


def test_that_random_graphs_are_the_same_for_the_same_seed_and_can_be_saved() -> None:
    graphs = [random_graph(seed) for seed in range(20)]
    assert graphs == [random_graph(seed) for seed in range(20)]
    assert [load(dump(graph).encode()) for graph in graphs] == graphs


def test_that_a_graph_that_fails_is_shrunk_to_what_fails() -> None:
    graph = next(g for g in map(random_graph, range(100)) if any(n.type == "nn.Linear" for n in g.nodes.values()))
    smaller = shrunk(graph, lambda each: any(node.type == "nn.Linear" for node in each.nodes.values()))
    assert [node.type for node in smaller.nodes.values()] == ["nn.Linear"]
