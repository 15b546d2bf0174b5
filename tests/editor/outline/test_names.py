"""Whoever hears the window hears what each part is: nothing that can be used is without a name."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

from editor.commands.shortcuts import ShortcutSheet
from editor.dropping.sheet import DataSheet
from editor.outside.trust_dialog import TrustDialog
from editor.window.window import Window
from runtime.places import EXAMPLES

NAMED = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)


def nameless(parts: QWidget) -> Iterator[str]:
    """What can be used and says nothing of itself: neither words on it nor a name."""
    for part in parts.findChildren(QWidget):
        around = part.parentWidget()
        inner = part.objectName().startswith("qt_") or isinstance(around, QLineEdit) or part.focusProxy() is not None
        usable = isinstance(part, NAMED) or part.focusPolicy() & Qt.FocusPolicy.TabFocus
        if usable and not inner and part.window() is parts and part.isVisibleTo(parts):
            text = part.text() if isinstance(part, QAbstractButton) else ""
            if not text.strip() and not part.accessibleName().strip():
                yield f"{type(part).__name__} {part.objectName()} in {type(around).__name__}"


@pytest.mark.parametrize("example", ["two_models", "text_and_image", "resnet18"])
def test_that_everything_that_can_be_used_has_a_name(example: str, shared_window: Window) -> None:
    window, found = shared_window, set[str]()
    window.files.open(EXAMPLES / f"{example}.json")
    window.fill_bottom()
    kinds = set[str]()
    for id, node in window.document.graph.nodes.items():
        if node.type not in kinds:  # one form for each type
            kinds.add(node.type)
            window.canvas.select([id])
            QApplication.processEvents()
            found |= set(nameless(window))
    assert found == set()


def test_that_everything_in_dialogs_has_a_name(shared_window: Window) -> None:
    window = shared_window
    dialogs = [
        ShortcutSheet(window),
        TrustDialog([("node", "def f():\n    pass\n")], window),
        DataSheet("a.csv", window),
    ]
    found = {name for dialog in dialogs for name in nameless(dialog)}
    for dialog in dialogs:
        dialog.deleteLater()
    assert found == set()


def test_that_the_outline_says_in_a_sentence_what_a_node_is(shared_window: Window) -> None:
    window = shared_window
    window.files.open(EXAMPLES / "two_models.json")
    window.session.check_now()
    window.by_keys.switch_outline()
    tree = window.by_keys.outline.tree
    heard = QAccessible.queryAccessibleInterface(tree)
    assert heard.childCount() > 0
    lines = [str(item.data(0, Qt.ItemDataRole.AccessibleTextRole)) for item in tree.items()]
    assert (
        "conv, nn.Conv2d. input from batches.image float32[B, 1, 8, 8]. output to relu.input float32[B, 8, 8, 8]."
        in lines
    )
    window.by_keys.switch_outline()
