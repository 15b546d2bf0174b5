"""Uses of definitions as node types: what goes out is worked out inside, with the use's own parameters and wires."""

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runtime.check.card import MOST_TENSORS, Shape
from runtime.check.problem import ERROR, OPEN, WARNING, Problem, Repair, Report
from runtime.check.rules.repairs import Candidate, insert
from runtime.check.rules.room import in_words
from runtime.graph.edit import Edit
from runtime.graph.file import MOST_NODES
from runtime.graph.model import End, Graph, Node
from runtime.graph.names import LONGEST, NAME, RESERVED
from runtime.spec.catalogue import catalogue
from runtime.spec.definition import PREFIX, filled, plain, ports, reached, references, unfolded, used, uses
from runtime.spec.node import Input, Misfit, Output, Spec
from runtime.spec.parameter import Int, Parameter
from runtime.spec.tensor import Tensor, Type

if TYPE_CHECKING:
    from runtime.check.walk import Walk

MOST_LAYERS = 1_000_000  # of all copies of a definition; to make so many takes torch minutes
MOST_DEEP = 50  # uses within uses; each level is checked within the check of the one around it
MOST_TRIED = 3  # uses within uses in which repairs are tried: each trial looks at all that lie deeper again
DEEP: ContextVar[int] = ContextVar("deep", default=0)  # in how many uses the check under way stands
REPEAT: Parameter = Int(
    "How many copies follow each other, each with weights of its own: what the first output of one gives goes into the "
    "first input of the next, other inputs are given to all.",
    1,
    least=1,
    most=1000,
    ours=True,
).named("repeat")


@dataclass(frozen=True)
class Inside:
    """A definition with values for its parameters, and the report on it for the types that come in."""

    graph: Graph
    report: Report
    weighs: int = 0  # how many numbers all that it keeps holds
    stands: int = 0  # for how many nodes it stands, with all that uses in it stand for


def known(graph: Graph) -> Mapping[str, Spec]:
    """Every node type that a graph can hold: those of the catalogue and the uses of its own definitions."""
    if not graph.definitions:
        return catalogue()
    kept = next((pair for pair in LATEST if pair[0] is graph.definitions), None)
    latest = kept or (graph.definitions, catalogue() | _uses(graph.definitions))
    LATEST[:] = [latest, *(pair for pair in LATEST if pair is not latest)][:KEPT]
    return latest[1]


# Definitions change seldom and are asked for often; the last ones asked for are kept, a graph's and those of a repair
# that is tried there.
LATEST: list[tuple[Mapping[str, Graph], Mapping[str, Spec]]] = []
KEPT = 2


def forget() -> None:
    """What was found inside of definitions may be otherwise now: something was learned that is in no graph."""
    LATEST.clear()


def inside(spec: Spec, values: Any, types: Mapping[str, Type]) -> Inside:
    """What a use is inside, for these values of its parameters and types of its inputs."""
    found: Inside = spec.declared.inside(values, types)
    return found


def _uses(definitions: Mapping[str, Graph]) -> dict[str, Spec]:
    found: dict[str, Spec] = {}
    types = ChainMap(found, catalogue())
    sizes = unfolded(definitions)
    for name in (*sizes, *_beside_circles(definitions, sizes)):
        found[PREFIX + name] = _use(name, definitions, types, *sizes.get(name, (1, 1)))
    return found


def _beside_circles(definitions: Mapping[str, Graph], known: Collection[str]) -> list[str]:
    """The definitions that use some which go round in a circle, but are none of these."""
    inner = uses(definitions)
    rest = {name: reached(inner, name) for name in definitions if name not in known}
    return sorted((name for name, inner in rest.items() if name not in inner), key=lambda name: len(rest[name]))


def _use(
    name: str, definitions: Mapping[str, Graph], types: Mapping[str, Spec], count: int = 1, depth: int = 1
) -> Spec:
    """A definition as a node type."""
    definition = definitions[name]
    inputs, outputs = ports(definition)
    note = definition.extra.get("note")
    doc = note.strip().splitlines()[0] if isinstance(note, str) and note.strip() else f"A use of {name}."
    learned = any(learns(types.get(node.type), node) for node in definition.nodes.values())
    own = {"definition": definition, "definitions": definitions, "called": name, "seen": {}, "learned": learned}
    made = type(name, (Use,), {**own, "unfolded": count, "depth": depth})
    return Spec(
        PREFIX + name,
        "definition",
        doc,
        "batch",
        True,
        (name,),
        name,
        tuple(Input("any", f"What {name} takes as {id}.", name=id) for id in inputs),
        tuple(Output(f"What {name} gives as {id}.", name=id) for id in outputs),
        (*_parameters(definition, types), REPEAT),
        "",
        "definitions",
        made,
    )


def _parameters(definition: Graph, types: Mapping[str, Spec]) -> tuple[Parameter, ...]:
    """The definition's parameters, each like the first parameter of a node that it stands for."""
    stands: dict[str, Parameter] = {}
    for node, parameter, name in references(definition):
        spec = types.get(node.type)
        if spec and parameter in spec.parameter:
            stands.setdefault(name, spec.parameter[parameter])
    found = []
    for name, default in definition.parameters.items():
        if name in TAKEN:  # told at every use
            continue
        like = stands.get(name) or plain(name, default)
        found.append(
            replace(like, name=name, default=default, positional=False, inferred=False, start=None, ours=False)
        )
    return tuple(found)


def examine(walk: "Walk", ids: Iterable[str]) -> None:
    """Note what no use can be: of a definition that uses itself, or whose name or parameters no program can hold."""
    walk.stage, graph = "uses", walk.graph
    for id in ids:
        walk.told["uses"].pop(id, None)
        node = graph.nodes[id]
        if node.type == "Input" and walk.given is None:
            remove: tuple[Edit, ...] = (("remove", id),)
            why = "stands for what a definition takes; in the graph itself data comes from a dataset"
            walk.tell(id, ERROR, Misfit(why, None, ((f"Remove {id}", remove),)))
        name = used(node.type)
        if name in graph.definitions and (wrong := _wrong(graph.definitions, name, walk.specs.get(id))):
            walk.tell(id, ERROR, Misfit(wrong))
            walk.blocked.add(id)


def _wrong(definitions: Mapping[str, Graph], name: str, spec: Spec | None) -> str | None:
    """Why a definition cannot be used, or None."""
    if spec is None:
        return f"is a use of {name[:60]}, which uses itself"
    depth, count = spec.declared.depth, spec.declared.unfolded
    if depth > MOST_DEEP:
        return f"is a use of {name}, in which uses lie {depth} deep in each other; at most {MOST_DEEP} can"
    if count > MOST_NODES:
        return f"is a use of {name}, which stands for {in_words(count)} nodes; at most {MOST_NODES:,} can be"
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        return f"is a use of {name[:60]}, which is not a name: use small letters, digits and _"
    odd = next((each for each in definitions[name].parameters if not NAME.fullmatch(each) or each in TAKEN), None)
    if odd is not None:
        return f"is a use of {name}, which cannot have a parameter called {odd[:60]}"
    return None


def learns(spec: Spec | None, node: Node) -> bool:
    """Whether a node has weights with its parameters: a norm may have none."""
    if spec is None or not spec.weights:
        return False
    asked = getattr(spec.declared, "learns", None)
    return asked is None or bool(asked(spec.values(node.parameters)))


class Use:
    """What a use of a definition does; one class a definition is made of it."""

    definition: Graph
    definitions: Mapping[str, Graph]
    called: str
    seen: dict[tuple[str, tuple[tuple[str, Type], ...], bool], Inside]
    learned: bool
    unfolded: int  # how many nodes it stands for
    depth: int
    repeat: int
    stands: int
    weight: int
    found: Inside

    def learns(self) -> bool:
        return self.learned

    def inside(self, types: Mapping[str, Type]) -> Inside:
        """The definition with this use's parameters, checked with these types."""
        from runtime.check.check import Checker

        values = {name: value for name, value in vars(self).items() if name in self.definition.parameters}
        repairs = DEEP.get() < MOST_TRIED
        key = (repr(values), tuple(types.items()), repairs)
        if key not in self.seen:
            graph = filled(self.definition, values).with_(definitions=self.definitions)
            checker = Checker(types)
            before = DEEP.set(DEEP.get() + 1)
            try:
                report = checker.check(graph, repairs)
            finally:
                DEEP.reset(before)
            results = [typed for *_, typed in checker.walk.memo.values()] if checker.walk else []
            weighs, stands = sum(each.weighs for each in results), sum(each.stands for each in results)
            # A program may be written in a thread meanwhile: for all who ask there is one, known by being the same.
            self.seen.setdefault(key, Inside(graph, report, weighs, stands))
        return self.seen[key]

    def rule(self, /, **types: Type) -> dict[str, Type] | Misfit:
        found = self.found = self.inside(types)
        problem = next((p for p in found.report.problems if p.severity in (ERROR, OPEN)), None)
        if problem:
            return self._told(found, problem)
        outputs = {id: found.report.types[End(id, "input")] for id in ports(self.definition)[1]}
        self.stands, self.weight = self.repeat * found.stands, self.repeat * found.weighs
        if self.stands > MOST_LAYERS:
            once = (("Use it once", (("unset", "{node}", "repeat"),)),)
            return Misfit(f"would be {in_words(self.stands)} nodes; at most {MOST_LAYERS:,} can be", None, once)
        return self._wrongly_repeated(types, outputs) or outputs

    def weighs(self) -> int:
        """How many numbers the weights of all copies hold, once the rule has looked inside."""
        return self.weight

    def tensors(self) -> Mapping[str, Shape] | None:
        """What all copies keep, once the rule has looked inside; None where it is not known, or very much."""
        from runtime.check.weights import tensors_within

        inner = tensors_within(self.found.graph, known(self.found.graph), self.found.report)
        if inner is None or self.repeat == 1:
            return inner
        if self.repeat * len(inner) > MOST_TENSORS:
            return None
        return {f"{at}.{name}": shape for at in range(self.repeat) for name, shape in inner.items()}

    def doubts(self, /, **types: Type) -> list[Misfit]:
        found = self.inside(types)
        return [self._told(found, p) for p in found.report.problems if p.severity == WARNING]

    def _told(self, found: Inside, problem: Problem) -> Misfit:
        """A problem inside as one of the use, on the input whose wire alone leads to it."""
        feeding = [id for id in ports(self.definition)[0] if id in found.graph.upstream([problem.node])]
        port = feeding[0] if len(feeding) == 1 and problem.severity != OPEN else None
        edits = [self._inward(repair) for repair in problem.repairs]
        flat = [insert("nn.Flatten", "Insert nn.Flatten", port)] if port else []
        why = problem.finding.rstrip(".")
        return Misfit(f"does not work inside: {why}", port, (*edits, *flat), open=problem.severity == OPEN)

    def _inward(self, repair: Repair) -> Candidate:
        """A repair inside as one of the graph, which holds all definitions, those that others use among them."""
        if all(verb == "in" for verb, *_ in repair.edits):
            return repair.label, repair.edits
        edits = (edit if edit[0] == "in" else ("in", self.called, edit) for edit in repair.edits)
        return f"{repair.label} in {self.called}", tuple(edits)

    def _wrongly_repeated(self, types: Mapping[str, Type], outputs: Mapping[str, Type]) -> Misfit | None:
        """Why its first output cannot be the first input of the next copy; other inputs are given to each of them."""
        if self.repeat == 1:
            return None
        once = (("Use it once", (("unset", "{node}", "repeat"),)),)
        if not types or not outputs:
            return Misfit("can be repeated only with an input and an output", None, once)
        (into, came), (out, goes) = next(iter(types.items())), next(iter(outputs.items()))
        if (
            isinstance(came, Tensor)
            and isinstance(goes, Tensor)
            and (came.dtype, came.shape) == (goes.dtype, goes.shape)
        ):
            return None
        one = len(types) == len(outputs) == 1
        takes = f"it takes {came} and gives {goes}" if one else f"{into} takes {came} and {out} gives {goes}"
        return Misfit(f"cannot follow itself: {takes}", into, once)

    def summary(self) -> str:
        shown = [f"{name} {value}" for name, value in vars(self).items() if name in self.definition.parameters]
        times = [f"× {self.repeat}"] if self.repeat > 1 else []
        return ", ".join([*times, *shown])[:48]


# What no parameter of a definition can be called: the names in this class, and those that a program needs.
TAKEN = RESERVED | {*vars(Use), *Use.__annotations__}
