"""Where the nodes of a pipeline that is added stand beside what is there."""

from editor.dropping.placing import BELOW, placed
from runtime.graph.edit import applied
from runtime.graph.model import Graph


def test_that_new_nodes_stand_below_notes_and_frames_too() -> None:
    graph = applied(Graph(), [("frame", "note", {"text": "Birds", "rect": (-50, -80, 400, 300)})])
    after = applied(graph, placed(graph, [("add", "relu", "nn.ReLU", {}, (0.0, 0.0))]))
    assert after.layout["relu"] == (-50, 220 + BELOW)
