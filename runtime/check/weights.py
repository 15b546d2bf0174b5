"""Weights from files: whether what a file holds fits the layers that are to have it, and what would."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from runtime.check.card import Card, Shape
from runtime.check.fitted import fitted
from runtime.check.matches import Loading, Matches
from runtime.check.problem import ERROR
from runtime.check.rules.repairs import Candidate
from runtime.graph.model import Graph, Node
from runtime.graph.weights import AFRESH, Source, source, there
from runtime.spec.node import WRONG_KIND, Misfit, Spec

if TYPE_CHECKING:
    from runtime.check.problem import Report
    from runtime.check.walk import Walk

MOST_NAMED = 3  # names in a sentence


def loading(walk: "Walk", id: str) -> Loading | None:
    """The file that a node has its weights from, where it is known what that holds."""
    if not walk.cards or walk.given is not None:
        return None
    node, whole = walk.graph.nodes[id], source(walk.graph.extra.get("weights"))
    if not walk.specs[id].weights or "shares" in node.extra:
        return None
    own = "weights" in node.extra
    found = source(node.extra["weights"]) if own else whole
    card = walk.cards.get(found.path) if found else None
    if found is None or card is None or card.problem or (not own and len(walk.left) == len(card.shapes)):
        return None
    return Loading(found, card, "" if own else id, whole is not None, walk.left)


def left(graph: Graph, cards: Mapping[str, Card]) -> tuple[str, ...]:
    """What the file of the whole model holds that no node takes; all of it where it is of something else."""
    whole = source(graph.extra.get("weights")) if cards else None
    card = cards.get(whole.path) if whole else None
    if whole is None or card is None or card.problem:
        return ()
    places = whole.places()
    taken = (card.inside.get(there(id, places) or "", ()) for id in graph.nodes)
    return tuple(sorted(set(card.shapes).difference(*taken)))


def pinned(spec: Spec, node: Node, held: Loading | None) -> Mapping[str, Any]:
    """The inferred sizes that the file tells."""
    if held is None or not spec.inferred:
        return {}
    names = [each.name for each in spec.inferred if node.parameters.get(each.name) is None]
    return fitted(spec, node.parameters, names, held) or {}


def beside_wire(held: Loading, parameter: str, size: Any, came: Any, port: str, layer: Candidate) -> Misfit:
    """A wire that brings another size than the weights are made for."""
    why = f"has weights from {held.file} for {parameter} {size}, the wire brings {came}"
    return Misfit(why, port, (layer, _afresh(held)))


def kept(spec: Spec, values: Any) -> Mapping[str, Shape] | None:
    """The shapes of all that a layer keeps, by name; None where they are not known."""
    try:
        found = values.tensors() if hasattr(spec.declared, "tensors") else None
    except WRONG_KIND:
        return None
    fits = isinstance(found, dict) and all(isinstance(shape, tuple) for shape in found.values())
    return found if fits else None


def misfits(
    spec: Spec, node: Node, held: Loading, keeps: Mapping[str, Shape], found: Matches
) -> tuple[Misfit | None, list[Misfit]]:
    """What does not fit, and what of the file is left out though it stands among the rest."""
    changes = fitted(spec, node.parameters, _free(spec, node), held) if not _fits(found) else None
    fit = [*_elsewhere(held, keeps, found), *([_set(spec, changes)] if changes else [])]
    cannot = f"cannot have its weights from {held.file}"
    if found.unlike:
        name, (here, there) = next(iter(found.unlike.items()))
        why = f"{name or 'it'} is {list(there)} there, {list(here)} here"
        return Misfit(f"{cannot}: {why}{_more(found)}", None, (*fit, _afresh(held))), []
    if found.missing:
        name = next(iter(found.missing.values()))
        return Misfit(f"{cannot}: it holds no {name}{_more(found)}", None, (*fit, _afresh(held))), []
    if found.unexpected and not held.part:
        names = ", ".join(found.unexpected[:MOST_NAMED]) + (", ..." if found.unexpected[MOST_NAMED:] else "")
        return None, [Misfit(f"leaves out {names} of {held.file}", None, tuple(fit))]
    return None, []


def _fits(found: Matches) -> bool:
    return not (found.unlike or found.missing or found.unexpected)


def _free(spec: Spec, node: Node) -> list[str]:
    """The parameters that may be set: not those that the wire tells."""
    told = {each.name for each in spec.inferred if node.parameters.get(each.name) is None}
    return [each.name for each in spec.parameters if each.name not in told] + sorted(told)


def _more(found: Matches) -> str:
    more = len(found.unlike) + len(found.missing) - 1
    return f", and {more} more" if more else ""


def _set(spec: Spec, changes: Mapping[str, Any]) -> Candidate:
    """Set what the file speaks for; what the wire tells stays out."""
    told = {name: value for name, value in changes.items() if not spec.parameter[name].inferred}
    label = " and ".join(f"{name} to {value}" for name, value in told.items())
    return f"Set {label}", tuple(("set", "{node}", name, value) for name, value in told.items())


def _elsewhere(held: Loading, keeps: Mapping[str, Shape], found: Matches) -> Iterator[Candidate]:
    """Other places in the file that fit, where the one that is named has nothing that does."""
    if not found.matched:
        for other in held.elsewhere(keeps)[: 1 if held.part else MOST_NAMED]:
            place = other.names.get(held.part, "") if held.part else other.prefix
            label = f"Take {place[-60:] or 'what stands there alone'}"
            yield label, (("weights", None if held.part else "{node}", other.written),)


def _afresh(held: Loading) -> Candidate:
    """Without the file; where the whole model has one, the node must say so."""
    return f"Begin without {held.file}", (("weights", "{node}", AFRESH if held.whole else None),)


def tensors_of(graph: Graph, specs: Mapping[str, Spec], report: "Report", id: str) -> Mapping[str, Shape] | None:
    """What a node keeps by name, uses of definitions included; None where that is not known. `specs` are by type."""
    spec = specs.get(graph.nodes[id].type)
    if spec is None:
        return None
    values = spec.values({**graph.nodes[id].parameters, **report.inferred.get(id, {})})
    if spec.family == "definition":
        edges = [edge for port in spec.inputs for edge in graph.incoming.get((id, port.name), ())]  # type: ignore[call-overload]
        if any(edge.source not in report.types for edge in edges) or len(edges) < len(spec.inputs):
            return None
        values.found = values.inside({edge.target.port: report.types[edge.source] for edge in edges})
    return kept(spec, values)


def tensors_within(graph: Graph, specs: Mapping[str, Spec], report: "Report") -> Mapping[str, Shape] | None:
    """What all that leads to an output of a definition keeps; None where that is not known of all of it."""
    found: dict[str, Shape] = {}
    useful = graph.upstream(id for id, node in graph.nodes.items() if node.type == "Output")
    for id, node in graph.nodes.items():
        if id in useful and specs[node.type].weights and "shares" not in node.extra:
            inner = tensors_of(graph, specs, report, id)
            if inner is None:
                return None
            found |= {f"{id}.{name}" if name else id: shape for name, shape in inner.items()}
    return found


def examine(walk: "Walk") -> None:
    """Note what is no source of weights, and files that cannot be read."""
    walk.stage = "weights"
    walk.matches.pop("", None)
    if "weights" in walk.graph.extra:
        _leave_out(walk, source(walk.graph.extra["weights"]))
        off = (("Begin without it", (("weights", None, None),)),)
        for why in _wrong(walk, source(walk.graph.extra["weights"])):
            walk.tell("", ERROR, Misfit(f"The model {why}", None, off))
    for id in walk.special:
        extra = walk.graph.nodes[id].extra
        if "weights" not in extra or id not in walk.specs or not walk.specs[id].weights or extra["weights"] is AFRESH:
            continue
        whys = list(_wrong(walk, source(extra["weights"])))
        if walk.given is not None:
            whys = ["has weights from a file, but stands in a definition; give them to what uses it"]
        elif "shares" in extra:
            whys = [f"has weights from a file, and those of {str(extra['shares'])[:60]}"]
        for why in whys[:1]:
            walk.tell(id, ERROR, Misfit(why, None, (("Begin without the file", (("weights", id, None),)),)))


def _leave_out(walk: "Walk", whole: Source | None) -> None:
    """Note, as matches of no node, what of the file of the whole model is for none."""
    card = walk.cards.get(whole.path) if whole else None
    if whole is None or card is None or card.problem or walk.given is not None:
        return
    if len(walk.left) == len(card.shapes):
        off = (*_under(walk, whole, card), ("Begin without it", (("weights", None, None),)))
        begins = f" under {whole.prefix[:60]}" if whole.prefix else ""
        file = PurePosixPath(whole.path).name[:80]
        why = f"The model cannot have its weights from {file}: it knows none of its nodes{begins}"
        walk.tell("", ERROR, Misfit(why, None, off))
    walk.matches[""] = Matches(unexpected=walk.left)


def _under(walk: "Walk", whole: Source, card: Card) -> Iterator[Candidate]:
    """The prefix under which most names of nodes stand, where that is another one."""
    layers = {id for id, spec in walk.specs.items() if spec.weights}
    split = (name.split(".") for name in card.shapes)
    found = Counter(".".join(parts[:at]) for parts in split for at, part in enumerate(parts) if part in layers)
    for prefix, _ in found.most_common(1):
        source = replace(whole, prefix=prefix)
        yield f"Take what stands under {prefix[-60:] or 'no prefix'}", (("weights", None, source.written),)


def _wrong(walk: "Walk", found: Source | None) -> Iterator[str]:
    if found is None:
        yield 'is to have weights from what names no file: write {"path": "FILE"}'
    elif (card := walk.cards.get(found.path)) and card.problem:
        yield f"cannot have its weights: {card.problem}"
