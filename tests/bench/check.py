"""How long checks take, in CPU time: a residual network of 1,000 nodes, edits of it, and networks of other sizes.

Beside each stands the same again as a control; beside a full check also the same layers run by torch on meta tensors.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from random import Random

from runtime.check.check import Checker, check
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
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
        print(f"{name:26} {len(graph.nodes)} nodes: median {median:5.1f} ms, best {best:5.1f} ms (limit 20 ms)")


def on_meta(blocks: int = BLOCKS) -> None:
    """The same layers by torch itself on meta tensors, which is how types could be found without rules."""
    import torch
    from torch import nn

    layers = [nn.Linear(32, 32, device="meta") for _ in range(blocks)]
    value = torch.empty(7, 32, device="meta")
    for warm in (True, False):
        start, found = time.process_time(), value
        for layer in layers[:5] if warm else layers:
            found = torch.add(torch.relu(layer(found)), found)
    print(f"the same layers on meta tensors, one batch size: {1000 * (time.process_time() - start):5.1f} ms")


Kind = Callable[[Graph, int, Random], list[Edit]]


def _parameter(graph: Graph, at: int, random: Random) -> list[Edit]:
    choices: list[Edit] = [
        ("set", f"linear_{at}", "bias", False),
        ("set", f"linear_{at}", "out_features", random.choice([16, 31, 64])),
        ("set", f"added_{at}", "alpha", 2),
    ]
    return [random.choice(choices)]


def _wire(graph: Graph, at: int, random: Random) -> list[Edit]:
    wires = [(f"linear_{at}.output", f"relu_{at}.input"), (f"relu_{at}.output", f"added_{at}.input")]
    return [("disconnect", *random.choice(wires))]


def _node(graph: Graph, at: int, random: Random) -> list[Edit]:
    edge = (f"linear_{at}.output", f"relu_{at}.input")
    fresh: Edit = ("insert", "fresh", "nn.GELU", {}, *edge, "input", "output")
    return [random.choice([fresh, ("add", "fresh", "nn.Linear", {}), ("remove", f"relu_{at}")])]


def edits(blocks: int = BLOCKS, rounds: int = 40) -> None:
    """Each kind of edit at random places, the check after it alone; and one at the head of the network."""
    graph, random = residual(blocks), Random(0)
    kinds: dict[str, Kind] = {"parameter": _parameter, "wire": _wire, "node": _node}
    together: list[float] = []
    for name, kind in kinds.items():
        taken = [_after(graph, kind(graph, random.randrange(blocks), random)) for _ in range(rounds)]
        together += taken
        print(f"check after an edit, {name:9}: {_shares(taken)}")
    print(f"check after an edit, all kinds: {_shares(together)} (limits: median 1 ms, 95 % 5 ms)")
    head = [_after(graph, [("set", "linear_0", "out_features", 31)]) for _ in range(7)]
    print(f"check after an edit at the head: {_shares(head)} (limit 20 ms)")


def _after(graph: Graph, change: list[Edit]) -> float:
    checker = Checker()
    checker.check(graph)
    changed = applied(graph, change)
    start = time.process_time()
    checker.check(changed)
    return time.process_time() - start


def _shares(times: list[float]) -> str:
    found = sorted(1000 * each for each in times)
    return f"median {statistics.median(found):5.2f} ms, 95 % {found[int(0.95 * (len(found) - 1))]:5.2f} ms"


def sizes(rounds: int = 5) -> None:
    """Opening, checking and saving graphs of other sizes, in turn: the time for each node must stay what it is."""
    graphs = [residual(blocks) for blocks in (332, 1_000, 3_332)]
    texts = [dump(graph).encode() for graph in graphs]
    taken: dict[tuple[int, str], list[float]] = {}
    for _ in range(rounds):
        for at, graph in enumerate(graphs):
            steps: dict[str, Callable[[], object]] = {
                "open": partial(load, texts[at]), "check": partial(seconds, graph), "save": partial(dump, graph)
            }  # fmt: skip
            for name, step in steps.items():
                start = time.process_time()
                step()
                taken.setdefault((at, name), []).append((time.process_time() - start) / len(graph.nodes))
    for at, graph in enumerate(graphs):
        told = [f"{name} {1e6 * statistics.median(taken[at, name]):5.1f}" for name in ("open", "check", "save")]
        print(f"{len(graph.nodes):6} nodes, median microseconds a node: {', '.join(told)}")


def million() -> float:
    """CPU time of a loop of a million steps: how quick the machine is at the moment."""
    start = time.process_time()
    for _ in range(1_000_000):
        pass
    return 1000 * (time.process_time() - start)


def main() -> None:
    """What ``python -m tests.bench`` calls; torch comes last, since its objects are in the way of all that follow."""
    for step in (measure, edits, sizes, on_meta):
        before = million()
        step()
        print(f"  an empty loop of a million steps: {before:.0f} ms before, {million():.0f} ms after")


if __name__ == "__main__":
    main()
