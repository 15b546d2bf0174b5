"""Which files were open and how the panels stood about them; the next window that is opened by itself comes back so."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from editor.document.held import Held
from editor.window.place import REST, keep
from runtime.places import read_settings, settings_file

if TYPE_CHECKING:
    from editor.window.tabs import Tabs
    from editor.window.window import Window

KEY = "open"
PANELS = 600  # ms after the window came back until its panels do: they are made a little later than the rest
FILES, CURRENT, BOTTOM, SIDE, FOLDED = "files", "current", "bottom", "side", "folded"


class LastTabs(QObject):
    """Keeps what is open as soon as that rests, so that a window that a signal ends comes back to it too.

    Only the first of several windows does: they would open each other's files, and the last change would be all that
    is kept.
    """

    def __init__(self, tabs: "Tabs") -> None:
        super().__init__(tabs)
        self.tabs, self.held = tabs, Held()
        self.first = self.held.take(settings_file())
        self.resting = QTimer(self, interval=REST, singleShot=True)
        self.resting.timeout.connect(self.keep)
        tabs.changed.connect(self.resting.start)

    def open(self, wanted: Path | None = None) -> None:
        """Open what was open, the file that is `wanted` or was looked at last at once, others when they are looked at.

        Until then nobody asks for those at all: a folder of the network that does not answer would keep the window
        waiting. What settings hold is not trusted to be as written.
        """
        tabs, kept = self.tabs, read_settings().get(KEY) if self.first else None
        kept = kept if isinstance(kept, dict) else {}
        listed = kept.get(FILES)
        listed = list(filter(_sound, listed)) if isinstance(listed, list) else []
        files = [Path(each) for each in dict.fromkeys(listed)]
        shown = wanted or next((file for file in files if str(file) == kept.get(CURRENT)), files[-1] if files else None)
        if shown:
            tabs.current.files.open(shown)
        opened = tabs.current.document.path
        for place, file in enumerate(files):
            if opened is None or file != opened.absolute():
                tabs.put(file, place)
        if opened:
            _come_back(tabs.current, kept)

    def keep(self) -> None:
        """Remember the files in their order, and the panels of the tab that is looked at."""
        if not self.first:
            return
        frame, palette = self.tabs.current.frame, self.tabs.current.palette_panel
        files = [entry if isinstance(entry, Path) else entry.document.path for entry in self.tabs.entries]
        now = self.tabs.current.document.path
        shown = frame.bottom.current if frame.bottom.panes and not frame.bottom.isHidden() else ""
        told = {FILES: [str(file.absolute()) for file in files if file], CURRENT: str(now.absolute()) if now else ""}
        keep(KEY, told | {BOTTOM: shown, SIDE: frame.side.current, FOLDED: palette.folded})

    def leave(self) -> None:
        """Keep it for the last time: the next window is the first."""
        self.keep()
        self.first = False
        self.held.leave()


def _sound(text: Any) -> bool:
    """Whether it is the whole place of a file in letters that systems know."""
    known = isinstance(text, str) and "\0" not in text and text.encode(errors="ignore").decode() == text
    return known and Path(text).is_absolute()


def _come_back(window: "Window", kept: dict[str, Any]) -> None:
    """The panels as they were, as far as there are such."""
    frame = window.frame
    side, bottom = str(kept.get(SIDE)), str(kept.get(BOTTOM))
    window.palette_panel.fold(kept.get(FOLDED) is True)
    if side in frame.side.panes:
        frame.side.show_pane(side)

    def below() -> None:
        if window.isVisible() and frame.bottom.isHidden() and bottom in frame.bottom.panes:
            window.open_bottom(bottom)

    QTimer.singleShot(PANELS, window, below)
