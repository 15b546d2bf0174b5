"""Help on one problem as Markdown: what it means, what came and what was needed, and how it is mended."""

from collections.abc import Iterator

from runtime.check.problem import ERROR, OPEN, WARNING, Problem, Report
from runtime.check.use import known
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue

MEANS = {
    ERROR: "An **error**: PyTorch would stop here, so the graph cannot run before it is mended.",
    WARNING: "A **warning**: the graph runs, but hardly does what is meant. Whoever means it can leave it so.",
    OPEN: "**Not finished**: nothing is wrong, something is still missing before the graph can run.",
}
UNKNOWN = "not known yet"
FARTHEST = 12  # nodes of the way that data took


def about(graph: Graph, report: Report, problem: Problem) -> str:
    """The page of a problem of a graph."""
    parts = (_begin(problem), _ports(graph, report, problem), _way(graph, report, problem))
    return "\n".join([*parts, _mend(problem), _more(graph, problem)])


def _begin(problem: Problem) -> str:
    where = ".".join(filter(None, (problem.node, problem.port))) or "The graph"
    return f"# {where}\n\n{_plain(problem.finding)}\n\n## What it means\n\n{MEANS[problem.severity]}\n"


def _ports(graph: Graph, report: Report, problem: Problem) -> str:
    """What each input takes and what it gets."""
    node = graph.nodes.get(problem.node)
    spec = known(graph).get(node.type) if node else None
    inputs = spec.ports(node.parameters)[0] if node and spec else ()
    rows = []
    for port in inputs:
        ends = [edge.source for edge in graph.incoming.get(End(problem.node, port.name), ())]
        came = ", ".join(f"`{report.types.get(end) or UNKNOWN}` from {end}" for end in ends) or "nothing yet"
        rows.append(f"| {port.name} | `{port.pattern}` | {came} |")
    head = "\n## What comes in\n\n| input | takes | gets |\n| --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n" if rows else ""


def _way(graph: Graph, report: Report, problem: Problem) -> str:
    """How the type that came was made, the nearest first."""
    steps = list(_upstream(graph, problem))[:FARTHEST]
    if len(steps) < 2:
        return ""
    rows = [f"- {end}: `{report.types.get(end) or UNKNOWN}`" for end in steps]
    return "\n## The way it came\n\n" + "\n".join(rows) + "\n"


def _upstream(graph: Graph, problem: Problem) -> Iterator[End]:
    """The outputs on the way to the port, one before the other, as far as there is one way."""
    end = End(problem.node, problem.port or "")
    edges = graph.incoming.get(end, ()) or tuple(edge for edge in graph.edges if edge.target.node == problem.node)
    seen = set[str]()
    while edges and edges[0].source.node not in seen:
        source = edges[0].source
        seen.add(source.node)
        yield source
        same = graph.incoming.get(End(*source), ())  # the field of the same name, where a node has several
        edges = same or tuple(edge for edge in graph.edges if edge.target.node == source.node)


def _mend(problem: Problem) -> str:
    """The repairs, which were tried, or what to do where there is none."""
    tried = [f"{at}. **{_plain(repair.label)}**" for at, repair in enumerate(problem.repairs, 1)]
    if tried:
        told = (
            "Each of these was tried and does away with the problem; the buttons beside it do them, Ctrl+Z takes back."
        )
        return "\n## How to mend it\n\n" + told + "\n\n" + "\n".join(tried) + "\n"
    if problem.severity == OPEN and problem.port:
        told = (
            "Pull a wire from the port and drop it on nothing: the search offers what fits. By keys, select the node "
            "and press L: the wires that could be drawn are listed, those first that fit."
        )
    elif problem.port:
        told = "Change what comes in, along the way above, or put a node between that makes of it what is needed."
    elif not problem.node:
        told = "It is about the graph as a whole, so no node is marked; the sentence above says what to do."
    else:
        told = "Change the parameters of the node in the inspector; what each of them means stands below them."
    return f"\n## How to mend it\n\n{told}\n"


def _more(graph: Graph, problem: Problem) -> str:
    """The page of the node type, where it has one."""
    node = graph.nodes.get(problem.node)
    name = node.type if node else ""
    if name not in catalogue():
        return ""
    return (
        f"\n## More\n\n[{name}]({name}.md): its ports and parameters, an example, and mistakes that are often made.\n"
    )


def _plain(text: str) -> str:
    """A sentence whose signs mean nothing to Markdown."""
    return text.replace("*", "\\*").replace("_", "\\_").replace("[", "\\[").replace("<", "\\<")
