"""What a person types as a name, spelled as a name, or refused with a sentence and a free one."""

from collections.abc import Set

from runtime.graph.edit import free_name
from runtime.graph.model import Graph
from runtime.graph.names import NAME, RESERVED, cleaned, names_in

SHAPE = "is not a name: use small letters, digits and _, starting with a letter"


def spelled(text: str) -> str:
    """Small letters, and ``_`` for blanks and dashes."""
    return "_".join(text.strip().lower().replace("-", " ").split())


def rename_refusal(graph: Graph, old: str, typed: str) -> tuple[str, str] | None:
    """Why a node cannot be renamed so, and a name that is free; None where it can."""
    new = spelled(typed)
    if new == old:
        return None
    if refusal := field_refusal(typed, names_in(graph) - {old}):
        return refusal, free_name(graph, cleaned(new), {old})
    return None


def field_refusal(typed: str, taken: Set[str]) -> str | None:
    """Why a field or node cannot have the name that was typed."""
    name = spelled(typed)
    if not NAME.fullmatch(name):
        return f"{typed.strip() or 'Nothing'} {SHAPE}"
    if name in RESERVED:
        return f"{name} is a word that Python or torch uses"
    return f"{name} is taken already" if name in taken else None
