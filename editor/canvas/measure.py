"""Where everything in a node lies: its size, texts, chips and ports, measured from the text it shows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from editor.canvas.detail import LARGEST_NAME, SMALL_TEXT
from editor.canvas.face import MORE, Face, Inlet, Outlet
from editor.looks.theme import drawn_font

GRID = 10.0
HEADER, ROW, LINE, SLOT = 25.0, 20.0, 20.0, 14.0  # every port lies on the grid, between its lines: wires run straight
FOOT = 3.0
PILL = 30.0
EDGE, ICON, GAP = 11.0, 14.0, 6.0
CHIP_HEIGHT, CHIP_PAD = 17.0, 6.0
PORT_ROOM = 12.0  # from the edge of the node to what stands beside a port
LONGEST = 80  # characters of a text that are drawn


@dataclass(frozen=True)
class Label:
    """A text in a node: `style` is title, type, summary, port, chip or number; `kind` the colour of a chip's rim."""

    name: str
    text: str
    rect: QRectF
    style: str
    kind: str = ""

    @cached_property
    def start(self) -> QPointF:
        """Where its text begins, on the base line."""
        measure = metrics(self.style)
        base = self.rect.center().y() + (measure.ascent() - measure.descent()) / 2
        inside = CHIP_PAD if self.style == "chip" else 0.0
        return QPointF(self.rect.left() + inside, round(base * 2) / 2)

    @cached_property
    def plate(self) -> QRectF:
        """The rim of a chip."""
        return self.rect.adjusted(0.5, 0.5, -0.5, -0.5)


@dataclass(frozen=True)
class Shape:
    """A measured node, from its upper left corner. A port that takes many has one slot a wire."""

    width: float
    height: float
    header: float
    icon: QRectF
    labels: tuple[Label, ...] = ()
    inlets: Mapping[str, tuple[QPointF, ...]] = field(default_factory=dict)
    outlets: Mapping[str, QPointF] = field(default_factory=dict)

    @property
    def axis(self) -> float:
        """The height of the first port, at which nodes beside each other are level."""
        first = [*self.outlets.values(), *(slot for slots in self.inlets.values() for slot in slots)]
        return first[0].y() if first else self.height / 2


@lru_cache(maxsize=16)
def font(style: str) -> QFont:
    """The font of a kind of text."""
    return drawn_font(12, 600) if style == "title" else drawn_font(SMALL_TEXT)


@lru_cache(maxsize=16)
def metrics(style: str) -> QFontMetricsF:
    """Its metrics."""
    return QFontMetricsF(font(style))


@lru_cache(maxsize=20_000)
def wide(text: str, style: str) -> float:
    """How wide a text is, in whole pixels."""
    return math.ceil(metrics(style).horizontalAdvance(text)) if text else 0.0


def cut(text: str) -> str:
    """As much of a text as is drawn."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def name_alone(shape: Shape, cuts: bool = False) -> tuple[str, int, QPointF]:
    """The name as it is drawn where nothing else is, as large as the node has room for: text, pixels and base line.

    One that is `cuts` is as large as that of any node, and as long as there is room for then.
    """
    text = next(label.text for label in shape.labels if label.name == "title")
    room = shape.width - 2 * EDGE
    if cuts:
        room = room / LARGEST_NAME * font("title").pixelSize()
        text = metrics("title").elidedText(text, Qt.TextElideMode.ElideRight, room)
    wanted = LARGEST_NAME if cuts else room / max(wide(text, "title"), 1.0) * font("title").pixelSize()
    size = int(max(1.0, min(LARGEST_NAME, wanted)))
    share = size / font("title").pixelSize()
    measure = metrics("title")
    left = (shape.width - wide(text, "title") * share) / 2
    return text, size, QPointF(left, shape.height / 2 + (measure.ascent() - measure.descent()) / 2 * share)


def measured(face: Face) -> Shape:
    """Lay a node out."""
    return _pill(face) if face.pill else _box(face)


def snapped(length: float) -> float:
    """The next length on the grid."""
    return math.ceil(length / GRID) * GRID


def _chip_width(outlet: Outlet) -> float:
    return wide(outlet.chip, "chip") + 2 * CHIP_PAD if outlet.chip else 0.0


def _pill(face: Face) -> Shape:
    """One line: icon, name, chip."""
    outlet = face.outlets[0] if face.outlets else None
    chip = _chip_width(outlet) if outlet else 0.0
    title, kind = cut(face.id), cut(pill_type(face))
    text = wide(title, "title")
    start = EDGE + ICON + GAP
    end = start + text + (GAP + wide(kind, "type") if kind else 0.0)
    width = snapped(end + (8.0 + chip if chip else 2.0) + PORT_ROOM)
    labels = [Label("title", title, QRectF(start, 0, text, PILL), "title")]
    if kind:
        labels.append(Label("type", kind, QRectF(end - wide(kind, "type"), 0, wide(kind, "type"), PILL), "type"))
    if outlet and chip:
        labels.append(_chip(outlet, width, PILL / 2))
    return Shape(
        width,
        PILL,
        0.0,
        QRectF(EDGE, (PILL - ICON) / 2, ICON, ICON),
        tuple(labels),
        {inlet.name: (QPointF(0, PILL / 2),) for inlet in face.inlets},
        {outlet.name: QPointF(width, PILL / 2) for outlet in face.outlets},
    )


def pill_type(face: Face) -> str:
    """The type name on a pill: left out where the node's own name says it, as ``relu_2`` or ``flat`` do."""
    bare = face.type.rpartition(".")[2].replace("_", "").lower()
    name = face.id.rstrip("0123456789").replace("_", "")
    return "" if name and (bare.startswith(name) or name.startswith(bare)) else face.type


def _chip(outlet: Outlet, width: float, y: float) -> Label:
    room = _chip_width(outlet)
    rect = QRectF(width - PORT_ROOM - room, y - CHIP_HEIGHT / 2, room, CHIP_HEIGHT)
    return Label(f"chip.{outlet.name}", outlet.chip, rect, "chip", outlet.kind)


@dataclass(frozen=True)
class Row:
    """One line of ports: an inlet at the left, an outlet at the right, each with its label."""

    inlet: Inlet | None
    outlet: Outlet | None
    aside: str = ""  # the summary, where there is room for it

    @property
    def slots(self) -> int:
        """How many wires the inlet has room for."""
        return max(1, self.inlet.wires) if self.inlet and self.inlet.many else 1

    @property
    def height(self) -> float:
        """How high the line is; the "+" alone needs little."""
        if self.inlet and self.inlet.name == MORE and self.outlet is None:
            return SLOT
        return ROW * math.ceil((self.slots * SLOT + 4.0) / ROW)

    @property
    def left(self) -> tuple[str, str]:
        """The text at the left and its style."""
        return (cut(self.inlet.label), "port") if self.inlet and self.inlet.label else (self.aside, "summary")

    @property
    def right(self) -> str:
        """The outlet's label, unless the inlet beside it says the same."""
        label = self.outlet.label if self.outlet else ""
        return "" if self.inlet and self.inlet.label == label else cut(label)

    @property
    def indent(self) -> float:
        """From the node's edge to the text at the left; numbers of slots come first."""
        return PORT_ROOM + (10.0 if self.slots > 1 else 0.0)

    @property
    def width(self) -> float:
        """The room that the line needs."""
        left, right = wide(*self.left), wide(self.right, "port")
        chip = _chip_width(self.outlet) if self.outlet else 0.0
        parts = [part for part in (left, right, chip) if part]
        return self.indent + sum(parts) + 10.0 * max(0, len(parts) - 1) + PORT_ROOM


def _rows(face: Face, heading: float) -> tuple[tuple[Row, ...], str]:
    """The lines of ports, and the summary where it needs a line of its own."""
    count = max(len(face.inlets), len(face.outlets), 1)
    rows = [
        Row(
            face.inlets[at] if at < len(face.inlets) else None,
            face.outlets[at] if at < len(face.outlets) else None,
        )
        for at in range(count)
    ]
    summary = cut(face.summary)
    first = replace(rows[0], aside=summary)
    room = max(heading, *(row.width for row in rows))
    beside = not (rows[0].inlet and rows[0].inlet.label) and (count == 1 or first.width <= room + GRID)
    return ((first, *rows[1:]), "") if beside else (tuple(rows), summary)


def _box(face: Face) -> Shape:
    title, kind = cut(face.id), cut(face.type)
    start = EDGE + ICON + GAP
    heading = start + wide(title, "title") + 12.0 + wide(kind, "type") + EDGE
    rows, line = _rows(face, heading)
    width = snapped(max(80.0, heading, wide(line, "summary") + 2 * PORT_ROOM, *(row.width for row in rows)))
    labels = [
        Label("title", title, QRectF(start, 0, wide(title, "title"), HEADER), "title"),
        Label("type", kind, QRectF(width - EDGE - wide(kind, "type"), 0, wide(kind, "type"), HEADER), "type"),
    ]
    y = HEADER
    if line:
        labels.append(Label("summary", line, QRectF(PORT_ROOM, y, wide(line, "summary"), LINE), "summary"))
        y += LINE
    inlets: dict[str, tuple[QPointF, ...]] = {}
    outlets: dict[str, QPointF] = {}
    for row in rows:
        labels += _row_labels(row, width, y)
        if row.inlet:
            inlets[row.inlet.name] = tuple(_slots(row, y))
        if row.outlet:
            outlets[row.outlet.name] = QPointF(width, y + row.height / 2)
        y += row.height
    height = snapped(y + FOOT)
    return Shape(width, height, HEADER, QRectF(EDGE, (HEADER - ICON) / 2, ICON, ICON), tuple(labels), inlets, outlets)


def _slots(row: Row, y: float) -> list[QPointF]:
    middle = y + row.height / 2
    return [QPointF(0, middle + (at - (row.slots - 1) / 2) * SLOT) for at in range(row.slots)]


def _row_labels(row: Row, width: float, y: float) -> list[Label]:
    labels = []
    text, style = row.left
    if text:
        name = f"in.{row.inlet.name}" if row.inlet and style == "port" else style
        labels.append(Label(name, text, QRectF(row.indent, y, wide(text, style), row.height), style))
    if row.slots > 1 and row.inlet:
        for at, point in enumerate(_slots(row, y)):
            rect = QRectF(9.0, point.y() - SLOT / 2, wide(str(at + 1), "number"), SLOT)
            labels.append(Label(f"number.{row.inlet.name}.{at + 1}", str(at + 1), rect, "number"))
    end = width - PORT_ROOM
    if row.outlet and row.outlet.chip:
        labels.append(_chip(row.outlet, width, y + row.height / 2))
        end = labels[-1].rect.left() - 8.0
    if row.right and row.outlet:
        room = wide(row.right, "port")
        labels.append(Label(f"out.{row.outlet.name}", row.right, QRectF(end - room, y, room, row.height), "port"))
    return labels
