"""The search of the palette: what a keystroke costs, from the key to the painted list, with 300 node types."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from runtime.spec.catalogue import catalogue

TYPES, TURNS = 300, 30
QUERIES = ("c", "conv", "norm picture", "the", "linaer", "xqzzkw", "nn.Sequential(nn.Linear(3, 4), nn.ReLU())")


def main() -> None:
    """Print the median and the worst for each query, in the palette and at the cursor."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QApplication, QWidget

    from editor.looks import theme
    from editor.palette.palette import Palette
    from editor.palette.popup import SearchPopup

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    known = dict(catalogue())
    fill()
    try:
        began = time.perf_counter()
        palette, window = Palette(), QWidget()
        print(f"making the palette with {len(catalogue())} types: {1000 * (time.perf_counter() - began):.1f} ms")
        popup = SearchPopup(window)
        for part in (palette, window):
            part.resize(600, 700)
            part.show()
        popup.ask(QPoint(0, 0))
        for query in QUERIES:
            for name, box in (("palette", palette.search), ("cursor", popup.field)):
                shown = _measured(box.setText, query, app.processEvents)
                print(f"a keystroke that leads to {query!r:46} {name:8} {shown} (limit 16 ms)")
    finally:
        catalogue().clear()
        catalogue().update(known)


def fill() -> None:
    """More node types, shaped like those that are there."""
    known = list(catalogue().values())
    for at in range(TYPES - len(known)):
        spec = known[at % len(known)]
        made = replace(spec, type=f"{spec.type}{at}", doc=f"{spec.doc} Once more, number {at}.")
        catalogue()[made.type] = made


def _measured(show: Callable[[str], object], query: str, settle: Callable[[], object]) -> str:
    """The last letter of a query, typed again and again."""
    found = []
    for _ in range(TURNS):
        show(query[:-1])
        settle()
        began = time.perf_counter()
        show(query)
        settle()
        found.append(1000 * (time.perf_counter() - began))
    return f"median {statistics.median(found):5.1f} ms, worst {max(found):5.1f} ms"


if __name__ == "__main__":
    main()
