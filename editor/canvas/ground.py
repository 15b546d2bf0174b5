"""Which nodes stand near a place: a coarse grid over their rectangles (the scene's own index is slow to change)."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF

CELL = 360.0
WIDE = 80  # a place of more cells than this is large


class Ground:
    """Rectangles by node id."""

    def __init__(self) -> None:
        self.rects: dict[str, QRectF] = {}
        self._cells: dict[tuple[int, int], set[str]] = {}

    def put(self, id: str, rect: QRectF) -> None:
        """A node stands here now."""
        self.take(id)
        self.rects[id] = rect
        for cell in _cells(rect):
            self._cells.setdefault(cell, set()).add(id)

    def take(self, id: str) -> None:
        """It is gone."""
        old = self.rects.pop(id, None)
        for cell in _cells(old) if old is not None else ():
            self._cells[cell].discard(id)

    def clear(self) -> None:
        """Nothing stands anywhere."""
        self.rects.clear()
        self._cells.clear()

    def near(self, place: QRectF) -> list[QRectF]:
        """The rectangles that touch a place; where it is large, of all nodes."""
        if (place.width() / CELL + 1) * (place.height() / CELL + 1) > WIDE:
            return list(self.rects.values())
        ids = {id for cell in _cells(place) for id in self._cells.get(cell, ())}
        return [rect for id in ids if (rect := self.rects[id]).intersects(place)]


def _cells(rect: QRectF) -> Iterator[tuple[int, int]]:
    for x in range(int(rect.left() // CELL), int(rect.right() // CELL) + 1):
        for y in range(int(rect.top() // CELL), int(rect.bottom() // CELL) + 1):
            yield x, y
