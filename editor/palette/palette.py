"""The palette at the left of the window: a search box over the tree of node types, folding to a column of icons."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from editor.looks import theme
from editor.looks.pieces import Line, SearchLine, WhenSeen
from editor.palette.entry import family_icon
from editor.palette.paste import paste
from editor.palette.ranking import NOTHING
from editor.palette.tree import TypeTree
from runtime.spec.catalogue import placeable
from runtime.spec.from_code import is_code, read
from runtime.spec.node import Spec
from runtime.spec.words import family_title

WIDE, NARROW = 190, 40
JUMP = 19  # pixels that a way to a family is wide


class Palette(QWidget):
    """Emits `chosen` with a node type to be added where the canvas is looked at, `typed` with the nodes of code."""

    chosen = Signal(str)
    typed = Signal(object)  # Chain
    asked = Signal(str, str)  # what is to be done with a definition, and the type of its row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.folded = False
        self.search = SearchLine("Find a node")
        self.search.setAccessibleName("Find a node type")
        self.search.setToolTip("A name, what it does, or code such as Conv2d(16, 3)")
        self._glass: QAction = self.search.addAction(
            theme.icon("search", theme.current().muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.installEventFilter(self)
        self.tree = TypeTree()
        self.said = Line("", "muted").wrapped()
        self.said.setContentsMargins(10, 0, 8, 6)
        self.said.hide()
        self.jump_row = QWidget(objectName="jumps")
        self.fold_button = QToolButton(autoRaise=True, toolTip="Fold the palette")
        self.fold_button.clicked.connect(lambda: self.fold(not self.folded))
        self.families = {family: self._family_button(family, 18) for family in _families()}
        self.jumps = {family: self._family_button(family, 15) for family in _families()}
        self._arrange()
        self.search.textChanged.connect(self._search)
        self.tree.chosen.connect(self.chosen)
        self.tree.typed.connect(self._typed)
        self.tree.asked.connect(self.asked)
        WhenSeen(self, self._restyle)
        self._paint_icons()
        self.fold(False)

    def fold(self, folded: bool) -> None:
        """Show icons only, or everything."""
        self.folded = folded
        self.search.setVisible(not folded)
        self.tree.setVisible(not folded)
        self.said.setVisible(not folded and bool(self.said.text()))
        for button in self.families.values():
            button.setVisible(folded)
        self.jump_row.setVisible(not folded)
        self.setFixedWidth(NARROW if folded else WIDE)
        self.fold_button.setToolTip("Show the palette" if folded else "Fold the palette")
        self.fold_button.setAccessibleName(self.fold_button.toolTip())
        self.fold_button.setIcon(theme.icon("chevron-right" if folded else "chevron-left"))

    def show_family(self, family: str) -> None:
        """Unfold, and bring a family to the top."""
        self.fold(False)
        self.search.clear()
        self.tree.show_family(family)

    def show_offer(self, specs: Iterable[Spec]) -> None:
        """Offer definitions beside the catalogue."""
        self.tree.show_offer(specs, self.search.text())

    def looked_at(self) -> str:
        """The node type of the chosen row, while the user is here."""
        focused = QApplication.focusWidget()
        return self.tree.current_type() if focused is not None and self.isAncestorOf(focused) else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search box Enter adds the best match, arrows move among the matches, Esc clears."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.tree.choose_current()
                return True
            if event.matches(QKeySequence.StandardKey.Paste):
                paste(self.search)
                return True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.tree.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _search(self, query: str) -> None:
        self.tree.show_matches(query)
        found = read(query) if is_code(query) else None
        nothing = NOTHING if found is None and query.strip() and not self.tree.topLevelItemCount() else ""
        self.said.setText(nothing if found is None else found.said)
        self.said.setVisible(bool(self.said.text()))

    def _typed(self, chain: Any) -> None:
        """What was drawn need not be typed any more."""
        self.search.clear()
        self.typed.emit(chain)

    def _family_button(self, family: str, pixels: int) -> QToolButton:
        button = QToolButton(autoRaise=True, toolTip=family_title(family), iconSize=QSize(pixels, pixels))
        button.setAccessibleName(family_title(family))
        button.clicked.connect(lambda: self.show_family(family))
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 8, 6, 6)
        head.setSpacing(4)
        head.addWidget(self.search)
        head.addWidget(self.fold_button)
        jumps = QHBoxLayout(self.jump_row)
        jumps.setContentsMargins(6, 0, 6, 4)
        jumps.setSpacing(0)
        for button in self.jumps.values():
            button.setFixedSize(JUMP, 22)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys go through the tree
            jumps.addWidget(button)
        jumps.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)  # the border
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.jump_row)
        column.addWidget(self.said)
        column.addWidget(self.tree, 1)
        icons = QVBoxLayout()
        icons.setContentsMargins(0, 2, 0, 0)
        icons.setSpacing(6)
        for button in self.families.values():
            icons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(icons)
        column.addStretch(0)

    def _restyle(self) -> None:
        self._paint_icons()
        self.tree.show_matches(self.search.text())

    def _paint_icons(self) -> None:
        self._glass.setIcon(theme.icon("search", theme.current().muted))
        for family, button in (*self.families.items(), *self.jumps.items()):
            button.setIcon(family_icon(family))
        self.fold_button.setIcon(theme.icon("chevron-right" if self.folded else "chevron-left"))


def _families() -> list[str]:
    return list(dict.fromkeys(spec.family for spec in placeable()))
