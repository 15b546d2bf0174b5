"""Keeps palette and search at what can be placed: the definitions of the file and of the library, as they are now."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from editor.commands.definitions import Definitions
from editor.document.level import Level
from editor.palette.offer import offered, on_shelf
from editor.palette.palette import Palette
from editor.palette.popup import SearchPopup
from runtime.define.library import LIBRARY, library
from runtime.spec.definition import PREFIX
from runtime.spec.node import Spec


class Shelf(QObject):
    """Follows the level that is shown and the library; does what is asked of a row."""

    def __init__(self, level: Level, definitions: Definitions, palette: Palette, popup: SearchPopup) -> None:
        super().__init__(palette)
        self.level, self.definitions, self.palette, self.popup = level, definitions, palette, popup
        self.library = list(on_shelf(library()))
        self.shown: list[Spec] = []
        level.changed.connect(lambda _: self.refresh())
        level.opened.connect(self.refresh)
        definitions.library_changed.connect(self.look_again)
        palette.asked.connect(self._do)
        self.refresh()

    def look_again(self) -> None:
        """The library is another one."""
        self.library = list(on_shelf(library()))
        self.refresh()

    def refresh(self) -> None:
        """Offer what is there now, if it is something else than before."""
        found = [*offered(self.level.document.graph, self.level.name), *self.library]
        if [_looks(spec) for spec in found] != [_looks(spec) for spec in self.shown]:
            self.palette.show_offer(found)
        self.shown = found
        self.popup.offered = {spec.type: spec for spec in found}

    def _do(self, command: str, type_name: str) -> None:
        name = type_name.removeprefix(PREFIX).removeprefix(LIBRARY)
        commands: dict[str, Callable[[str], None]] = {
            "open": self.definitions.open,
            "keep": self.definitions.keep,
            "remove": self.definitions.remove,
            "forget": self.definitions.forget,
        }
        commands[command](name)


def _looks(spec: Spec) -> tuple[str, str]:
    return spec.type, spec.doc
