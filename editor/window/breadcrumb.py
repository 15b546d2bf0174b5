"""The line above the canvas inside of a definition: the way back, and the use whose types and parameters are shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from editor.commands.actions import with_keys
from editor.commands.definitions import named, ways_to
from editor.document.level import Level
from editor.inspector.choice import StillCombo
from editor.looks.pieces import IconButton, Line, colour
from editor.looks.theme import family_font, theme_changes
from runtime.define.levels import Step

MOST = 40  # ways to a definition that are offered


class Crumb(QPushButton):
    """A step of the way."""

    def __init__(self, text: str, last: bool) -> None:
        super().__init__(text)
        self.setFlat(True)
        self.setFont(family_font(12, 600 if last else 400))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if last else Qt.FocusPolicy.TabFocus)
        self.setEnabled(not last)
        if not last:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text if last else f"Back to {text}")


class Breadcrumb(QWidget):
    """Shown only inside of a definition."""

    left = Signal()

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.setObjectName("breadcrumb")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Where you are")
        self.crumbs: list[Crumb] = []
        self.back = IconButton("chevron-left", with_keys("Back to what is around this definition", "leave"))
        self.back.clicked.connect(self.left)
        self.said = Line("", "muted", 12)
        self.ways = StillCombo()
        self.ways.setAccessibleName("The use whose types and parameters are shown")
        self.ways.setToolTip("Types and parameters are those of this use; edits change the definition for all of them.")
        self.ways.setSizeAdjustPolicy(StillCombo.SizeAdjustPolicy.AdjustToContents)
        self.ways.activated.connect(self._choose)
        self.steps: list[tuple[Step, ...]] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 8, 2)
        row.setSpacing(4)
        row.addWidget(self.back)
        self.row = QHBoxLayout()
        self.row.setSpacing(2)
        row.addLayout(self.row)
        row.addStretch(1)
        row.addWidget(self.said)
        row.addWidget(self.ways)
        level.opened.connect(self.refresh)
        level.changed.connect(lambda _: self.refresh())
        level.document.filed.connect(self.refresh)
        theme_changes.changed.connect(self.recolour)
        self.refresh()

    def refresh(self) -> None:
        """Show the way to what is shown."""
        steps = self.level.steps
        self.setVisible(bool(steps))
        if not steps:
            return
        texts = [self.level.document.title, *(step.definition for step in steps)]
        if [crumb.text() for crumb in self.crumbs] != texts:
            self._fill(texts)
        graph = self.level.document.graph
        self.steps = ways_to(graph, self.level.name, MOST)
        if steps not in self.steps:
            self.steps.insert(0, steps)
        alone = not steps[-1].use
        self.ways.setVisible(not alone)
        self.said.setText("used nowhere yet: no types are known" if alone else "as seen by")
        self.ways.clear()
        self.ways.addItems([named(way) for way in self.steps])
        self.ways.setCurrentIndex(self.steps.index(steps))
        self.ways.setEnabled(len(self.steps) > 1)

    def _fill(self, texts: list[str]) -> None:
        while (item := self.row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.crumbs = []
        for at, text in enumerate(texts):
            if at:
                self.row.addWidget(Line("/", "muted", 12))
            self._add(Crumb(text, at == len(texts) - 1), at)
        self.recolour()

    def _add(self, crumb: Crumb, at: int) -> None:
        crumb.clicked.connect(lambda: self.level.go(self.level.steps[:at]))
        self.crumbs.append(crumb)
        self.row.addWidget(crumb)

    def _choose(self, at: int) -> None:
        self.level.go(self.steps[at])

    def recolour(self) -> None:
        """Ways back in the accent colour, what is shown in that of text."""
        for crumb in self.crumbs:
            palette = crumb.palette()
            palette.setColor(palette.ColorRole.ButtonText, colour("accent" if crumb.isEnabled() else "text"))
            palette.setColor(palette.ColorGroup.Disabled, palette.ColorRole.ButtonText, colour("text"))
            crumb.setPalette(palette)
