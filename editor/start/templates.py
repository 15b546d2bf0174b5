"""Graphs to begin with data of one's own: examples whose data is taken away, so that there is a place for it."""

from dataclasses import dataclass

from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.spec.catalogue import catalogue


@dataclass(frozen=True)
class Template:
    """What its button says, the example that it is made of, and what is to be dropped on its dataset."""

    title: str
    example: str
    icon: str
    wanted: str


TEMPLATES = (
    Template("Pictures in folders", "drawings", "picture", "a folder with a folder of pictures for each class"),
    Template("A table", "penguins", "table", "a table (.csv, .tsv, .jsonl, .parquet)"),
    Template("Texts", "titles", "text", "a table with a column of texts and one of classes"),
    Template("Several inputs", "picture_text_table", "family-join", "a table with pictures, texts and numbers"),
)


def begun(template: Template) -> Graph:
    """The graph of a template: its types stand, its files are still to be chosen."""
    graph = load((EXAMPLES / f"{template.example}.json").read_bytes())
    edits: list[Edit] = [("unset", id, name) for id, name in _files(graph)]
    note = f"Drop {template.wanted} on {' and '.join(places(graph))}, or choose it in the inspector."
    about = {"name": template.title, "note": note}
    return applied(graph, edits).with_(extra={**graph.extra, **about})


def places(graph: Graph) -> list[str]:
    """The datasets that wait for a file."""
    return list(dict.fromkeys(id for id, _ in _files(graph)))


def _files(graph: Graph) -> list[tuple[str, str]]:
    """The nodes that read files, and the parameters that name these."""
    known = catalogue()
    return [
        (id, parameter.name)
        for id, node in graph.nodes.items()
        if node.type in known
        for parameter in known[node.type].parameters
        if parameter.kind == "path" and node.parameters.get(parameter.name)
    ]
