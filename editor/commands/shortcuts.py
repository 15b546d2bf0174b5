"""The sheet of all shortcuts, made from the actions themselves: searched by words, and each can have other keys."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from editor.commands import keys
from editor.commands.actions import ACTIONS, DECLARED, HEADINGS, ON_CANVAS, tell_keys
from editor.looks import theme
from editor.looks.pieces import Line, SearchLine, TextButton

if TYPE_CHECKING:
    from editor.window.window import Window

NAME, ABOUT, KEYS = range(3)  # columns
HIGH = 26  # pixels of a row
ROLE = Qt.ItemDataRole.UserRole
FIXED = "Keys of the canvas itself"
MOUSE = "The mouse on the canvas"
HELP = "Choose a row and press its new keys in the field above."


class ShortcutSheet(QDialog):
    """Not modal: keys can be tried beside it."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window_ = window
        self.wished: str = keys.NONE  # keys of another action, that can be taken
        self.setWindowTitle("Shortcuts")
        self.resize(840, 700)  # the longest hint is read whole
        self.by_name = {declared.name: declared for declared in ACTIONS}
        self.edit = QKeySequenceEdit(accessibleName="New keys")
        self.edit.setMaximumSequenceLength(1)
        self.edit.setFixedWidth(170)
        self.edit.editingFinished.connect(self._pressed)
        self.search = SearchLine("Find an action or its keys")
        self.search.setAccessibleName("Find an action or its keys")
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self.edit.setFocus)
        self.tree = QTreeWidget(objectName="sheetRows", accessibleName="Shortcuts")
        self.tree.setColumnCount(3)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(8)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setItemsExpandable(False)
        self.tree.header().setStretchLastSection(False)
        fixed, stretch = QHeaderView.ResizeMode.Fixed, QHeaderView.ResizeMode.Stretch
        for column, mode in ((NAME, fixed), (ABOUT, stretch), (KEYS, fixed)):
            self.tree.header().setSectionResizeMode(column, mode)
        self.tree.currentItemChanged.connect(lambda *_: self._ask())
        self.tree.itemActivated.connect(lambda *_: self.edit.setFocus())
        self.name = Line("", "text", 13, 600)
        self.take = TextButton("check", "Take them")
        self.none = TextButton("close", "None", "No keys for this action")
        self.back = TextButton("reset", "Default", "The keys that it came with")
        self.all_back = TextButton("reset", "Reset all", "The keys that all actions came with")
        self.said = Line(HELP, "muted", 12).wrapped()
        self.said.setMinimumHeight(34)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.take.clicked.connect(lambda: self._give(self.wished))
        self.none.clicked.connect(lambda: self._give(keys.NONE))
        self.back.clicked.connect(lambda: self._wish(DECLARED[self._chosen()]))
        self.all_back.clicked.connect(self._reset)
        self._lay()
        theme.theme_changes.changed.connect(self._restyle)
        self._fill()

    def _lay(self) -> None:
        row, below, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(8)
        for part in (self.name, self.edit, self.none, self.back):
            row.addWidget(part, 1 if part is self.name else 0)
        below.addWidget(self.said, 1)
        below.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.all_back, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        column.addLayout(below)

    def _restyle(self) -> None:
        """Take the colours of the theme; whether keys are to be taken from another action is still asked."""
        wished = self.wished
        self._fill()
        if wished:
            self.edit.setKeySequence(wished)
            self._wish(wished)

    def _fill(self) -> None:
        """A row for every action, below the heading of its group."""
        chosen, now, heading = self._chosen(), keys.assigned(DECLARED), None
        self.tree.clear()
        for declared in ACTIONS:
            if declared.name in HEADINGS or heading is None:
                heading = self._heading(HEADINGS.get(declared.name, ""))
            row = _row(heading, declared.text, declared.hint, keys.either(keys.reaching(now, declared.name)) or "none")
            row.setData(NAME, ROLE, declared.name)
            if now[declared.name] != DECLARED[declared.name]:
                row.setForeground(KEYS, QColor(theme.current().accent))
        heading = self._heading(FIXED)
        for does in dict.fromkeys(keys.FIXED.values()):
            verb, _, rest = does.partition(" ")
            its = keys.either(each for each, what in keys.FIXED.items() if what == does)
            _row(heading, verb.capitalize(), rest, its).setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading = self._heading(MOUSE)
        for does, about, its in keys.MOUSE:
            _row(heading, does, about, its).setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.expandAll()
        for column in (NAME, KEYS):  # while all rows are there: those that are found later keep these widths
            self.tree.header().resizeSection(column, self.tree.sizeHintForColumn(column))
        self._find(self.search.text())
        self.choose(chosen)
        if not chosen and not self.search.text():
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Fonts are known now, and with them how wide the columns are."""
        super().showEvent(event)
        self._fill()

    def _heading(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [text])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setFont(NAME, theme.family_font(12, 600))
        item.setForeground(NAME, QColor(theme.current().muted))
        item.setSizeHint(ABOUT, QSize(0, HIGH + 4))
        item.setFirstColumnSpanned(True)
        return item

    def _find(self, typed: str) -> None:
        """Leave the rows that hold all words; the first of them is chosen."""
        words = typed.casefold().split()
        first = None
        for at in range(self.tree.topLevelItemCount()):
            heading = self.tree.topLevelItem(at)
            rows = [heading.child(each) for each in range(heading.childCount())] if heading else []
            for row in rows:
                text = " ".join(row.text(column) for column in (NAME, ABOUT, KEYS)).casefold()
                row.setHidden(not all(word in text for word in words))
                first = first or (None if row.isHidden() else row)
            if heading:
                heading.setHidden(all(row.isHidden() for row in rows))
        if words and first is not None:
            self.tree.setCurrentItem(first)
        elif words:
            self.tree.setCurrentIndex(QModelIndex())
            self._ask()
            self._say(f"No action is called {typed.strip()} or has such keys.")

    def choose(self, name: str) -> None:
        """Go to the row of an action."""
        for item in self.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive):
            if item.data(NAME, ROLE) == name and name:
                self.tree.setCurrentItem(item)

    def _chosen(self) -> str:
        item = self.tree.currentItem()
        return str((item.data(NAME, ROLE) if item else None) or "")

    def _ask(self) -> None:
        """What can be done with the chosen row."""
        name = self._chosen()
        now = keys.assigned(DECLARED).get(name, keys.NONE)
        self.name.setText(self.by_name[name].text if name else "")
        self.edit.setKeySequence(now)
        for part in (self.edit, self.none, self.back):
            part.setEnabled(bool(name))
        self._say(HELP)
        if name and not now and DECLARED[name]:
            other = keys.holder(DECLARED, name, DECLARED[name])
            why = f"{keys.shown(DECLARED[name])} belongs to {self.by_name[other].text} now." if other else ""
            self._say(why or "No keys reach it.")

    def _pressed(self) -> None:
        self._wish(keys.normal(self.edit.keySequence().toString()))

    def _wish(self, its: str) -> None:
        """Take the keys, or tell what is in the way."""
        name = self._chosen()
        if not name or its == keys.assigned(DECLARED)[name]:
            return
        why = keys.wrong(its, name in ON_CANVAS)
        if not why and its and (other := keys.holder(DECLARED, name, its)):
            self._say(
                f"{keys.shown(its)} belongs to {self.by_name[other].text}, which would have none.", "warning", its
            )
        elif why:
            self._say(why, "warning")
        else:
            self._give(its)

    def _give(self, its: str) -> None:
        name = self._chosen()
        try:
            keys.choose(DECLARED, name, its)
        except OSError as problem:
            self._say(f"The keys are not remembered: {problem.strerror}", "warning")
            return
        self._show_all()
        self._say(f"{self.by_name[name].text} has {keys.shown(its) or 'no keys'} now.")

    def _reset(self) -> None:
        try:
            keys.reset(DECLARED)
        except OSError as problem:
            self._say(f"The keys are not remembered: {problem.strerror}", "warning")
            return
        self._show_all()
        self._say("All actions have the keys that they came with.")

    def _show_all(self) -> None:
        tell_keys(self.window_.actions_by_name)
        self._fill()

    def _say(self, sentence: str, token: str = "muted", wished: str = keys.NONE) -> None:
        """One sentence below; with keys that can be taken from another action, the button for that."""
        self.wished = wished
        self.said.setText(sentence)
        self.said.in_colour(token)
        self.take.setVisible(bool(wished))


def show_shortcuts(window: "Window") -> None:
    """Show the sheet of a window."""
    sheet = window.findChild(ShortcutSheet) or ShortcutSheet(window)
    sheet.show()
    sheet.raise_()
    sheet.activateWindow()
    sheet.search.setFocus()
    sheet.search.selectAll()


def _row(heading: QTreeWidgetItem, text: str, about: str, its: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem(heading, [text, about, its])
    item.setFont(KEYS, theme.mono_font(12))
    item.setForeground(ABOUT, QColor(theme.current().muted))
    item.setTextAlignment(KEYS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setSizeHint(ABOUT, QSize(0, HIGH))
    return item
