"""Graphs and values as Hypothesis draws them: any text that a file can hold, any JSON, any edits."""

from typing import Any

from hypothesis import strategies as st

from runtime.graph.edit import Edit
from runtime.graph.file import KEYS, NODE_KEYS
from runtime.graph.model import FARTHEST, Edge, End, Graph, Node

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.sampled_from(["a", "b", "c", "long_name", "ä", "with space", "x.y", ""]) | TEXT
PORTS = st.sampled_from(["input", "output", "loss"]) | TEXT.filter(lambda text: "." not in text)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
POSITIONS = st.tuples(*[st.floats(-FARTHEST, FARTHEST)] * 2)
ENDS = st.builds(End, NAMES, PORTS)
EDGES = st.lists(st.builds(Edge, ENDS, ENDS), max_size=6, unique=True).map(tuple)


def unknown(known: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Fields that this version does not know, and those that it only keeps."""
    names = st.sampled_from(["note", "bypass", "name", "frames", "bends", "colour"]) | TEXT
    return st.dictionaries(names.filter(lambda name: name not in known), JSON, max_size=3)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph that a file can hold, sound or not, with definitions."""
    definitions = draw(st.dictionaries(NAMES, drawings(("note", "parameters", "nodes", "edges", "layout")), max_size=2))
    parameters = {name: draw(st.dictionaries(TEXT, JSON, max_size=2)) for name in definitions}
    graph = draw(drawings(("format", "version", "nodes", "edges", "run", "layout", "definitions")))
    return graph.with_(
        run=draw(st.dictionaries(TEXT, JSON, max_size=3)),
        definitions={name: each.with_(parameters=parameters[name]) for name, each in definitions.items()},
    )


@st.composite
def drawings(draw: st.DrawFn, known: tuple[str, ...]) -> Graph:
    """What graphs and definitions have in common; `known` are the keys that are no unknown fields."""
    ids = draw(st.lists(NAMES, max_size=4, unique=True))
    parameters = st.dictionaries(TEXT, JSON, max_size=3)
    extra = unknown(("type", "parameters"))
    nodes = {
        id: Node(id, draw(st.sampled_from(["nn.Linear", "x"]) | TEXT), draw(parameters), draw(extra)) for id in ids
    }
    return Graph(
        nodes,
        draw(EDGES),
        layout=draw(st.dictionaries(NAMES, POSITIONS, max_size=3)),
        extra=draw(unknown(known)),
    )


@st.composite
def shuffled(draw: st.DrawFn, graph: Graph) -> Graph:
    """The same graph with its keys in an order that a later version may have chosen."""
    order = draw(st.permutations(list(dict.fromkeys([*KEYS, *graph.extra]))))
    nodes = {
        id: Node(
            id,
            node.type,
            node.parameters,
            node.extra,
            tuple(draw(st.permutations(list(dict.fromkeys([*NODE_KEYS, *node.extra]))))),
        )
        for id, node in graph.nodes.items()
    }
    return graph.with_(nodes=nodes, keys=tuple(order))


FRAMES = st.fixed_dictionaries({}, optional={"rect": st.tuples(*[NUMBERS] * 4), "title": TEXT, "colour": JSON})
SOURCES = st.fixed_dictionaries({"path": NAMES}, optional={"prefix": NAMES, "names": st.dictionaries(NAMES, NAMES)})


def edits(graph: Graph) -> st.SearchStrategy[Edit]:
    """One edit that fits the graph."""
    fresh = NAMES.filter(lambda name: name not in graph.nodes)
    ends, added = ENDS.map(str), st.tuples(st.just("add"), fresh, NAMES, st.dictionaries(NAMES, JSON, max_size=2))
    choices: list[st.SearchStrategy[Any]] = [
        st.tuples(added, POSITIONS).map(lambda pair: (*pair[0], pair[1])),
        added,
        st.tuples(st.sampled_from(["connect", "replace", "disconnect"]), ends, ends),
        st.tuples(st.just("run"), NAMES, JSON),
        st.tuples(st.just("bend"), ends, ends, st.lists(POSITIONS, max_size=2)),
        st.tuples(st.just("frame"), NAMES, FRAMES),
    ]
    if graph.edges:
        edge = st.sampled_from(graph.edges)
        choices.append(edge.map(lambda e: ("disconnect", str(e.source), str(e.target))))
        choices.append(
            st.tuples(fresh, edge).map(
                lambda p: ("insert", p[0], "t", {}, str(p[1].source), str(p[1].target), "i", "o")
            )
        )
    if graph.nodes:
        ids = st.sampled_from(list(graph.nodes))
        choices += [
            st.tuples(st.just("remove"), ids),
            st.tuples(st.just("set"), ids, NAMES, JSON),
            st.tuples(st.just("unset"), ids, NAMES),
            st.tuples(st.just("rename"), ids, fresh),
            st.tuples(st.just("port"), ids, PORTS, PORTS),
            st.tuples(st.just("move"), ids, POSITIONS),
            st.tuples(st.just("note"), ids, TEXT),
            st.tuples(st.just("share"), ids, st.none() | NAMES),
            st.tuples(st.just("freeze"), ids, st.booleans()),
            st.tuples(st.just("weights"), st.none() | ids, st.none() | JSON | SOURCES),
        ]
    if graph.definitions:
        named = st.sampled_from(list(graph.definitions))
        choices.append(named.flatmap(lambda name: edits(graph.definitions[name]).map(lambda edit: ("in", name, edit))))
    return st.one_of(choices)
