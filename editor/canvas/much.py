"""How much of a graph is drawn."""

from collections import Counter

from runtime.graph.bends import bends
from runtime.graph.frames import frames
from runtime.graph.model import Graph

MOST_NODES, MOST_WIRES, MOST_WIRES_OF_A_NODE = 5_000, 10_000, 1_000  # more of them is drawn in no moment
MOST_FRAMES, MOST_DOTS = 1_000, 5_000


def too_much(graph: Graph) -> str:
    """Why a graph is not drawn: so much of it that the window would stand still, in a sentence; empty where it is."""
    nodes, wires = len(graph.nodes), len(graph.edges)
    if nodes > MOST_NODES or wires > MOST_WIRES:
        return (
            f"The graph has {nodes:,} nodes and {wires:,} wires; the window draws at most {MOST_NODES:,} and "
            f"{MOST_WIRES:,}. torchweave check and train take it."
        )
    boxes, dots = len(frames(graph)), sum(map(len, bends(graph).values()))
    if boxes > MOST_FRAMES or dots > MOST_DOTS:
        return (
            f"The graph has {boxes:,} frames and {dots:,} dots on wires; the window draws at most {MOST_FRAMES:,} and "
            f"{MOST_DOTS:,}. torchweave check and train take it."
        )
    ends = Counter(id for edge in graph.edges for id in dict.fromkeys((edge.source.node, edge.target.node)))
    most = max(ends, key=ends.__getitem__, default="")
    if ends[most] > MOST_WIRES_OF_A_NODE:
        return (
            f"{most[:40]} has {ends[most]:,} wires; the window draws at most {MOST_WIRES_OF_A_NODE:,} at a node. "
            "torchweave check and train take it."
        )
    return ""
