"""The menu of the right button on the canvas: what can be done with what is selected, and the keys that do it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtWidgets import QMenu

from editor.canvas.freezing import weighty
from editor.commands.actions import TEXTS
from runtime.check.finish import frozen
from runtime.graph.bypass import set_aside

if TYPE_CHECKING:
    from editor.window.window import Window

Groups = tuple[tuple[str, ...], ...]
ON_NODES: Groups = (
    ("swap", "enter", "rename"),
    ("bypass", "freeze", "pull_out"),
    ("cut", "copy", "duplicate", "duplicate_fed"),
    ("frame", "group", "dissolve"),
    ("preview", "try", "next_wire", "arrange", "reference"),
    ("delete", "heal"),
)
ON_A_WIRE: Groups = (("preview", "dot"), ("wire_up", "wire_down"), ("delete",))
ON_A_FRAME: Groups = (("rename", "fit_selection"), ("copy", "cut", "duplicate"), ("delete",))
ON_A_DOT: Groups = (("delete",),)
ON_NOTHING: Groups = (
    ("search", "add_data", "note", "paste"),
    ("undo", "redo"),
    ("select_all", "arrange", "fit"),
    ("figures", "minimap"),
)
ALONE = {"swap", "rename", "next_wire", "preview", "try"}  # of one node or frame
OF_A_USE = {"enter", "dissolve"}
AGAIN = {"bypass": "Take in again", "freeze": "Unfreeze", "minimap": "Hide the minimap"}  # where it is so now


class CanvasMenu:
    """Opens the menu over a window; it holds the actions of the window, so nothing is declared twice."""

    def __init__(self, window: "Window") -> None:
        self.window = window
        window.canvas.rewiring.menu_wanted.connect(self.ask)

    def ask(self, where: QPoint) -> None:
        """Open at a point of the screen."""
        menu = QMenu(self.window.canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in self._groups():
            for name in group:
                action = self.window.actions_by_name[name]
                action.setText(AGAIN[name] if self._so_now(name) else TEXTS[name])
                action.setShortcutVisibleInContextMenu(True)
                action.setIconVisibleInMenu(True)
                menu.addAction(action)
            if group:
                menu.addSeparator()
        self._point(menu, where)
        menu.popup(where)

    def _point(self, menu: QMenu, where: QPoint) -> None:
        """What is chosen happens where the menu was asked for, not where the cursor has gone on it."""
        view = self.window.canvas.view
        there = view.viewport().mapFromGlobal(where)
        at = view.pointed = view.scene_at(QPointF(there)) if view.viewport().rect().contains(there) else None

        def done() -> None:
            if view.pointed is at:
                view.pointed = None

        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, view, done))  # it hides before it does anything

    def _so_now(self, name: str) -> bool:
        """Whether what an action does is done already, so that it takes it back."""
        canvas = self.window.canvas
        graph, nodes = canvas.graph, canvas.selected()
        if name == "bypass":
            return all(set_aside(graph, id) for id in nodes)
        if name == "freeze":
            return all(frozen(graph.nodes[id]) for id in weighty(graph, nodes))
        return name == "minimap" and canvas.view.minimap.wanted

    def _groups(self) -> list[list[str]]:
        canvas = self.window.canvas
        nodes, edges, frames = canvas.selected(), canvas.selection.edges(), canvas.selection.frames()
        rest = ON_A_FRAME if frames else ON_A_DOT if canvas.selection.dots() else ON_NOTHING
        groups = ON_NODES if nodes else ON_A_WIRE if edges else rest
        unfit = set(ALONE) if len(nodes or frames) > 1 else set()
        unfit |= {"arrange"} if len(nodes) == 1 else set()
        marks = len(nodes) == 1 and not canvas.level.steps and canvas.graph.nodes[nodes[0]].type == "Output"
        unfit |= set() if marks else {"try"}
        unfit |= set() if weighty(canvas.graph, nodes) and not canvas.level.steps else {"freeze"}
        unfit |= set() if canvas.chosen_use() else OF_A_USE
        if len(edges) != 1 or len(canvas.graph.incoming[edges[0].target]) == 1:
            unfit |= {"wire_up", "wire_down"}
        return [[name for name in group if name not in unfit] for group in groups]
