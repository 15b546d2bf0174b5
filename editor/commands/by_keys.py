"""What makes the window whole without a mouse: the outline, wires drawn by name, and the way from part to part."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from editor.canvas.pin import Pin
from editor.commands.actions import with_keys
from editor.commands.text_keys import TextKeys
from editor.outline.lines import lines
from editor.outline.outline import Outline
from editor.outline.wiring import Wiring
from editor.window.problem_row import RepairButton
from editor.window.tab_order import go_to, next_stop, stops

if TYPE_CHECKING:
    from editor.window.window import Window

READ = "The graph as a picture. The outline says it in words"
HERE = (
    "delete",
    "heal",
    "duplicate",
    "rename",
    "swap",
    "join",
    "next_wire",
    "preview",
    "pull_out",
    "freeze",
    "enter",
    "leave",
)


class ByKeys(QObject):
    """Joins outline and canvas, and knows the parts of a window in the order of the eye."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window = window
        self.texts = TextKeys(window)
        self.wiring = Wiring(window.canvas, window)
        self.outline = Outline(window.canvas, window.session)
        self.outline.wire_wanted.connect(lambda pin: self.join(pin))
        self.outline.parameters_wanted.connect(self.to_parameters)
        self.outline.closed.connect(self._close_outline)
        window.canvas.view.parameters_wanted.connect(self.to_parameters)
        window.frame.put_beside_canvas(self.outline)
        window.canvas.selection_changed.connect(self._describe)
        self._describe([])
        for name in HERE:  # the keys of the canvas work on what is selected in the outline too
            self.outline.addAction(window.actions_by_name[name])

    def _describe(self, ids: list[str]) -> None:
        """Whoever hears the canvas hears what is selected on it; its items themselves are a picture."""
        level = self.window.level
        chosen = [line.sentence for line in lines(level.seen, level.report, ids)] if len(ids) == 1 else []
        counted = f"{len(ids)} nodes are selected." if ids else with_keys(READ, "outline")
        self.window.canvas.view.setAccessibleDescription(chosen[0] if chosen else counted)

    def join(self, port: Pin | None = None) -> None:
        """Ask for a wire of what is selected, or of one port."""
        asker = QApplication.focusWidget() if self.outline.tree.hasFocus() else None
        self.wiring.ask(port or (self.outline.port() if asker else None), asker)

    def switch_outline(self) -> None:
        """Show the outline and go there; from there away with it."""
        frame, outline = self.window.frame, self.outline
        if outline.isVisible() and outline.tree.hasFocus():
            self._close_outline()
        else:
            frame.show_canvas()
            outline.show()
            outline.tree.setFocus()

    def _close_outline(self) -> None:
        self.outline.hide()
        self.window.canvas.setFocus()

    def to_parameters(self) -> None:
        """To the first parameter of what is selected."""
        self.window.frame.side.show_pane("inspector")
        if page := self.window.inspector.page:
            rows = getattr(page, "rows", {})
            _enter(next((row.entry for row in rows.values()), page))

    def next_part(self, step: int = 1) -> None:
        """The focus to the part after the one that has it."""
        parts, focus = self._parts(), QApplication.focusWidget()
        at = next((at for at, part in enumerate(parts) if focus and (part is focus or part.isAncestorOf(focus))), 0)
        for more in range(1, len(parts)):
            if _enter(parts[(at + step * more) % len(parts)]):
                return

    def go_on(self, forward: bool) -> bool:
        """The focus to the stop after the one that has it, or before; whether it is in any part.

        Qt asks for it too where what has the focus vanishes, as a button that did what it was for.
        """
        frame, focus = self.window.frame, QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and not focus.isVisible() and self._leads_back(focus):
            (frame.start if frame.on_start else frame.canvas_place).setFocus()
            return True
        parts = [part for part in self._parts() if part is not self.window.canvas]
        parts.insert(parts.index(frame.side) if frame.side in parts else len(parts) - 1, frame.middle_column)
        to = next_stop(parts, focus, 1 if forward else -1)
        if to is not None:
            go_to(to, Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return to is not None

    def _leads_back(self, button: QAbstractButton) -> bool:
        """Whether a button that is done with leads back to the canvas: a repair, and what stands in rows above it."""
        above = self.window.frame.middle_column.isAncestorOf(button)
        return self.window.isVisible() and (above or isinstance(button, RepairButton))

    def _parts(self) -> list[QWidget]:
        """Those that are seen, from left to right and from above."""
        window, frame = self.window, self.window.frame
        middle = [window.start] if frame.on_start else [self.outline, window.canvas]
        found = [window.bar, window.palette_panel, *middle, frame.side, frame.bottom, window.strip]
        return [part for part in found if part.isVisible()]


def _enter(part: QWidget) -> bool:
    """Give the focus to the first stop of a part; whether there was one."""
    to = part if part.focusProxy() is not None else next(stops(part), None)
    if to is not None:
        go_to(to)
    return to is not None
