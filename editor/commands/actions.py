"""Every action of the window, once: what it is called, how it is reached from the keyboard, its icon, what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from editor.commands import clipboard, keys, ordering
from editor.document.versions import show_versions
from editor.export.exporting import show_formats
from editor.looks import theme, tones
from editor.window import looking
from editor.window.explaining import explain
from editor.window.presenting import switch_presentation

if TYPE_CHECKING:
    from editor.window.window import Window


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
    Declared("add_tab", "New tab", "Ctrl+T", "plus", lambda w: w.tab_wanted.emit("add"), "with the start page"),
    Declared("close_tab", "Close", "Ctrl+W", "close", lambda w: w.tab_wanted.emit("close"), "this tab"),
    Declared(
        "reopen_tab",
        "Open again",
        "Ctrl+Shift+T",
        "undo",
        lambda w: w.tab_wanted.emit("reopen"),
        "the tab that was closed last",
    ),
    Declared("next_tab", "Next tab", "Ctrl+PgDown", "chevron-right", lambda w: w.tab_wanted.emit("next")),
    Declared("previous_tab", "Previous tab", "Ctrl+PgUp", "chevron-left", lambda w: w.tab_wanted.emit("previous")),
    Declared("open", "Open", "Ctrl+O", "open", lambda w: w.files.ask_open(), "a graph file"),
    Declared("add_data", "Add data", "Ctrl+Shift+O", "table", lambda w: w.files.ask_data(), "a file"),
    Declared(
        "add_folder", "Add a folder", "Ctrl+Shift+F", "folder", lambda w: w.files.ask_folder(), "of pictures or data"
    ),
    Declared("save", "Save", "Ctrl+S", "save", lambda w: w.files.save()),
    Declared("save_as", "Save As", "Ctrl+Shift+S", "save-as", lambda w: w.files.save_as()),
    Declared("versions", "Versions", "Ctrl+Shift+H", "versions", show_versions, "of the file, as they were saved"),
    Declared(
        "export", "Export", "Ctrl+E", "export", lambda w: w.files.export(), "the program as a plain Python script"
    ),
    Declared(
        "export_as",
        "Export as",
        "Ctrl+Shift+E",
        "export",
        show_formats,
        "script, notebook, package, ONNX, torch.export",
    ),
    Declared(
        "weights", "Load weights", "Ctrl+Shift+W", "weights", lambda w: w.files.ask_weights(), "of the whole model"
    ),
    Declared("undo", "Undo", "Ctrl+Z", "undo", lambda w: w.document.history.undo()),
    Declared("redo", "Redo", "Ctrl+Shift+Z", "redo", lambda w: w.document.history.redo()),
    Declared(
        "search",
        "Add a node",
        "Ctrl+F",
        "search",
        lambda w: w.search(),
        f"by what it does; on the canvas {keys.either(keys.ADDING)} too",
    ),
    Declared(
        "arrange",
        "Arrange",
        "Ctrl+L",
        "arrange",
        lambda w: w.canvas.arrange(),
        "the graph from left to right, or the selected nodes alone",
    ),
    Declared("select_all", "Select all", "Ctrl+A", "check", lambda w: w.canvas.select_all()),
    Declared("delete", "Delete", "Del", "close", lambda w: w.canvas.delete_selected()),
    Declared("duplicate", "Duplicate", "Ctrl+D", "copy", lambda w: w.canvas.duplicate_selected()),
    Declared("cut", "Cut", "Ctrl+X", "cut", clipboard.cut, "the selected nodes"),
    Declared("copy", "Copy", "Ctrl+C", "copy", clipboard.copy, "the selected nodes, as text"),
    Declared("paste", "Paste", "Ctrl+V", "plus", clipboard.paste, "nodes at the cursor"),
    Declared("rename", "Rename", "F2", "text", lambda w: w.canvas.rename_selected(), "the selected node or frame"),
    *(
        Declared(f"align_{side}", f"Align {how}", keys, "arrange", partial(ordering.align, side=side))
        for side, how, keys in (
            ("left", "left", "Alt+Shift+Left"),
            ("right", "right", "Alt+Shift+Right"),
            ("top", "top", "Alt+Shift+Up"),
            ("bottom", "bottom", "Alt+Shift+Down"),
            ("column", "centres in a column", "Alt+C"),
            ("row", "centres in a row", "Alt+R"),
        )
    ),
    *(
        Declared(f"distribute_{way}", f"Distribute {way}", keys, "arrange", partial(ordering.distribute, axis=axis))
        for axis, way, keys in ((0, "across", "Alt+H"), (1, "down", "Alt+V"))
    ),
    *(
        Declared(
            f"nudge_{way.lower()}{'_far' if steps > 1 else ''}",
            f"Move {way.lower()}",
            f"Shift+{way}" if steps > 1 else way,
            "fit",
            partial(ordering.nudge, across=across, down=down, steps=steps),
            "five steps of the grid" if steps > 1 else "a step of the grid",
        )
        for steps in (1, ordering.FAR)
        for way, across, down in (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1))
    ),
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
    Declared(
        "freeze",
        "Freeze",
        "K",
        "frozen",
        lambda w: w.canvas.rewiring.freeze(),
        "the weights of the nodes; again: train them",
    ),
    Declared("frame", "Frame", "J", "frame", lambda w: w.canvas.framing.wrap(), "around the selected nodes"),
    Declared("note", "Add a note", "N", "text", lambda w: w.canvas.framing.note(), "in Markdown, at the cursor"),
    Declared(
        "dot",
        "Set a dot",
        ".",
        "plus",
        lambda w: w.canvas.framing.set_dots(),
        "on the selected wire; or click with Alt",
    ),
    Declared("join", "Draw a wire", "L", "link", lambda w: w.by_keys.join(), "from or to the selected node, by name"),
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
    Declared("run", "Run", "Ctrl+Return", "run", lambda w: w.run_or_stop()),
    Declared("pause", "Pause", "Ctrl+P", "pause", lambda w: w.session.pausing.switch(), "the run; again: go on"),
    Declared(
        "try",
        "Try it",
        "Ctrl+Shift+Return",
        "family-output",
        lambda w: w.open_bottom("try"),
        "the trained model, on a row or a sample of your own",
    ),
    Declared("runs", "Runs", "Ctrl+R", "curve", lambda w: w.show_runs(), "of this graph, to compare and repeat"),
    Declared("fit", "Fit", "F", "fit", lambda w: w.canvas.fit(), "the whole graph into view"),
    Declared("fit_selection", "Fit the selection", "Shift+F", "fit", lambda w: w.canvas.fit_selection(), "into view"),
    Declared("zoom_in", "Zoom in", "Ctrl+=", "plus", lambda w: w.canvas.zoom_in()),
    Declared("zoom_out", "Zoom out", "Ctrl+-", "minus", lambda w: w.canvas.zoom_out()),
    Declared("minimap", "Minimap", "M", "picture", looking.switch_minimap, "on large graphs, or not"),
    Declared(
        "preview",
        "Preview",
        "P",
        "eye",
        lambda w: w.previews.open_selected(),
        "what is on the selected wire, or comes out of the selected node",
    ),
    Declared(
        "figures",
        "Figures",
        "H",
        "curve",
        lambda w: w.canvas.heating.turn(),
        "on the nodes: weights, multiply-adds, memory, none",
    ),
    Declared("theme", "Theme", "Ctrl+Alt+T", "theme", tones.switch_theme, "dark, light, high contrast"),
    Declared(
        "present", "Presentation", "F11", "device", switch_presentation, "larger text, no repairs; again: as before"
    ),
    Declared(
        "outline",
        "Outline",
        "Ctrl+Shift+L",
        "list",
        lambda w: w.by_keys.switch_outline(),
        "the graph as a list, to travel by keys",
    ),
    Declared("next_part", "Next part", "F6", "chevron-right", lambda w: w.by_keys.next_part(), "of the window"),
    Declared(
        "last_part", "Part before", "Shift+F6", "chevron-left", lambda w: w.by_keys.next_part(-1), "of the window"
    ),
    Declared("panel", "Problems, training, log, runs", "Ctrl+J", "chevron-up", lambda w: w.switch_bottom()),
    Declared("reference", "Reference", "F1", "help", explain, "what a node type is"),
    Declared(
        "shortcuts", "Shortcuts", "Ctrl+/", "keys", lambda w: show_shortcuts(w), "all keys, to read and to change"
    ),
    Declared("quit", "Quit", "Ctrl+Q", "close", lambda w: w.window().close()),
)
HEADINGS = {  # above the first action of each group
    "start": "Files",
    "undo": "Edit",
    "align_left": "Align and move",
    "enter": "Definitions",
    "run": "Run and look",
    "theme": "Window",
}
CANVAS = (
    *(each.name for each in ACTIONS if each.name.startswith(("align_", "distribute_", "nudge_"))),
    *("cut", "copy", "paste", "rename"),
    "fit",
    "fit_selection",
    "zoom_in",
    "zoom_out",
    "minimap",
    "arrange",
    "select_all",
    "delete",
    "duplicate",
    "duplicate_fed",
    "heal",
    "pull_out",
    "swap",
    "bypass",
    "freeze",
    "frame",
    "note",
    "dot",
    "join",
    "next_wire",
    "wire_up",
    "wire_down",
    "enter",
    "leave",
    "group",
    "dissolve",
    "preview",
    "try",
    "figures",
    "weights",
)  # nothing to do while the start page is shown
TYPED = (
    "F2",
    "F",
    "H",
    "Shift+F",
    "M",
    "P",
    "Del",
    "Ctrl+A",
    "Ctrl+D",
    "Ctrl+Shift+D",
    "Ctrl+Del",
    "O",
    "S",
    "L",
    "W",
    "J",
    "K",
    "N",
    ".",
    "Alt+Up",
    "Alt+Down",
    "Ctrl+Down",
    "Ctrl+Up",
)  # the canvas's own: in a tree, a list or a text they mean something else
OWN = (
    "copy",
    "cut",
    "paste",
    "align_",
    "distribute_",
    "nudge_",
)  # begins of names; nothing in the canvas has these keys


TEXTS = {declared.name: declared.text for declared in ACTIONS}
DECLARED = {declared.name: declared.shortcut for declared in ACTIONS}
ON_CANVAS = frozenset(each.name for each in ACTIONS if each.shortcut in TYPED or each.name.startswith(OWN))


def make_actions(window: "Window") -> dict[str, QAction]:
    """The QActions of a window by name, their shortcuts at work."""
    made = {declared.name: _action(declared, window) for declared in ACTIONS}
    tell_keys(made)
    return made


def tell_keys(made: Mapping[str, QAction]) -> None:
    """Let the actions have the keys that the user chose, and say so."""
    now = keys.assigned(DECLARED)
    for declared in ACTIONS:
        made[declared.name].setShortcuts([*map(QKeySequence, keys.reaching(now, declared.name))])
        made[declared.name].setToolTip(tooltip(declared, keys.shown(now[declared.name])))


def tooltip(declared: Declared, its: str) -> str:
    """The name, what to expect, and the keys."""
    return f"{declared.text}{': ' + declared.hint if declared.hint else ''}{f' ({its})' if its else ''}"


def with_keys(sentence: str, name: str) -> str:
    """A sentence about an action, and the keys that reach it as a window opens."""
    its = keys.shown(keys.assigned(DECLARED)[name])
    return f"{sentence} ({its})" if its else sentence


def show_shortcuts(window: "Window") -> None:
    """The sheet of all keys."""
    from editor.commands.shortcuts import show_shortcuts as show

    show(window)


def paint_icons(actions: dict[str, QAction]) -> None:
    """Draw the icons in the theme's colour."""
    for declared in ACTIONS:
        actions[declared.name].setIcon(theme.icon(declared.icon))


def _action(declared: Declared, window: "Window") -> QAction:
    action = QAction(declared.text, window, objectName=declared.icon)

    def triggered() -> None:
        window.commit()
        declared.does(window)

    action.triggered.connect(triggered)
    if declared.name.startswith(OWN):
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        window.canvas.view.addAction(action)
    elif declared.shortcut in TYPED:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        window.canvas_place.addAction(action)
    else:
        window.addAction(action)
    return action
