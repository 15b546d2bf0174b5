"""Mistakes that no node shows by itself: scores that drop out, noise in validation, targets that are learned or stay.

What acts at random left and right of collate acts in training only, so that validation sees rows as they are; these are
the ways round it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runtime.check.finish import reachable
from runtime.check.further import others
from runtime.check.problem import ERROR, WARNING
from runtime.check.rows import independent
from runtime.check.rules.repairs import insert
from runtime.check.use import learns
from runtime.graph.model import Edge, End
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor, Type

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note each of them."""
    walk.stage = "neighbours"
    losses = [id for id in walk.of("loss") if id in walk.made]
    for loss in losses:
        _dropped(walk, loss)
        _learned(walk, loss)
    for id in (*losses, *walk.of("metric")):
        _with_itself(walk, id)
    drawn = [id for id in walk.special if walk.specs[id].at_random and id in walk.made]
    for id in [id for id in walk.special if walk.specs[id].moves_rows and id in walk.made] if losses else ():
        _of_others(walk, id, losses)
    for id in drawn if losses else ():
        if getattr(walk.specs[id].declared, "drawn_anew", False):
            _noise(walk, id, losses)
        else:
            _turned(walk, id, losses)


def _edges(walk: "Walk", node: str, target: bool) -> list[Edge]:
    """The wires into the targets of a node, or into its other ports."""
    ports = [port.name for port in walk.ports[node][0] if port.target is target]
    return [edge for port in ports for edge in walk.graph.incoming.get(End(node, port), ())]


def _with_itself(walk: "Walk", id: str) -> None:
    """The very same at the target and beside it: a metric is perfect then, whatever the model has learned."""
    targets = {edge.source for edge in _edges(walk, id, target=True)}
    for edge in _edges(walk, id, target=False):
        if edge.source in targets:
            why = f"compares {edge.source} with itself"
            answers = [source for source, target in others(walk, edge) if target == edge.target]
            take = f"as {edge.target.port}"
            repairs = tuple((f"Take {each} {take}", (("replace", str(each), str(edge.target)),)) for each in answers)
            walk.tell(id, WARNING, Misfit(why, edge.target.port, repairs), (edge,))


def _dropped(walk: "Walk", loss: str) -> None:
    """Scores of which some are set to zero: the loss then learns from answers that nobody gave."""
    for edge in _edges(walk, loss, target=False):
        id = edge.source.node
        if id in walk.specs and getattr(walk.specs[id].declared, "drops", False):
            why = f"sets scores to zero right before {loss}, which takes them for the model's answers"
            walk.tell(id, WARNING, Misfit(why, None, (("Leave it out", (("omit",),)),)))


def _learned(walk: "Walk", loss: str) -> None:
    """A target that is learned, where torch cannot tell how the loss depends on it."""
    if not getattr(walk.specs[loss].declared, "fixed_target", False):
        return
    for port in (port for port in walk.ports[loss][0] if port.target):
        for edge in walk.graph.incoming.get(End(loss, port.name), ()):
            type = walk.types.of(edge.source)
            if not isinstance(type, Tensor) or type.dtype not in FLOATS:
                continue
            layers = reachable(walk.graph, walk.specs, walk.types, edge.source.node)
            first = next((id for id in layers if learns(walk.specs[id], walk.graph.nodes[id])), None)
            if first is not None:
                why = f"needs a target that is not learned, but it depends on the weights of {first}"
                detach = insert("torch.detach", "Insert torch.detach before the target", port.name)
                walk.tell(loss, ERROR, Misfit(why, port.name, (detach,)), (edge,))


def _noise(walk: "Walk", id: str, losses: Iterable[str]) -> None:
    """Noise that is added to data as it comes in, on the way to a loss of classes, is added in validation too."""
    of_classes = [loss for loss in losses if any(_classes(walk, edge.source) for edge in _edges(walk, loss, True))]
    found = next((loss for loss in of_classes if loss in walk.graph.downstream([id])), None)
    if found is None:
        return
    onto = next(iter(_joined(walk, id)), None)
    if onto is not None:
        why = (
            f"adds noise to the data in validation too, since it is drawn for every batch: {found} never sees real rows"
        )
        walk.tell(onto, WARNING, Misfit(why, None, (("Leave it out", (("omit",),)),)))


def _classes(walk: "Walk", source: End) -> bool:
    """Whether whole numbers come from a port."""
    type = walk.types.of(source)
    return isinstance(type, Tensor) and type.dtype.startswith(("int", "uint"))


def _joined(walk: "Walk", id: str) -> Iterable[str]:
    """The sums behind noise whose first input is data, changed by nothing that is learned."""
    graph, specs, waiting, seen = walk.graph, walk.specs, [id], {id}
    while waiting:
        for other in graph.targets[waiting.pop()]:
            if other in seen or other not in specs or specs[other].weights:
                continue
            seen.add(other)
            if specs[other].type not in ("torch.add", "torch.sub"):
                waiting.append(other)
                continue
            first = [edge.source.node for edge in graph.incoming.get(End(other, "input"), ())]
            before = graph.upstream(first)
            learned = any(each in specs and specs[each].weights for each in before)
            if (
                id not in before
                and not learned
                and any(specs[each].family == "collate" for each in before if each in specs)
            ):
                yield other


def _turned(walk: "Walk", id: str, losses: Iterable[str]) -> None:
    """A picture that is turned at random before a loss that compares it point by point with one that is not."""
    made = next(iter(walk.made[id].values()))
    behind = walk.graph.downstream([id])
    for loss in losses if isinstance(made, Tensor) else ():
        targets = _edges(walk, loss, target=True)
        types = [walk.types.of(edge.source) for edge in targets]
        if loss not in behind or not any(isinstance(each, Tensor) and _point_by_point(made, each) for each in types):
            continue
        of_inputs, of_targets = (id in _feeding(walk, edges) for edges in (_edges(walk, loss, False), targets))
        if of_inputs != of_targets:
            without = "target" if of_inputs else "input"
            why = f"turns pictures at random, but not the {without} of {loss}, which compares them point by point"
            walk.tell(id, WARNING, Misfit(why, None, (("Leave it out", (("omit",),)),)))
            return


def _of_others(walk: "Walk", id: str, losses: Iterable[str]) -> None:
    """Rows that are moved on every way from the data to a loss, while those of its target stay where they are."""
    node, spec, given, _ = walk.memo[id]
    if walk.told["rules"].get(id) or independent(spec, node.parameters, given, walk.made[id]):
        return
    behind = walk.graph.downstream([id])
    for loss in losses:
        inputs, targets = (_edges(walk, loss, target) for target in (False, True))
        if loss not in behind or not _from_data(walk, _feeding(walk, targets)):
            continue
        moved = any(walk.specs[each].moves_rows for each in _feeding(walk, targets))
        if not moved and not _from_data(walk, _feeding(walk, inputs, without=id)):
            why = f"moves rows, but the target of {loss} stays: what is compared there is of different samples"
            walk.tell(id, WARNING, Misfit(why, "input", (("Leave it out", (("omit",),)),)))
            return


def _from_data(walk: "Walk", ids: Iterable[str]) -> bool:
    return any(walk.specs[id].family == "collate" for id in ids)


def _point_by_point(picture: Type, target: Tensor) -> bool:
    """Whether a target has a number for every point of a picture."""
    return isinstance(picture, Tensor) and target.rank > 2 and target.shape[-2:] == picture.shape[-2:]


def _feeding(walk: "Walk", edges: Iterable[Edge], without: str = "") -> set[str]:
    """The nodes that feed wires, also past one of them; fields pass through a collate side by side."""
    waiting, seen = [edge.source for edge in edges], set[End]()
    while waiting:
        end = waiting.pop()
        if end in seen or end.node not in walk.specs or end.node == without:
            continue
        seen.add(end)
        apart = walk.specs[end.node].family == "collate"
        ports = [end.port] if apart else [port.name for port in walk.ports[end.node][0]]
        waiting += [edge.source for port in ports for edge in walk.graph.incoming.get(End(end.node, port), ())]
    return {end.node for end in seen}
