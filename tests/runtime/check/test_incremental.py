"""One Checker over many edits says what a fresh check says after each of them."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from runtime.check.check import Checker, check
from runtime.check.use import known
from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from tests.bench.check import residual
from tests.runtime.check.cases import setting

GRAPHS = Path(__file__).parents[2] / "graphs" / "problems"
EXAMPLES = sorted((Path(__file__).parents[3] / "resources" / "examples").glob("*.json"))
BROKEN = sorted(file for file in GRAPHS.glob("*.json") if ".expected" not in file.name)
EDITS, SOAKED = 45, 600  # three times from where a graph began
PARTS = 24


def ports(graph: Graph, side: int) -> list[str]:
    """Every input (side 0) or output (side 1) of the graph, as text."""
    specs = known(graph)
    return [
        f"{node.id}.{port.name}"
        for node in graph.nodes.values()
        if node.type in specs
        for port in specs[node.type].ports(node.parameters)[side]
    ]


def changed(graph: Graph, random: Random) -> Edit:
    """An edit that somebody could make, wise or not."""
    id = random.choice(list(graph.nodes))
    spec: Spec = known(graph)[graph.nodes[id].type]
    way = random.randrange(9)
    if way <= 2 and spec.parameters:
        parameter = random.choice(spec.parameters)
        value: Any = random.choice([setting(parameter, random), setting(parameter, random), "nonsense", None])
        return ("unset", id, parameter.name) if value is None else ("set", id, parameter.name, value)
    if way == 3 and graph.edges:
        edge = random.choice(graph.edges)
        return ("disconnect", str(edge.source), str(edge.target))
    if way in (4, 5) and ports(graph, 1) and ports(graph, 0):
        return (random.choice(["connect", "replace"]), random.choice(ports(graph, 1)), random.choice(ports(graph, 0)))
    if way == 6:
        made = random.choice([*catalogue().values()])
        return ("add", free_name(graph, made.called), made.type, dict(made.starts), (0, 0))
    if way == 7:
        return ("rename", id, free_name(graph, random.choice(["first", "second", "body"])))
    return ("remove", id) if len(graph.nodes) > 3 else ("note", id, "a note")


def edited(begin: Graph, seed: str, edits: int) -> None:
    """Edit a graph, again and again from where it began, and hold each check against a fresh one."""
    random, checker, graph = Random(seed), Checker(), begin
    for at in range(edits):
        if at % 15 == 0:
            graph = begin  # undo: what was known of nodes that come back is used again
        edit = changed(graph, random)
        graph = applied(graph, [edit])
        assert checker.check(graph) == check(graph.with_()), edit  # a copy has indices of its own


@pytest.mark.parametrize("edits", [EDITS, pytest.param(SOAKED, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", [*(file.stem for file in EXAMPLES), "residual"])
def test_that_a_check_after_an_edit_equals_a_fresh_check(name: str, edits: int) -> None:
    file = next((file for file in EXAMPLES if file.stem == name), None)
    begin = load(file.read_bytes()) if file else residual(18)
    edited(begin, name, edits)


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.soak) for part in range(1, PARTS))])
def test_that_it_does_so_in_graphs_with_problems(part: int) -> None:
    for file in BROKEN[part::PARTS]:
        graph = load(file.read_bytes())
        if graph.nodes and all(node.type in known(graph) for node in graph.nodes.values()):
            edited(graph, file.stem, 40)


def redrawn(graph: Graph, random: Random, name: str) -> list[Edit]:
    """An edit of a network that stays whole for the most part, so that it is known what each optimizer trains."""
    inner = [id for id in graph.nodes if id.startswith(("linear", "relu", "added", "fresh", "head"))]
    edge = random.choice([edge for edge in graph.edges if edge.target.node in inner])
    ends = str(edge.source), str(edge.target)
    made: list[tuple[str, dict[str, Any]]] = [("nn.Linear", {"out_features": 32}), ("Tensor.to", {"dtype": "int64"})]
    made += [(each, {}) for each in ("nn.GELU", "torch.argmax", "torch.detach")]
    layers = [id for id in inner if graph.nodes[id].type == "nn.Linear"]
    edits: list[Edit] = [
        ("insert", name, *random.choice(made), *ends, "input", "output"),
        ("replace", f"{random.choice([id for id in inner if id != 'head'])}.output", ends[1]),
        ("freeze", random.choice(layers), random.random() < 0.5),
        ("share", *random.sample(layers, 2)),
        ("set", "adamw", "layers", random.sample(layers, 2)),
        ("unset", "adamw", "layers"),
        ("disconnect", *ends),
    ]
    return [random.choice(edits)]


@pytest.mark.parametrize("optimizers", [1, 2])
def test_that_it_does_so_for_what_lies_upstream_of_losses(optimizers: int) -> None:
    random, checker, graph = Random(optimizers), Checker(), residual(3)
    if optimizers == 2:
        graph = applied(graph, [("add", "sgd", "optim.SGD", {}, (0, 0)), ("connect", "loss.output", "sgd.loss")])
    begin = graph
    for at in range(64):
        graph = graph if at % 8 else begin
        graph = applied(graph, redrawn(graph, random, f"fresh_{at}"))
        assert checker.check(graph) == check(graph.with_()), at


def test_that_a_node_of_another_age_stands_where_a_fresh_check_finds_it() -> None:
    begin = residual(2)
    checker = Checker()
    checker.check(begin)
    made_anew: list[Edit] = [("remove", "head"), ("add", "head", "nn.Linear", {"out_features": 9}, (0, 0))]
    wires: list[Edit] = [("connect", "added_1.output", "head.input"), ("connect", "head.output", "loss.input")]
    for way in [made_anew, made_anew + wires]:
        for graph in (applied(begin, way), begin):  # the second as undo does it
            assert checker.check(graph) == check(graph.with_())
    youngest_first = begin.with_(nodes=dict(reversed(list(begin.nodes.items()))))
    assert checker.check(youngest_first) == check(youngest_first.with_())


def test_that_only_what_changed_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, checker = residual(20), Checker()
    seen: list[object] = []
    checker.check(graph)
    declared = catalogue()["nn.Linear"].declared
    rule = declared.rule

    def noted(self: object, input: object) -> object:
        seen.append(input)
        return rule(self, input)

    monkeypatch.setattr(declared, "rule", noted)
    checker.check(graph)
    assert seen == []
    checker.check(applied(graph, [("set", "linear_7", "bias", False)]))
    assert len(seen) == 1
