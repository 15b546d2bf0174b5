"""Every action of the window, once: what it is called, how it is reached from the keyboard, its icon, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from editor import theme

if TYPE_CHECKING:
    from editor.window import Window


@dataclass(frozen=True)
class Declared:
    """One action; `hint` ends the tooltip where the name alone does not say enough."""

    name: str
    text: str
    shortcut: str
    icon: str
    does: Callable[["Window"], object]
    hint: str = ""


ACTIONS = (
    Declared(
        "start", "Examples", "Alt+Home", "picture", lambda w: w.frame.switch_start(), "and recent files; again: back"
    ),
    Declared("new", "New", "Ctrl+N", "new", lambda w: w.files.new(), "an empty graph"),
    Declared("open", "Open", "Ctrl+O", "open", lambda w: w.files.ask_open(), "a graph file"),
    Declared("add_data", "Add data", "Ctrl+Shift+O", "table", lambda w: w.files.ask_data(), "a file"),
    Declared(
        "add_folder", "Add a folder", "Ctrl+Shift+F", "folder", lambda w: w.files.ask_folder(), "of pictures or data"
    ),
    Declared("save", "Save", "Ctrl+S", "save", lambda w: w.files.save()),
    Declared("save_as", "Save As", "Ctrl+Shift+S", "save-as", lambda w: w.files.save_as()),
    Declared(
        "export", "Export", "Ctrl+E", "export", lambda w: w.files.export(), "the program as a plain Python script"
    ),
    Declared(
        "weights", "Load weights", "Ctrl+Shift+W", "weights", lambda w: w.files.ask_weights(), "of the whole model"
    ),
    Declared("undo", "Undo", "Ctrl+Z", "undo", lambda w: w.document.history.undo()),
    Declared("redo", "Redo", "Ctrl+Shift+Z", "redo", lambda w: w.document.history.redo()),
    Declared("search", "Add a node", "Ctrl+F", "search", lambda w: w.search(), "or Tab on the canvas"),
    Declared("run", "Run", "Ctrl+Return", "run", lambda w: w.run_or_stop()),
    Declared("fit", "Fit", "F", "fit", lambda w: w.canvas.fit(), "the whole graph into view"),
    Declared("arrange", "Arrange", "Ctrl+L", "table", lambda w: w.canvas.arrange(), "the nodes from left to right"),
    Declared("select_all", "Select all", "Ctrl+A", "check", lambda w: w.canvas.select_all()),
    Declared("delete", "Delete", "Del", "close", lambda w: w.canvas.delete_selected()),
    Declared("duplicate", "Duplicate", "Ctrl+D", "copy", lambda w: w.canvas.duplicate_selected()),
    Declared(
        "duplicate_fed",
        "Duplicate with wires",
        "Ctrl+Shift+D",
        "copy",
        lambda w: w.canvas.rewiring.duplicate_fed(),
        "fed by what feeds the nodes",
    ),
    Declared(
        "heal",
        "Delete and heal",
        "Ctrl+Del",
        "close",
        lambda w: w.canvas.rewiring.delete_and_heal(),
        "what stood around is joined",
    ),
    Declared(
        "pull_out",
        "Pull out",
        "O",
        "minus",
        lambda w: w.canvas.rewiring.pull_out(),
        "of the wires, which heal; or drag with Alt",
    ),
    Declared(
        "swap",
        "Swap",
        "S",
        "shuffle",
        lambda w: w.canvas.rewiring.ask_for_swap(),
        "for another type; what fits is kept",
    ),
    Declared(
        "bypass",
        "Bypass",
        "Ctrl+B",
        "link",
        lambda w: w.canvas.rewiring.bypass(),
        "the nodes, as if they were not there; again: take them in",
    ),
    Declared("next_wire", "Next wire", "W", "chevron-right", lambda w: w.canvas.rewiring.next_wire(), "of the node"),
    Declared(
        "wire_up", "Wire up", "Alt+Up", "chevron-up", lambda w: w.canvas.rewiring.move_wire(-1), "among its port's"
    ),
    Declared(
        "wire_down",
        "Wire down",
        "Alt+Down",
        "chevron-down",
        lambda w: w.canvas.rewiring.move_wire(1),
        "among its port's",
    ),
    Declared(
        "enter", "Go into the definition", "Ctrl+Down", "chevron-down", lambda w: w.definitions.enter(), "or Enter"
    ),
    Declared("leave", "Go out of the definition", "Ctrl+Up", "chevron-up", lambda w: w.definitions.leave()),
    Declared(
        "define", "New definition", "Ctrl+Shift+N", "plus", lambda w: w.definitions.begin(), "a graph within the graph"
    ),
    Declared("group", "Group", "Ctrl+G", "plus", lambda w: w.definitions.group(), "the selection into a definition"),
    Declared(
        "dissolve", "Dissolve", "Ctrl+Shift+G", "minus", lambda w: w.definitions.dissolve(), "the use into its nodes"
    ),
    Declared(
        "preview",
        "Preview",
        "P",
        "search",
        lambda w: w.previews.open_selected(),
        "what is on the selected wire, or comes out of the selected node",
    ),
    Declared("theme", "Dark or light", "Ctrl+T", "theme", lambda w: w.switch_theme()),
    Declared("panel", "Problems, training, log", "Ctrl+J", "chevron-up", lambda w: w.switch_bottom()),
    Declared("reference", "Reference", "F1", "help", lambda w: w.show_reference(), "what a node type is"),
    Declared("quit", "Quit", "Ctrl+Q", "close", lambda w: w.close()),
)
CANVAS = (
    "fit",
    "arrange",
    "select_all",
    "delete",
    "duplicate",
    "duplicate_fed",
    "heal",
    "pull_out",
    "swap",
    "bypass",
    "next_wire",
    "wire_up",
    "wire_down",
    "enter",
    "leave",
    "group",
    "dissolve",
    "preview",
    "weights",
)  # nothing to do while the start page is shown
TYPED = (
    "F",
    "P",
    "Del",
    "Ctrl+A",
    "Ctrl+D",
    "Ctrl+Shift+D",
    "Ctrl+Del",
    "O",
    "S",
    "W",
    "Alt+Up",
    "Alt+Down",
    "Ctrl+Down",
    "Ctrl+Up",
)  # the canvas's own: in a tree, a list or a text they mean something else


def make_actions(window: "Window") -> dict[str, QAction]:
    """The QActions of a window by name, their shortcuts at work."""
    return {declared.name: _action(declared, window) for declared in ACTIONS}


def tooltip(declared: Declared) -> str:
    """The name, what to expect, and the keys."""
    keys = QKeySequence(declared.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{declared.text}{': ' + declared.hint if declared.hint else ''} ({keys})"


def paint_icons(actions: dict[str, QAction]) -> None:
    """Draw the icons in the theme's colour."""
    for declared in ACTIONS:
        actions[declared.name].setIcon(theme.icon(declared.icon))


def _action(declared: Declared, window: "Window") -> QAction:
    action = QAction(declared.text, window, objectName=declared.icon)
    action.setToolTip(tooltip(declared))
    action.setShortcut(QKeySequence(declared.shortcut))

    def triggered() -> None:
        window.commit()
        declared.does(window)

    action.triggered.connect(triggered)
    if declared.shortcut in TYPED:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        window.canvas_place.addAction(action)
    else:
        window.addAction(action)
    return action
