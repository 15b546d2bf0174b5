"""How long a full check takes: a residual network of 1,000 nodes, in CPU time, beside itself as a control."""

import statistics
import time

from runtime.check.check import check
from runtime.graph.model import Edge, Graph, Node, end

BLOCKS, ROUNDS = 332, 7


def residual(blocks: int) -> Graph:
    """Blocks of Linear, ReLU and a sum with what came in, between a dataset and an optimizer."""
    nodes = {
        "noise": Node("noise", "data.Noise", {"fields": {"x": "float32[32]", "label": "int64[]"}}),
        "batches": Node("batches", "Collate", {"fields": ["x", "label"]}),
    }
    wires = [("noise.x", "batches.x"), ("noise.label", "batches.label")]
    last = "batches.x"
    for at in range(blocks):
        linear, relu, added = f"linear_{at}", f"relu_{at}", f"added_{at}"
        nodes[linear] = Node(linear, "nn.Linear", {"out_features": 32})
        nodes[relu] = Node(relu, "nn.ReLU")
        nodes[added] = Node(added, "torch.add")
        wires += [(last, f"{linear}.input"), (f"{linear}.output", f"{relu}.input")]
        wires += [(f"{relu}.output", f"{added}.input"), (last, f"{added}.other")]
        last = f"{added}.output"
    nodes["head"] = Node("head", "nn.Linear", {"out_features": 10})
    nodes["loss"] = Node("loss", "nn.CrossEntropyLoss")
    nodes["adamw"] = Node("adamw", "optim.AdamW")
    wires += [(last, "head.input"), ("head.output", "loss.input")]
    wires += [("batches.label", "loss.target"), ("loss.output", "adamw.loss")]
    return Graph(nodes, tuple(Edge(end(source), end(target)) for source, target in wires))


def seconds(graph: Graph) -> float:
    """CPU time of one check of a graph of which nothing is known yet."""
    fresh = Graph(graph.nodes, graph.edges)
    start = time.process_time()
    check(fresh)
    return time.process_time() - start


def measure(blocks: int = BLOCKS, rounds: int = ROUNDS) -> None:
    """Print median and best, interleaved with the same again."""
    graph = residual(blocks)
    pairs = [(seconds(graph), seconds(graph)) for _ in range(rounds)]
    for name, times in zip(("full check", "the same again (control)"), zip(*pairs, strict=True), strict=True):
        median, best = statistics.median(times) * 1000, min(times) * 1000
        print(f"{name:26} {len(graph.nodes)} nodes: median {median:5.1f} ms, best {best:5.1f} ms")


def main() -> None:
    """What ``python -m tests.bench`` calls."""
    measure()


if __name__ == "__main__":
    main()
