"""Edits that a graph can take, of every verb that there is, drawn from dice."""

from collections.abc import Callable, Sequence
from typing import Any

from runtime.graph.edit import DEFINITION, PORTS, Edit
from runtime.graph.frames import frames
from runtime.graph.model import Graph
from tests.editor.random.dice import Dice

MOST = 24  # nodes; in a larger graph an operation that would add one removes one
TYPES: Sequence[tuple[str, dict[str, Any]]] = (
    ("nn.Linear", {"out_features": 5}),
    ("nn.ReLU", {}),
    ("torch.cat", {"dim": 1}),
    ("Collate", {"fields": ["image", "label"]}),
    ("data.Digits", {}),
    ("data.Table", {"path": "some/rows.csv"}),
    ("nn.CrossEntropyLoss", {}),
    ("optim.AdamW", {"lr": 0.002}),
    ("nn.Flatten", {}),
    ("Output", {}),
    ("not.Known", {"x": [1, 1.0, True, None, {"deep": ["ä\u2028\n"]}]}),
)
SETTINGS: Sequence[tuple[str, Sequence[Any]]] = (
    ("out_features", (1, 7, 7.0, True, "nonsense", None, 2**63 - 1, -1)),
    ("fields", (["image"], ["label", "image"], ["image", "label", "x"], [], "nonsense")),
    ("layers", (["n1", "n2"], ["n3"], [], "n1", None)),
    ("dim", (0, 1, -1)),
    ("bias", (False, True)),
    ("lr", (0.1, 1, 1.0, 1e-300, {"parameter": "rate"})),
    ("path", ("rows.csv", "../rows.csv", "/rows.csv", "")),
    ("repeat", (1, 3)),
    ("x y", ("", [], {}, {"b": 1, "a": 2}, {"a": 2, "b": 1})),
)
OUTPUTS, INPUTS = ("output", "image", "label", "x", "odd"), ("input", "tensors", "image", "label", "loss", "target")
NOTES = ("", "a note", "two\nlines", "a\u2028b\r\nc\td", "\u202eodd\x00\x7f\U0001f600")
WEIGHTS = (None, {"path": "weights.pt"}, {"path": "../w.pt", "prefix": "a.", "names": {"n1": "b"}}, "nonsense")
Drawn = Callable[[Graph, Dice], list[Edit]]


def name(dice: Dice) -> str:
    """A name for a node, of few that there are, so that they meet again."""
    return f"n{dice.below(60)}"


def fresh(graph: Graph, dice: Dice) -> str:
    """A name that no node of the graph has."""
    at = dice.below(60)
    while f"n{at}" in graph.nodes:
        at += 1
    return f"n{at}"


def place(dice: Dice) -> tuple[float, float]:
    """A position, now and then one that cannot be."""
    x, y = 10.0 * dice.below(90), dice.below(600) / 3
    return (x, y) if dice.below(50) else (x * 1e9, -0.0)


def node(graph: Graph, dice: Dice) -> str:
    """A node that is there."""
    return dice.pick(list(graph.nodes))


def source(graph: Graph, dice: Dice) -> str:
    """An end where a wire may begin."""
    return f"{node(graph, dice)}.{dice.pick(OUTPUTS)}"


def target(graph: Graph, dice: Dice) -> str:
    """An end where a wire may end."""
    return f"{node(graph, dice)}.{dice.pick(INPUTS)}"


def kind(graph: Graph, dice: Dice) -> tuple[str, dict[str, Any]]:
    """A node type, a use of a definition among them, and parameters."""
    if graph.definitions and not dice.below(4):
        return DEFINITION + dice.pick(list(graph.definitions)), {}
    return dice.pick(TYPES)


def _add(graph: Graph, dice: Dice) -> list[Edit]:
    if len(graph.nodes) >= MOST:
        return _remove(graph, dice)
    made: Edit = ("add", fresh(graph, dice), *kind(graph, dice))
    return [dice.pick([(*made, place(dice)), (*made, place(dice)), made, (*made, None, {"note": "a", "odd": [1]})])]


def _remove(graph: Graph, dice: Dice) -> list[Edit]:
    return [("remove", id) for id in dice.some(list(graph.nodes), 2)]


def _wire(graph: Graph, dice: Dice) -> list[Edit]:
    return [(dice.pick(("connect", "connect", "replace")), source(graph, dice), target(graph, dice))]


def _cut(graph: Graph, dice: Dice) -> list[Edit]:
    if not graph.edges:
        return [("disconnect", source(graph, dice), target(graph, dice))]
    return [("disconnect", *map(str, dice.pick(graph.edges)))]


def _lead(graph: Graph, dice: Dice) -> list[Edit]:
    return (
        [("lead", *map(str, dice.pick(graph.edges)), source(graph, dice), target(graph, dice))] if graph.edges else []
    )


def _insert(graph: Graph, dice: Dice) -> list[Edit]:
    if not graph.edges or len(graph.nodes) >= MOST:
        return []
    ends = map(str, dice.pick(graph.edges))
    return [("insert", fresh(graph, dice), *kind(graph, dice), *ends, dice.pick(INPUTS), dice.pick(OUTPUTS))]


def _set(graph: Graph, dice: Dice) -> list[Edit]:
    key, values = dice.pick(SETTINGS)
    return [("set", node(graph, dice), key, dice.pick(values))]


def _unset(graph: Graph, dice: Dice) -> list[Edit]:
    id = node(graph, dice)
    return [("unset", id, dice.pick([*graph.nodes[id].parameters, "dim"]))]


def _retype(graph: Graph, dice: Dice) -> list[Edit]:
    return [("retype", node(graph, dice), *kind(graph, dice))]


def _rename(graph: Graph, dice: Dice) -> list[Edit]:
    return [("rename", node(graph, dice), fresh(graph, dice))]


def _port(graph: Graph, dice: Dice) -> list[Edit]:
    if not graph.edges:
        return []
    end = dice.pick(dice.pick(graph.edges))
    return [("port", end.node, end.port, dice.pick(OUTPUTS + INPUTS))]


def _extra(graph: Graph, dice: Dice) -> list[Edit]:
    """What a node carries beside its parameters."""
    id = node(graph, dice)
    edits: list[Edit] = [
        ("note", id, dice.pick(NOTES)),
        ("share", id, dice.pick([None, node(graph, dice), name(dice)])),
        ("freeze", id, not dice.below(2)),
        ("bypass", id, dice.pick([None, *INPUTS])),
        ("weights", dice.pick([id, None]), dice.pick(WEIGHTS)),
    ]
    return [dice.pick(edits)]


def _before(graph: Graph, dice: Dice) -> list[Edit]:
    return [("before", node(graph, dice), dice.pick([None, node(graph, dice)]))]


def _move(graph: Graph, dice: Dice) -> list[Edit]:
    return [("move", id, place(dice)) for id in dice.some(list(graph.nodes), 3)]


def _run(graph: Graph, dice: Dice) -> list[Edit]:
    del graph
    return [("run", dice.pick(("epochs", "seed", "device", "odd key")), dice.pick((1, 5, 1.0, "cpu", None, [1], True)))]


def _frame(graph: Graph, dice: Dice) -> list[Edit]:
    """A frame that is new, or other sides of one; or none any more."""
    known = list(frames(graph))
    if known and not dice.below(3):
        return [("unframe", dice.pick(known))]
    sides: list[dict[str, Any]] = [
        {"title": dice.pick(NOTES)},
        {"colour": dice.pick(("red", "grey"))},
        {"text": dice.pick(NOTES)},
        {},
    ]
    return [("frame", f"f{dice.below(4)}", {"rect": (*place(dice), 90.0, 200.0 / 3), **dice.pick(sides)})]


def _bend(graph: Graph, dice: Dice) -> list[Edit]:
    if not graph.edges:
        return []
    dots = [place(dice) for _ in range(dice.below(3))]
    return [("bend", *map(str, dice.pick(graph.edges)), dots)]


DRAWN: Sequence[Drawn] = (
    *(_add,) * 3, _remove, *(_wire,) * 4, _cut, _lead, _insert, *(_set,) * 3, _unset, _retype, _rename, _port,
    *(_extra,) * 2, _before, *(_move,) * 3, _run, _frame, _bend,
)  # fmt: skip
ANYWHERE: Sequence[Drawn] = (_add, _run)  # what an empty graph can take


def drawn(graph: Graph, dice: Dice) -> list[Edit]:
    """An edit, or a few of a kind, that the graph can take."""
    return dice.pick(DRAWN if graph.nodes else ANYWHERE)(graph, dice)


def in_a_definition(graph: Graph, dice: Dice) -> list[Edit]:
    """An edit of a definition, or another definition in its place; a port of it among what is renamed and removed."""
    if not graph.definitions:
        return []
    called = dice.pick(list(graph.definitions))
    inside = graph.definitions[called]
    ports = [id for id, each in inside.nodes.items() if each.type in PORTS]
    if ports and not dice.below(4):
        port = dice.pick(ports)
        edit: Edit = dice.pick([("remove", port), ("rename", port, fresh(inside, dice))])
        return [("in", called, edit)]
    if not dice.below(8):
        return [("define", called, dice.pick(list(graph.definitions.values())))]
    return [("in", called, edit) for edit in drawn(inside, dice) if edit[0] != "run"]
