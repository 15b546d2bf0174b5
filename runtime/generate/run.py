"""The settings of a run in its program: which blocks of the loop they ask for, and what they say there."""

from typing import Any

from runtime.check.settings import setting
from runtime.generate.drawn import Drawn
from runtime.spec.catalogue import catalogue
from runtime.spec.installed import installed
from runtime.spec.named import MODEL
from runtime.spec.own import MODULE


def flags(drawn: Drawn) -> dict[str, bool]:
    """Which blocks of the loop the settings ask for."""
    run = drawn.graph.run
    best = watched(drawn)
    return {
        "MIXED": setting(run, "precision") != "float32",
        "SCALED": setting(run, "precision") == "float16",
        "ACCUMULATED": setting(run, "accumulate") > 1,
        "DISTRIBUTED": drawn.several,
        "PARTLY": _partly(drawn),
        "SUMMED": added_up(drawn) == drawn.losses,
        "MINGLED": bool(mingled(drawn)),
        "BEST": bool(best),
        "HIGHER": higher(drawn),
        "PATIENT": setting(run, "patience") > 0,
        "DETERMINISTIC": setting(run, "deterministic"),
        "COMPILED": setting(run, "compile"),
    }


def added_up(drawn: Drawn) -> list[str]:
    """The losses that add up their rows."""
    return [id for id in drawn.losses if getattr(drawn.values(id), "reduction", None) == "sum"]


def mingled(drawn: Drawn) -> list[str]:
    """The same where a part of a batch counts otherwise for them than for the rest, and there are such parts."""
    found = added_up(drawn)
    parted = drawn.several or setting(drawn.graph.run, "accumulate") > 1
    return found if parted and found != drawn.losses else []


def _partly(drawn: Drawn) -> bool:
    """Whether a step may leave out weights of a layer: only modules that are not torch's do that."""
    graphs = (drawn.graph, *drawn.graph.definitions.values())
    types = {node.type for each in graphs for node in each.nodes.values()}
    return any(type in (MODULE, MODEL) or type in installed().specs for type in types)


def constants(drawn: Drawn) -> dict[str, Any]:
    """What the settings say, by the name that the loop has for it."""
    names = ("epochs", "seed", "device", "accumulate", "patience")
    return {name.upper(): setting(drawn.graph.run, name) for name in names} | {"WATCHED": watched(drawn)}


def watched(drawn: Drawn) -> str:
    """The figure that tells which epoch is best: who has patience and names none means the loss."""
    run = drawn.graph.run
    best: str = setting(run, "best")
    if best == "loss" or (not best and setting(run, "patience")):
        return "loss"
    return drawn.key(best) if best else ""


def higher(drawn: Drawn) -> bool:
    """Whether more of that figure is better."""
    id = watched(drawn)
    node = drawn.graph.nodes.get(id)
    return node is not None and bool(getattr(catalogue()[node.type].declared, "higher", False))
