"""Operations at random with a window attached: after each of them the canvas is what the document says."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from editor.window.window import Window
from tests.editor.canvas.hand import assert_mirrors
from tests.editor.random.dice import Dice, numbers
from tests.editor.random.episode import beginning, goes_back_and_forth, let_qt_work, slots_raise
from tests.editor.random.player import Player

SHORT, LONG = 50, 250  # operations in an episode; what an operation costs grows with the graph
ALWAYS, ALL = 20, 100  # episodes: 1,000 operations always, and 20,000 in long ones in the soak
SWAPPED = ("nn.GELU", "torch.add", "nn.Linear", "torch.cat", "nn.LSTM")
ADDED = ("nn.ReLU", "Output", "Input", "Collate")


def gesture(window: Window, dice: Dice) -> None:
    """Something that a person does on the canvas with what lies there."""
    canvas, definitions, graph = window.canvas, window.definitions, window.level.graph
    names, ids = list(window.document.graph.definitions), list(graph.nodes)
    some = dice.some(ids, 4) if ids else []
    added = dice.pick([*ADDED, *(f"definition.{name}" for name in names)])
    steps: list[Callable[[], object]] = [
        *(lambda: canvas.select(some),) * 6,
        *(window.session.check_now, definitions.leave, definitions.group, definitions.dissolve),
        *(canvas.duplicate_selected, canvas.delete_selected, canvas.arrange, canvas.select_all, canvas.fit),
        *(canvas.rewiring.bypass, canvas.rewiring.pull_out, canvas.rewiring.duplicate_fed),
        *(canvas.rewiring.delete_and_heal, canvas.rewiring.next_wire),
        lambda: canvas.rewiring.move_wire(dice.pick((-1, 1))),
        lambda: canvas.add_node(added),
    ]
    if len(names) < 4:
        steps.append(definitions.begin)
    if uses := [id for id in ids if canvas.mirror.boxes[id].face.enters]:
        steps += [lambda: definitions.enter(dice.pick(uses)), lambda: canvas.select([dice.pick(uses)])]
    if names:
        called = dice.pick(names)
        steps += [lambda: definitions.rename(called, f"other_{dice.below(9)}"), lambda: definitions.remove(called)]
        steps.append(lambda: definitions.open(called))
    if ids:
        steps.append(lambda: canvas.rewiring.swap(some[0], dice.pick(SWAPPED)))
    dice.pick(steps)()


def play(window: Window, given: Sequence[int], seed: int, folder: Path) -> None:
    """An episode, the canvas held to the document after each operation, and after undo and redo of them all."""
    window.document.open(beginning(seed)[0], None)
    window.frame.show_canvas()
    player = Player(window.document, folder, window.level)
    with slots_raise() as raise_it:
        for at, number in enumerate(given):
            dice = Dice(number)
            if dice.below(3):
                player.play(dice.number)
            else:
                gesture(window, dice)
            if at % 16 == 0:
                let_qt_work()
            raise_it()
            assert_mirrors(window.canvas)
        goes_back_and_forth(player)
        raise_it()
    assert_mirrors(window.canvas)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < ALWAYS else pytest.mark.soak) for seed in range(ALL)]
)
def test_that_the_canvas_is_what_the_document_says(shared_window: Window, tmp_path: Path, seed: int) -> None:
    play(shared_window, numbers(f"window {seed}", SHORT if seed < ALWAYS else LONG), seed, tmp_path)
