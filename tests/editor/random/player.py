"""Somebody who does at random all that can be done with a document: edits, undo, definitions, copies, files."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from editor.canvas.intents import Intent, copies, removal, renaming
from editor.document.document import Document
from editor.document.level import Level
from runtime.check.problem import Report
from runtime.define.change import (
    Refused,
    begun,
    free_definition,
    removed,
    renamed,
    renamed_parameter,
    standing_for,
    with_parameter,
    without_parameter,
)
from runtime.define.dissolve import dissolved
from runtime.define.excerpt import excerpt, joined, read, written
from runtime.define.group import grouped
from runtime.define.levels import Step
from runtime.graph.edit import Edit
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.spec.moved import moved
from tests.editor.random.dice import Dice
from tests.editor.random.edits import MOST, drawn, fresh, in_a_definition, name, node, place

NONE = Report()
DEFINITIONS = 4  # at most
Operation = Callable[["Player", Dice], object]


class Top(Level):
    """The graph of the file as the only level, which follows nothing: what there is without a window."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        document.disconnect(self)

    @property
    def graph(self) -> Graph:
        """That of the document."""
        return self.document.graph

    def go(self, steps: Iterable[Step]) -> None:
        """There is nowhere to go."""


class Player:
    """Plays numbers: what each of them does depends on nothing but the document as it is then."""

    def __init__(self, document: Document, folder: Path, level: Level | None = None) -> None:
        self.document, self.folder = document, folder
        self.level = level or Level(document)
        self.clipboard = ""
        self.begins(document.graph)
        document.opened.connect(lambda: self.begins(document.graph))

    def begins(self, graph: Graph) -> None:
        """Undoing all leads to this graph."""
        self.begin = graph

    def play(self, number: int) -> None:
        """One operation."""
        dice = Dice(number)
        dice.pick(OPERATIONS)(self, dice)

    @property
    def graph(self) -> Graph:
        """The level that is shown."""
        return self.level.graph

    def do(self, edits: Iterable[Edit], text: str, merge: str | None = None) -> None:
        """Edit what is shown."""
        if edits := list(edits):
            self.level.do(edits, text, merge)

    def changes(self, change: Callable[[Graph], Graph], text: str) -> None:
        """Another graph in the place of the file's, unless that is refused."""
        try:
            self.document.become(change(self.document.graph), text)
        except Refused:
            return


def _edit(player: Player, dice: Dice) -> None:
    edits = drawn(player.graph, dice)
    player.do([each for each in edits if each[0] != "run"] if player.level.name else edits, "edit")


def _inside(player: Player, dice: Dice) -> None:
    player.document.do(in_a_definition(player.document.graph, dice), "edit a definition")


def _slide(player: Player, dice: Dice) -> None:
    """A notch of a slider: those that follow each other make one step, or none where they lead back."""
    if player.graph.nodes:
        id = next(iter(player.graph.nodes))
        player.do([("set", id, "dim", dice.below(2))], "slide", f"{id}.dim")


def _undo(player: Player, dice: Dice) -> None:
    del dice
    player.document.history.undo()


def _redo(player: Player, dice: Dice) -> None:
    del dice
    player.document.history.redo()


def _jump(player: Player, dice: Dice) -> None:
    history = player.document.history
    history.setIndex(max(0, min(history.count(), history.index() + dice.below(9) - 4)))


def _group(player: Player, dice: Dice) -> None:
    level = player.graph
    if not level.nodes or len(player.document.graph.definitions) >= DEFINITIONS:
        return
    try:
        found = grouped(level, NONE, dice.some(list(level.nodes), 4), _places(level))
    except Refused:
        return
    player.level.become(found.level, "group")


def _dissolve(player: Player, dice: Dice) -> None:
    uses = [id for id, each in player.graph.nodes.items() if each.type.startswith("definition.")]
    if not uses:
        return
    try:
        found = dissolved(player.graph, dice.pick(uses), {}, place(dice))
    except Refused:
        return
    if len(found.level.nodes) <= 2 * MOST:
        player.level.become(found.level, "dissolve")


def _define(player: Player, dice: Dice) -> None:
    """Definitions as wholes, and their parameters."""
    graph = player.document.graph
    names = list(graph.definitions)
    if not names or (len(names) < DEFINITIONS and not dice.below(3)):
        player.changes(lambda graph: begun(graph, free_definition(graph, "block")), "begin")
        return
    called = dice.pick(names)
    inside = graph.definitions[called]
    parameters = [*inside.parameters, "rate"]
    parameter = dice.pick(parameters)
    ways: list[Callable[[Graph], Graph]] = [
        lambda graph: renamed(graph, called, dice.pick([f"b{dice.below(9)}", called, "No name"])),
        lambda graph: removed(graph, called),
        lambda graph: with_parameter(graph, called, parameter, dice.pick([1, 0.5, True, "a", [1, 2]])),
    ]
    if inside.parameters:
        parameter = dice.pick([*inside.parameters])
        ways.append(lambda graph: without_parameter(graph, called, parameter))
        ways.append(lambda graph: renamed_parameter(graph, called, parameter, dice.pick(["rate", "width", "if"])))
    if inside.nodes:
        id = node(inside, dice)
        ways.append(lambda graph: standing_for(graph, called, id, "dim", parameter, 1))
    player.changes(dice.pick(ways), "change a definition")


def _travel(player: Player, dice: Dice) -> None:
    level = player.level
    uses = [id for id in level.graph.nodes if level.graph.nodes[id].type.startswith("definition.")]
    ways: list[Callable[[], object]] = [level.leave, lambda: level.go(())]
    if uses and len(level.steps) < 4:
        ways += [lambda: level.enter(dice.pick(uses))] * 2
    if names := list(level.document.graph.definitions):
        ways.append(lambda: level.show(dice.pick(names)))
    dice.pick(ways)()


def _copy(player: Player, dice: Dice) -> None:
    """Copy, and at times cut."""
    if player.graph.nodes:
        ids = dice.some(list(player.graph.nodes), 5)
        player.clipboard = written(excerpt(player.graph, ids, _places(player.graph)))
        if not dice.below(3):
            intent = removal(ids, ())
            player.do(intent.edits, intent.text)


def _paste(player: Player, dice: Dice) -> None:
    del dice
    try:
        found = joined(player.graph, read(player.clipboard), player.level.name)
    except Refused:
        return
    if len(found.level.nodes) <= MOST and len(found.level.definitions) <= 2 * DEFINITIONS:
        player.level.become(found.level, "paste")


def _duplicate(player: Player, dice: Dice) -> None:
    if 0 < len(player.graph.nodes) < MOST:
        intent, _ = copies(player.graph, {id: place(dice) for id in dice.some(list(player.graph.nodes), 3)})
        player.do(intent.edits, intent.text)


def _type_a_name(player: Player, dice: Dice) -> None:
    if player.graph.nodes:
        typed = dice.pick([fresh(player.graph, dice), name(dice), "Two words", "if", "", "image"])
        intent = renaming(player.graph, node(player.graph, dice), typed)
        if isinstance(intent, Intent):
            player.do(intent.edits, intent.text)


def _save(player: Player, dice: Dice) -> None:
    """Save, and rarely elsewhere: paths follow, those of all steps too."""
    document, elsewhere = player.document, not dice.below(8)
    path = player.folder / f"{'ab'[dice.below(2)]}/{dice.below(3)}.json" if elsewhere else document.path
    if path is None:
        path = player.folder / "a/0.json"
    path.parent.mkdir(exist_ok=True)
    player.begins(moved(player.begin, document.folder, path.parent))
    document.save(path)


def _open(player: Player, dice: Dice) -> None:
    """A file that was saved, or an empty graph; the work in hand is given up."""
    files = sorted(player.folder.glob("*/*.json"))
    if files and dice.below(4):
        path = dice.pick(files)
        player.document.open(load(path.read_bytes()), path)
    else:
        player.document.open(Graph(), None)


def _save_or_open(player: Player, dice: Dice) -> None:
    """Rarely: the disk is slow, and an episode of one history is worth more."""
    if not dice.below(3):
        dice.pick([_save, _save, _save, _save, _open])(player, dice)


def _places(graph: Graph) -> dict[str, tuple[float, float]]:
    return {id: graph.layout.get(id, (0.0, 0.0)) for id in graph.nodes}


OPERATIONS: Sequence[Operation] = (
    *(_edit,) * 90, *(_inside,) * 10, *(_slide,) * 12, *(_undo,) * 26, *(_redo,) * 22, *(_jump,) * 2, *(_travel,) * 4,
    _group, _dissolve, _define, _copy, _paste, _duplicate, _type_a_name, _save_or_open,
)  # fmt: skip
