"""Random nodes of random graphs are grouped and dissolved: types, program and wires are as they were."""

from collections import Counter
from random import Random

import pytest

from runtime.check.check import check
from runtime.check.problem import Report
from runtime.define.change import Refused
from runtime.define.dissolve import dissolved
from runtime.define.group import grouped
from runtime.generate.program import generate
from runtime.graph.file import dump, load
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from tests.runtime.generate.random_graphs import random_graph

PART = 10  # graphs
PARTS = [pytest.param(part, marks=() if part < 1 else pytest.mark.soak) for part in range(100)]


def some_of(graph: Graph, random: Random) -> list[str]:
    """A few nodes of the model that hang together."""
    families = {id: catalogue()[node.type].family for id, node in graph.nodes.items()}
    layers = [id for id, family in families.items() if family in ("layer", "join", "transform")]
    if not layers:
        return []
    chosen = {random.choice(layers)}
    for _ in range(random.randrange(6)):
        near = [id for one in chosen for id in (*graph.sources[one], *graph.targets[one]) if id in layers]
        chosen |= {random.choice(near)} if near else set()
    return sorted(chosen)


def types_in(graph: Graph, report: Report) -> dict[End, str]:
    """The types of all outputs."""
    ends = {edge.source for edge in graph.edges}
    return {end: str(report.types[end]) for end in ends if end in report.types}


@pytest.mark.parametrize("part", PARTS)
def test_that_groups_of_random_graphs_are_the_same_and_come_back(part: int) -> None:
    counts: Counter[str] = Counter()
    for seed in range(part * PART, (part + 1) * PART):
        graph, random = random_graph(seed), Random(seed)
        before = check(graph)
        ids = some_of(graph, random)
        twice = len(set(graph.edges)) < len(graph.edges)  # which no file can hold
        if not ids or twice or not before.sound:
            continue
        try:
            found = grouped(graph, before, ids, dict.fromkeys(graph.nodes, (0.0, 0.0)))
        except Refused as refused:
            counts[str(refused).partition(" ")[2][:30]] += 1
            continue
        counts["grouped"] += 1
        after = check(found.level)
        assert after.sound, (seed, ids, after.problems)
        was, now = types_in(graph, before), types_in(found.level, after)
        assert {end: now[end] for end in now if end in was} == {end: was[end] for end in now if end in was}, seed
        assert generate(found.level, after, "g.json").text
        assert load(dump(found.level).encode()) == found.level
        back = dissolved(found.level, found.use, {}, (0.0, 0.0)).level
        assert dict(back.nodes) == dict(graph.nodes), seed
        assert back.incoming == graph.incoming, seed
    print(counts)
    assert counts["grouped"] > PART // 10
