"""The style sheet of a window: buttons, fields and menus, and its own parts; colours from the theme's tokens."""

from string import Template

from editor.looks.theme import FADED, Theme, faded, mixed

SMALL = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px 6px; }
QMenu { background: $panel; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 22px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $unable; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $raised; border: 1px solid $edge; border-radius: 5px; padding: 3px 6px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $border; padding: 4px; outline: none; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QPushButton, QToolButton { background: $raised; border: 1px solid $edge; border-radius: 5px; padding: 4px 10px; }
QToolButton { padding: 4px; }
QToolButton[autoRaise="true"] { background: transparent; border-color: transparent; }
QPushButton:hover, QToolButton:hover, QPushButton:focus, QToolButton:focus,
QToolButton[autoRaise="true"]:focus { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $node; border-color: $accent; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton:disabled, QToolButton:disabled { background: transparent; color: $faded; border-color: $groove;
    border-style: $idle; }
QToolButton[autoRaise="true"]:disabled { border-color: $idle_line; }
QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled, QLineEdit:disabled {
    background: transparent; color: $muted; border-color: $groove; border-style: $idle; }
QTabBar::tab { color: $muted; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected:focus { background: $raised; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 2px; min-width: 24px; min-height: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: $border; }
QProgressBar { background: $groove; border: none; border-radius: 3px; color: $text; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QProgressBar[ended="error"]::chunk { background: $error; }
QProgressBar[ended="warning"]::chunk { background: $warning; }
QHeaderView::section {
    background: $panel; color: $muted; border: none; border-bottom: 1px solid $border; padding: 4px 6px; }
""")  # not one sheet for all of Qt: to make a window, or to change its colours, would take many times as long

SHEET = Template("""
#window { background: $window; }
#bar, #strip, #palette, #outline, #panes, #pane { background: $panel; }
#bar { border-bottom: 1px solid $border; }
#strip { border-top: 1px solid $border; }
#palette, #outline { border-right: 1px solid $border; }
#paneHead { border-bottom: 1px solid $border; }
#bar QToolButton, #strip QToolButton, #palette QToolButton {
    background: transparent; border: 1px solid transparent; padding: 3px; }
#bar QToolButton:hover, #strip QToolButton:hover, #palette QToolButton:hover {
    background: $raised; border-color: $border; }
#bar QToolButton:disabled, #strip QToolButton:disabled, #palette QToolButton:disabled {
    border-color: $idle_line; border-style: $idle; }
#bar QToolButton:focus, #strip QToolButton:focus, #palette QToolButton:focus { border-color: $accent; }
#bar QToolButton:pressed, #strip QToolButton:pressed { background: $node; }
#barLine { background: $border; }
#runButton { background: $accent; color: $on_accent; border: 1px solid $accent; border-radius: 6px;
    font-weight: 600; padding: 3px 14px; }
#runButton:hover { background: $accent_lit; border-color: $accent_lit; }
#runButton[state="waiting"] { background: transparent; border-color: $groove; border-style: $idle; color: $faded; }
#runButton[state="waiting"]:hover { border-color: $accent; }
#runButton[state="running"] { background: $panel; color: $error; border: 1px solid $error; }
#runButton[state="running"]:hover { background: $error_dim; }
#pauseButton { background: $raised; color: $text; border: 1px solid $edge; border-radius: 6px; padding: 3px 10px; }
#pauseButton:hover { border-color: $text; }
#runButton:focus, #pauseButton:focus, #searchButton:focus { border-color: $text; }
#searchButton { background: $raised; border: 1px solid $edge; color: $muted; text-align: left; padding: 3px 8px; }
#searchButton:hover { border-color: $accent; color: $text; }
#strip QToolButton { padding: 1px 6px; }
#palette #jumps QToolButton { padding: 0; }
#palette QTreeWidget, #outline QTreeWidget { background: $panel; border: none; outline: none; }
#searchPopup { background: $panel; border: 1px solid $accent; border-radius: 8px; }
#searchPopup QListWidget { background: $panel; border: none; outline: none; }
#previewPanel { background: $panel; border: 1px solid $border; border-radius: 8px; }
#previewPanel:focus { border-color: $accent; }
#searchDoc { color: $muted; padding: 0 4px; font-size: 12px; }
#palette QTreeWidget::item, #outline QTreeWidget::item, #searchPopup QListWidget::item {
    border: none; border-top: 1px solid transparent; border-bottom: 1px solid transparent; }
#outline QTreeWidget::item { height: 24px; }
#palette QTreeWidget::item:hover, #outline QTreeWidget::item:hover,
#searchPopup QListWidget::item:hover { background: $raised; }
#palette QTreeWidget::item:selected, #outline QTreeWidget::item:selected,
#searchPopup QListWidget::item:selected { background: $accent_dim; color: $text; border-color: $chosen; }
#breadcrumb { background: $panel; border-bottom: 1px solid $border; }
#breadcrumb QPushButton { background: transparent; border: 1px solid transparent; padding: 2px 6px; }
#breadcrumb QPushButton:hover:enabled { background: $raised; border-color: $border; }
#breadcrumb QPushButton:focus { border-color: $accent; }
#breadcrumb QPushButton:disabled { color: $text; border-color: transparent; }
#banner { background: $error_dim; border: none; border-bottom: 1px solid $error; }
#recovery, #notice { background: $accent_faint; border: none; border-bottom: 1px solid $accent; }
#recoveryRows, #recoveryInside { background: transparent; }
#startPage, #startPage QScrollArea, #startInside { background: $canvas; border: none; }
#card { background: $panel; border: 1px solid $border; border-radius: 10px; }
#card:hover, #card:focus { border-color: $accent; }
#recentRow { background: transparent; border: none; border-radius: 5px; padding: 5px 8px; text-align: left; }
#recentRow:hover, #recentRow:focus { background: $raised; }
#recentRow:disabled, #recentPath { color: $muted; }
#columns, #firstRows, #thumbnails { background: $panel; border: 1px solid $border; border-radius: 6px; outline: none;
    padding: 3px 5px; }
#columns QHeaderView::section, #firstRows QHeaderView::section { padding: 4px 3px; }
#columns:focus, #firstRows:focus, #thumbnails:focus { border-color: $accent; }
#sheetRows { background: $raised; border: 1px solid $border; border-radius: 6px; outline: none; padding: 3px; }
#sheetRows::item { padding: 0 6px; border: none; border-top: 1px solid transparent;
    border-bottom: 1px solid transparent; }
#sheetRows::item:hover { background: $node; }
#sheetRows::item:selected { background: $accent_dim; color: $text; border-color: $chosen; }
#sheetRows:focus { border-color: $accent; }
#runTable { background: $panel; outline: none; }
#runTable::item { padding: 0 4px; border-top: 1px solid transparent; border-bottom: 1px solid transparent; }
#runTable::item:selected { background: $accent_dim; border-color: $chosen; }
#runTable::item:focus { border: 1px solid $accent; }
#runTable QHeaderView::section { padding: 2px 6px; font-size: 10px; }
#reference { background: $panel; }
#reference QTextBrowser { background: $panel; border: none; border-top: 1px solid $border; border-radius: 0;
    padding: 0; }
QDialog { $rim }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QFileDialog QListView, QFileDialog QTreeView { background: $raised; border: 1px solid $border; border-radius: 6px;
    outline: none; }
QFileDialog QListView::item, QFileDialog QTreeView::item { padding: 4px 2px; border: none; }
QFileDialog QListView::item:selected, QFileDialog QTreeView::item:selected { background: $accent_dim; color: $text; }
QFileDialog QHeaderView, QFileDialog QHeaderView::section { background: transparent; }
QFileDialog QSplitter::handle, #apart::handle { background: transparent; }
QFileDialog QComboBox::drop-down { border: none; width: 20px; }
QFileDialog QComboBox::down-arrow { image: none; }
#qt_msgbox_label { font-size: 15px; font-weight: 600; padding: 6px 0 0 0; }
#qt_msgbox_informativelabel { color: $muted; min-width: 340px; padding: 0 0 6px 0; }
""")


def sheet(theme: Theme) -> str:
    """The style sheet of a window in a theme's colours."""
    return small(theme) + SHEET.substitute(tokens(theme))


def small(theme: Theme) -> str:
    """That of buttons, fields, menus and bars, wherever they are."""
    return SMALL.substitute(tokens(theme))


def tokens(theme: Theme) -> dict[str, str]:
    """The colours of a theme, and those that are mixed from them, by name."""
    plain = {key: value for key, value in vars(theme).items() if isinstance(value, str)}
    stark = theme.idle != "solid"
    return plain | {
        "faded": faded(theme),
        "unable": mixed(theme.muted, theme.panel, FADED) if stark else theme.muted,  # an entry of a menu
        "chosen": theme.accent if stark else "transparent",  # lines above and below a selected row
        "idle_line": "transparent" if theme.idle == "solid" else theme.groove,  # of what has no line otherwise
        "rim": f"border: 1px solid {theme.edge};"
        if theme.panel == theme.window
        else "",  # or none would see where it ends
        "accent_dim": mixed(theme.accent, theme.panel, 0.28),
        "accent_faint": mixed(theme.accent, theme.panel, 0.14),
        "accent_lit": mixed(theme.accent, theme.text, 0.85),
        "error_dim": mixed(theme.error, theme.panel, 0.14),
    }
