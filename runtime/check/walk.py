"""One check under way: what is known of a graph so far, and what was found, stage by stage and node by node."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runtime.check.card import Card
from runtime.check.infer import Given, Typed
from runtime.check.matches import Matches
from runtime.check.port_types import Types
from runtime.check.problem import Problem
from runtime.check.reach import Key, Reach
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.code import comment
from runtime.spec.node import Input, Misfit, Output, PortNames, Spec
from runtime.spec.tensor import Type

if TYPE_CHECKING:
    from runtime.check.gradient import Cut

MOST_SEARCHES = 100  # in a check; each takes about a millisecond
LONGEST = 400  # of a sentence about names as long as a file can hold
Candidates = tuple[tuple[str, tuple[Any, ...]], ...]
Ports = tuple[tuple[Input, ...], tuple[Output, ...]]
Told = tuple[Problem, Candidates]

# The stages that look at each node alone, and again only where something changed there; all others look at the whole.
NEAR = ("wires", "fields", "uses", "rules", "ports")


@dataclass
class Walk:
    """Everything that a check knows; the next check begins with it."""

    graph: Graph
    given: Mapping[str, Type] | None = None  # what comes into a definition, by input; None in the graph itself
    known: Mapping[str, Spec] = field(default_factory=dict)
    specs: dict[str, Spec] = field(default_factory=dict)
    ports: dict[str, Ports] = field(default_factory=dict)
    names: dict[str, PortNames] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)  # of Collate, and how often each is named
    place: dict[str, int] = field(default_factory=dict)  # by age
    order: tuple[str, ...] = ()
    rank: dict[str, int] = field(default_factory=dict)  # in that order
    cyclic: frozenset[str] = frozenset()
    sides: dict[str, str] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)  # their types cannot be worked out
    memo: dict[str, tuple[Node, Spec, Given, Typed]] = field(default_factory=dict)
    alike: dict[str, list[tuple[Node, Spec, Given, Typed]]] = field(default_factory=dict)  # the latest, by type
    made: dict[str, Mapping[str, Type]] = field(default_factory=dict)  # by each node's outputs
    inferred: dict[str, Any] = field(default_factory=dict)
    heavy: dict[str, Typed] = field(default_factory=dict)  # what needs so much memory that it counts
    turned: set[str] = field(default_factory=set)  # in what they make, rows of the batch stand elsewhere than first
    reached: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the layers upstream of each optimizer
    reach: dict[Key, Reach] = field(default_factory=dict)  # all upstream of losses, and of everything that counts
    doubtful: set[str] = field(default_factory=set)  # nodes through which gradient may flow otherwise now
    cuts: "tuple[Cut, ...] | None" = None  # what keeps gradient from layers
    told: dict[str, dict[str, list[Told]]] = field(default_factory=lambda: {stage: {} for stage in NEAR})
    dangling: tuple[Edge, ...] = ()  # wires between nodes neither of which is there
    cards: Mapping[str, Card] = field(default_factory=dict)  # what is known of files of weights, by path
    left: tuple[str, ...] = ()  # what of that of the whole model no node takes
    matches: dict[str, Matches] = field(default_factory=dict)  # what they have for each node
    stacked: frozenset[str] = frozenset()  # linear layers that read another one
    special: tuple[str, ...] = ()  # the nodes of families of which a graph has few
    stage: str = ""
    searches: int = 0  # for what was meant by a name that is not known

    def after(self, graph: Graph) -> "Walk":
        """Where the check of a later graph begins: with all that is known of this one but for the whole of it."""
        return replace(
            self,
            graph=graph,
            searches=0,
            doubtful=set(),
            reached={},
            reach=dict(self.reach),
            specs=dict(self.specs),
            ports=dict(self.ports),
            names=dict(self.names),
            sides=dict(self.sides),
            blocked=set(self.blocked),
            memo=dict(self.memo),
            made=dict(self.made),
            inferred=dict(self.inferred),
            heavy=dict(self.heavy),
            turned=set(self.turned),
            matches=dict(self.matches),
            told={stage: dict(self.told[stage]) for stage in NEAR},
        )

    def tell(self, node: str, severity: str, misfit: Misfit, edges: tuple[Edge, ...] = ()) -> None:
        """Note a problem; its repairs are tried at the end."""
        subject = End(node, misfit.port) if misfit.port else node
        sentence = comment(f"{subject} {misfit.message}")  # names in a file may hold anything
        problem = Problem(node, misfit.port, severity, sentence[:LONGEST], (), edges)
        self.told.setdefault(self.stage, {}).setdefault(node, []).append((problem, misfit.repairs))

    def may_search(self) -> bool:
        """Whether to look for what was meant by one more unknown name; files may hold as many as they like."""
        self.searches += 1
        return self.searches <= MOST_SEARCHES

    @property
    def types(self) -> Types:
        """The type of every port."""
        return Types(self.graph, self.specs, self.ports, self.made)

    @property
    def problems(self) -> Iterator[Problem]:
        """What was found so far."""
        return (problem for by_node in self.told.values() for group in by_node.values() for problem, _ in group)

    def has(self, *severities: str) -> bool:
        """Whether something of that kind was found so far."""
        return any(problem.severity in severities for problem in self.problems)

    def of(self, family: str) -> list[str]:
        """The nodes of a family of which a graph has few, in its order."""
        return [id for id in self.special if self.specs[id].family == family]
