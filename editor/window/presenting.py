"""Presentation: larger text, what one builds with out of the way, and no repairs, so that a class finds them itself."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from editor.looks import theme

if TYPE_CHECKING:
    from editor.window.window import Window

LARGER = 1.25  # text in panels
NEARER, USUAL = 1.7, 1.15  # how large a small graph is shown that is fitted
SIDE = 340  # pixels, where the panels at the side need more room


class Presentation(QObject):
    """Whether something is being presented; `changed` says so to whatever hides then."""

    changed = Signal()
    on = False
    before: tuple[bool, bool, list[int]] = (False, False, [])  # palette folded, bottom open, columns


presentation = Presentation()


def switch_presentation(window: "Window") -> None:
    """Begin to present, or end it; what was folded and what was open is so again."""
    frame, palette = window.frame, window.palette_panel
    presentation.on = not presentation.on
    frame.show_canvas()
    if presentation.on:
        presentation.before = (palette.folded, not frame.bottom.isHidden(), frame.columns.sizes())
        palette.fold(True)
        window.open_bottom(None)
        width = sum(presentation.before[2])
        frame.columns.setSizes([width - SIDE, SIDE])
    theme.enlarge(LARGER if presentation.on else 1.0)
    window.strip.setVisible(not presentation.on)
    window.canvas.view.fitting = NEARER if presentation.on else USUAL
    if not presentation.on:
        folded, opened, sizes = presentation.before
        palette.fold(folded)
        window.open_bottom(frame.bottom.current if opened else None)
        frame.columns.setSizes(sizes)
    presentation.changed.emit()
    window.canvas.fit()
