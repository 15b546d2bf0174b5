"""What a graph looks like while it is drawn: nodes, wires, frames, definitions, inspector, search, help."""

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from editor.inspector.form import Form
from tests.states.stage import CTRL, SHIFT, Key, Stage

USUAL = "two_models"


def canvas(stage: Stage) -> None:
    """Text and image, nothing selected."""
    stage.open("text_and_image")


def inspector(stage: Stage) -> None:
    """A layer and its parameters, those for experts among them."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("conv"))


def inspector_collate(stage: Stage) -> None:
    """The node that makes batches."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("batches"))


def inspector_data(stage: Stage) -> None:
    """A table with its fields."""
    stage.open("penguins")
    stage.hand.click(stage.hand.title("penguins"))


def inspector_wrong(stage: Stage) -> None:
    """A field that was given no number, with the focus in it."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("dense"))
    form = stage.window.inspector.page
    assert isinstance(form, Form)
    stage.window.by_keys.to_parameters()
    field = form.rows["out_features"].entry.focusProxy()
    assert field is not None
    field.setFocus()
    QTest.keyClick(field, Key.Key_A, CTRL)
    QTest.keyClicks(field, "many")
    QTest.keyClick(field, Key.Key_Return)


def inspector_large(stage: Stage) -> None:
    """A learning rate of 1e10, typed so."""
    stage.open(USUAL, ("set", "adam", "lr", 1e10))
    stage.hand.click(stage.hand.title("adam"))


def inspector_several(stage: Stage) -> None:
    """Several nodes at once."""
    stage.open(USUAL)
    stage.do("select_all")


def program(stage: Stage) -> None:
    """The program, the lines of the selected node lit."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("conv"))
    stage.window.frame.side.show_pane("program")
    stage.pause()  # until it is written and laid out


def problem(stage: Stage) -> None:
    """A wire that does not fit, and the list of problems."""
    stage.open(USUAL, ("replace", "batches.label", "final.input"))
    stage.window.show_problems()
    stage.window.show_node("final")


def unfinished(stage: Stage) -> None:
    """Something to connect, which is no error."""
    stage.open(USUAL, ("remove", "loss"), ("remove", "adam"))
    stage.window.show_problems()


def problem_help(stage: Stage) -> None:
    """The page of a problem."""
    problem(stage)
    found = stage.window.session.report.problems
    stage.window.inspector.problem_asked.emit(found[0])
    stage.pause(1500)


def warning(stage: Stage) -> None:
    """A graph that runs and is wrong all the same."""
    stage.open(USUAL, ("set", "final", "out_features", 5))
    stage.window.show_problems()


def reference(stage: Stage) -> None:
    """F1 on a node."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("conv"))
    stage.do("reference")
    stage.pause(2500)


def palette_search(stage: Stage) -> None:
    """Typing in the palette."""
    stage.open(USUAL)
    stage.window.palette_panel.search.setFocus()
    QTest.keyClicks(stage.window.palette_panel.search, "norm")


def search(stage: Stage) -> None:
    """The search over the canvas."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("dense"))
    stage.do("search")
    QTest.keyClicks(stage.window.searching.popup.field, "conv")


def search_nothing(stage: Stage) -> None:
    """Words that no node type is called by."""
    stage.open(USUAL)
    stage.do("search")
    QTest.keyClicks(stage.window.searching.popup.field, "qwxyz")


def join(stage: Stage) -> None:
    """A wire drawn by name."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.title("dense"))
    stage.do("join")


def wire_fits(stage: Stage) -> None:
    """A wire over a port that takes it."""
    stage.open(USUAL, ("disconnect", "joined.output", "final.input"))
    stage.hand.hold(stage.hand.output("joined.output"), stage.hand.input("final.input"))


def wire_unfit(stage: Stage) -> None:
    """A wire over a port that it does not fit."""
    stage.open(USUAL)
    stage.hand.hold(stage.hand.output("batches.label"), stage.hand.input("final.input"))


def wire_chosen(stage: Stage) -> None:
    """A selected wire."""
    stage.open(USUAL)
    stage.hand.click(stage.hand.middle("pool.output", "features.input"))


def menu(stage: Stage) -> None:
    """The menu of the right button on a node."""
    stage.open(USUAL)
    hand = stage.hand
    hand.click(hand.title("dense"))
    stage.window.menu.ask(hand.view.viewport().mapToGlobal(hand.body("dense")))


def menu_of_nothing(stage: Stage) -> None:
    """And beside all nodes."""
    stage.open(USUAL)
    hand = stage.hand
    hand.click(hand.nowhere())
    stage.window.menu.ask(hand.view.viewport().mapToGlobal(QPoint(300, 300)))


def frames(stage: Stage) -> None:
    """A frame of several nodes, one selected, a note, and dots on a wire."""
    stage.open(USUAL)
    canvas, hand = stage.window.canvas, stage.hand
    canvas.select(["conv", "relu", "pool", "features"])
    stage.do("frame")
    QTest.keyClicks(stage.window.focusWidget() or canvas.view, "Sees pictures")
    stage.key(Key.Key_Return, on=stage.window.focusWidget() or canvas.view)
    canvas.select(["final", "loss", "accuracy", "adam"])
    stage.do("frame")
    stage.key(Key.Key_Return, on=stage.window.focusWidget() or canvas.view)
    hand.click(hand.nowhere())
    stage.do("note")
    stage.pause(300)
    wire = next(iter(canvas.mirror.wires))
    hand.click(hand.middle(f"{wire.source.node}.{wire.source.port}", f"{wire.target.node}.{wire.target.port}"))
    stage.do("dot")
    stage.do("fit")
    first = canvas.mirror.frames["frame"].title_rect
    hand.click(hand.pixel(first.center()))


def bypassed(stage: Stage) -> None:
    """Nodes that are left out, beside a frozen one."""
    stage.open(USUAL, ("freeze", "dense", True))
    stage.window.canvas.select(["relu", "gelu"])
    stage.do("bypass")


def renaming(stage: Stage) -> None:
    """A name is typed."""
    stage.open(USUAL)
    stage.window.canvas.select(["dense"])
    stage.do("rename")


def figures(stage: Stage) -> None:
    """The weights of each node, in warmer colours for more."""
    stage.open(USUAL)
    stage.key(Key.Key_H)


def definition(stage: Stage) -> None:
    """Inside of a definition of a definition."""
    stage.open("resnet18")
    for id in ("stage2", "down"):
        stage.window.canvas.select([id])
        stage.do("enter")
        stage.pause()


def use(stage: Stage) -> None:
    """A use of a definition is selected."""
    stage.open("transformer")
    stage.hand.click(stage.hand.title("layers"))


def minimap(stage: Stage) -> None:
    """Near, with a minimap of the rest."""
    stage.open("picture_text_table")
    view = stage.window.canvas.view
    for _ in range(4):
        stage.hand.wheel(view.viewport().rect().center(), QPoint(0, 120), modifiers=CTRL)
    stage.pause()


def far(stage: Stage) -> None:
    """So far away that nodes show their names alone."""
    stage.open("picture_text_table")
    view = stage.window.canvas.view
    for _ in range(6):
        stage.hand.wheel(view.viewport().rect().center(), QPoint(0, -120), modifiers=CTRL)
    stage.pause()


def outline(stage: Stage) -> None:
    """The graph in words beside the canvas."""
    stage.open(USUAL)
    QTest.keyClick(stage.window, Key.Key_L, CTRL | SHIFT)
    stage.window.show_node("joined")


def focus(stage: Stage) -> None:
    """F6 went round to the button of the strip."""
    stage.open(USUAL)
    for _ in range(2):
        stage.key(Key.Key_F6, on=stage.window)


STATES = (
    *(canvas, inspector, inspector_collate, inspector_data, inspector_wrong, inspector_large, inspector_several),
    *(program, problem, unfinished, problem_help, warning, reference, palette_search, search, search_nothing, join),
    *(wire_fits, wire_unfit, wire_chosen, menu, menu_of_nothing, frames, bypassed, renaming, figures, definition, use),
    *(minimap, far, outline, focus),
)
