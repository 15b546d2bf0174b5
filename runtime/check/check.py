"""Check a graph: a type for every port, and every problem with node, port, a sentence and repairs that were tried."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from runtime.check import (
    batches,
    datasets,
    few,
    finish,
    gradient,
    large,
    layers,
    lengths,
    matrices,
    neighbours,
    order,
    own,
    pictures,
    reach,
    repair,
    retold,
    room,
    scores,
    settings,
    sharing,
    split,
    types,
    untrained,
    use,
    weights,
    wires,
)
from runtime.check.card import Card
from runtime.check.problem import ERROR, OPEN, REMOVE, WARNING, Problem, Report
from runtime.check.through import at_wires
from runtime.check.walk import NEAR, Told, Walk
from runtime.graph.bypass import joined, passed
from runtime.graph.collecting import not_collecting
from runtime.graph.model import Graph, Node
from runtime.graph.names import fields_in
from runtime.graph.touched import Touched, touched
from runtime.spec.named import MODEL
from runtime.spec.node import Spec
from runtime.spec.own import FUNCTION, MODULE
from runtime.spec.tensor import Type

FEW = 500  # problems; a graph with more was not drawn by a person, and every trial checks it again
MOST_AROUND = 1_000  # wires at one node; the same
MANY_TOUCHED = 0.5  # of the nodes; then to look at everything is quicker
KEYS = frozenset({"shares", "weights"})  # at nodes, where others than the node itself have to do with them
USUAL = frozenset({"layer", "transform", "join", "definition"})  # families of which a graph may have thousands


class Checker:
    """Checks graphs one after another; only what an edit touched, and what follows from it, is looked at again.

    A definition is checked for the types that are `given` at its inputs.
    """

    def __init__(self, given: Mapping[str, Type] | None = None) -> None:
        self.given = given
        self.cards: Mapping[str, Card] = {}  # what is known of files of weights, by their paths in the graph
        self.walk: Walk | None = None

    def check(self, graph: Graph, repairs: bool = True) -> Report:
        """The report on a graph. Without `repairs` none are tried, which is what trying a repair itself does."""
        with not_collecting():
            return self._checked(graph, repairs)

    def _checked(self, graph: Graph, repairs: bool) -> Report:
        whole, graph = graph, passed(graph)
        before, self.walk = self.walk, walked(graph, self.walk, self.given, self.cards)
        walk, found = self.walk, _sorted(self.walk)
        problems = [problem for problem, _ in found]
        if repairs and found and len(found) <= FEW and not _crowded(graph):
            # What mends a graph leads back to what it was like, so trials begin there.
            trial = repair.Trial(graph, before or walk, problems, walk)
            problems = repair.one_cause(trial, [repair.tried(trial, at, steps) for at, (_, steps) in enumerate(found)])
        if repairs:
            problems = [_with_advice(problem) for problem in problems]
        if graph is not whole:
            drawn = joined(whole)
            problems = [at_wires(problem, drawn, whole, graph) for problem in problems]
        return Report(walk.types, tuple(problems), walk.inferred, walk.sides, walk.order, walk.matches)

    def forget(self) -> None:
        """The next check looks at everything anew: something was learned that is in no graph."""
        self.walk = None
        use.forget()


def check(graph: Graph, cards: Mapping[str, Card] | None = None) -> Report:
    """The report on a graph; `cards` say what is known of the files of weights that it names."""
    checker = Checker()
    checker.cards = cards or {}
    return checker.check(graph)


def walked(
    graph: Graph,
    before: Walk | None,
    given: Mapping[str, Type] | None = None,
    cards: Mapping[str, Card] | None = None,
) -> Walk:
    """All that is known of a graph, beginning with what is known of an earlier one; so are cards, unless given."""
    if cards is None:
        cards = before.cards if before else {}
    left = weights.left(graph, cards)
    if before and (
        before.cards != cards or before.left != left or before.graph.extra.get("weights") != graph.extra.get("weights")
    ):
        before = None  # all layers may be touched
    change = touched(before.graph, graph) if before else None
    if before is None or change is None or not _alike(before, graph, change):
        return _fresh(graph, before, given, cards)
    walk, near = before.after(graph), change.all
    for id in near:
        _forget(walk, id)
    if change.moved:
        walk.place = {id: at for at, id in enumerate(graph.nodes)}
    _look(walk, near)
    shared = any(graph.nodes[id].shares in change.moved for id in walk.special if id in graph.nodes)
    if shared or any(_flows_otherwise(before.graph.nodes.get(id), graph.nodes.get(id)) for id in near):
        walk.reach, walk.cuts = {}, None
    elif change.rewired:
        reach.doubt(walk, near.union(*(graph.sources.get(id, ()) for id in near)), walk.reach.keys())
    special = {id for id in before.special if id not in near} | {id for id in near if _is_special(walk, id)}
    walk.special = tuple(sorted(special, key=walk.place.__getitem__))
    seen = near.union(*(each.targets.get(id, ()) for id in near for each in (before.graph, graph)))
    walk.stacked = (before.stacked - seen) | {id for id in seen if layers.stacked(graph, id)}
    turned = order.follow(walk, before, change)
    if walk.cyclic:
        return _fresh(graph, before, given, cards)
    again = {id for stage in NEAR for id in before.told[stage]}  # repairs may name what is new or gone
    for id in near:
        if walk.names.get(id) != before.names.get(id):
            again.update(graph.targets.get(id, ()))
    return _finished(walk, (near | turned | again) & graph.nodes.keys(), near)


def _alike(before: Walk, graph: Graph, change: Touched) -> bool:
    """Whether what is known of the earlier graph is of use: no cycle, the same fields, most of it as it was."""
    if before.cyclic or before.dangling or before.graph.definitions is not graph.definitions or not change.in_order:
        return False
    near = change.all
    if len(near) > MANY_TOUCHED * len(graph.nodes):
        return False
    either = [nodes[id].type for id in near for nodes in (before.graph.nodes, graph.nodes) if id in nodes]
    if any(id not in graph.nodes and id in graph.around for id in near):
        return False
    return "Collate" not in either or before.fields == fields_in(graph)


def _crowded(graph: Graph) -> bool:
    """Whether so many wires meet at a node that to try repairs takes long."""
    return max(map(len, graph.around.values()), default=0) > MOST_AROUND


def _flows_otherwise(old: Node | None, new: Node | None) -> bool:
    """Whether a node that stays may have other layers upstream, or be another one."""
    return old is not None and new is not None and (old.type != new.type or old.extra != new.extra)


def _of_few(spec: Spec | None) -> bool:
    """Whether nodes of a type are looked at for the whole graph: graphs have few of them."""
    if spec is None:
        return False
    own = spec.type in (FUNCTION, MODULE, MODEL)
    return spec.family not in USUAL or spec.at_random or spec.moves_rows or own


def _is_special(walk: Walk, id: str) -> bool:
    """Whether a node is one of these, or others than itself have to do with its keys."""
    node, spec = walk.graph.nodes.get(id), walk.specs.get(id)
    return node is not None and spec is not None and (_of_few(spec) or not KEYS.isdisjoint(node.extra))


def _fresh(graph: Graph, before: Walk | None, given: Mapping[str, Type] | None, cards: Mapping[str, Card]) -> Walk:
    walk = Walk(graph, given, use.known(graph), memo=dict(before.memo) if before else {}, cards=cards)
    walk.left = weights.left(graph, cards)
    walk.place = {id: at for at, id in enumerate(graph.nodes)}
    walk.fields = fields_in(graph)
    _look(walk, graph.nodes)
    walk.order, walk.cyclic = order.ordered(graph, walk.place)
    walk.rank = {id: at for at, id in enumerate(walk.order)}
    few = {type for type in {node.type for node in graph.nodes.values()} if _of_few(walk.known.get(type))}
    asked = [id for id, node in graph.nodes.items() if node.extra or node.type in few]
    walk.special = tuple(id for id in asked if _is_special(walk, id))
    linear = [id for id, node in graph.nodes.items() if node.type == layers.LINEAR]
    walk.stacked = frozenset(id for id in linear if layers.stacked(graph, id))
    if graph.around.keys() - graph.nodes.keys():
        walk.dangling = tuple(edge for edge in graph.edges if not any(end.node in graph.nodes for end in edge))
    walk.sides = order.sides(graph, walk.order, {id: spec.side for id, spec in walk.specs.items()})
    return _finished(walk, graph.nodes, None)


def _forget(walk: Walk, id: str) -> None:
    for known in (walk.specs, walk.ports, walk.names):
        known.pop(id, None)
    if id not in walk.graph.nodes:
        types.forget(walk, id)
        walk.blocked.discard(id)
        for stage in NEAR:
            walk.told[stage].pop(id, None)


def _look(walk: Walk, ids: Iterable[str]) -> None:
    """Find the node types and ports of these nodes."""
    nodes = walk.graph.nodes
    for id in ids:
        if id in nodes and (spec := walk.known.get(nodes[id].type)):
            walk.specs[id], walk.ports[id] = spec, spec.same_ports or spec.ports(nodes[id].parameters)
    walk.ports |= wires.placeholders(walk.graph, walk.ports, ids)
    for id in ids:
        if id in nodes:
            walk.names[id] = wires.names(walk.ports[id], walk.specs.get(id))


def _finished(walk: Walk, ids: Collection[str], dirty: frozenset[str] | None) -> Walk:
    """Look at these nodes, work out the types behind the `dirty` ones (None: all), and look at the whole."""
    blocked = set(walk.blocked)
    walk.blocked.difference_update(ids)
    wires.examine(walk, ids)
    own.examine_fields(walk, ids)
    use.examine(walk, ids)
    wires.examine_whole(walk)
    own.examine_texts(walk)
    settings.examine(walk)
    types.work_out(walk, None if dirty is None else dirty | (blocked ^ walk.blocked))
    datasets.examine(walk)
    split.examine(walk)
    retold.examine(walk)
    sharing.examine(walk)
    weights.examine(walk)
    finish.examine_ports(walk, ids)
    finish.examine(walk)
    untrained.examine(walk)
    gradient.examine(walk)
    layers.examine(walk)
    batches.examine(walk)
    few.examine(walk)
    large.examine(walk)
    neighbours.examine(walk)
    pictures.examine(walk)
    scores.examine(walk)
    if walk.given is None:
        matrices.examine(walk)
        lengths.examine(walk)
        room.examine(walk)
    return walk


def _sorted(walk: Walk) -> list[Told]:
    """Errors, then warnings, then open ends, each in the order of the graph."""
    rank = {ERROR: 0, WARNING: 1, OPEN: 2}
    found = [told for by_node in walk.told.values() for group in by_node.values() for told in group]
    return sorted(found, key=lambda told: (rank[told[0].severity], walk.place.get(told[0].node, -1)))


def _with_advice(problem: Problem) -> Problem:
    """Say what to do: the first repair, as the end of the sentence; to take a wire away is a way out, no advice."""
    if problem.severity == OPEN:
        return replace(problem, message=f"{problem.message}.")
    advice = f" {problem.repairs[0].label}." if problem.repairs and problem.repairs[0].label != REMOVE else ""
    return replace(problem, message=f"{problem.message}.{advice}")
