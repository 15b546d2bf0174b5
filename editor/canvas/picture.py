"""The whole graph as an image, drawn without a window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QBrush, QImage, QPainter

from editor.canvas.background import paint_background

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

LARGEST = 2.0


def picture(canvas: "Canvas", width: int, height: int | None) -> QImage:
    """The graph in the middle of `width` by `height` pixels; without a height as high as it needs."""
    content = canvas.surroundings()
    scale = width / content.width()
    if height is not None:
        scale = min(scale, height / content.height())
    scale = min(scale, LARGEST)
    size = QSizeF(width, height if height is not None else round(content.height() * scale))
    source = QRectF(QPointF(), size / scale)
    source.moveCenter(content.center())
    image = QImage(size.toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    painter.translate(-source.topLeft())
    paint_background(painter, source, scale, canvas.border)
    painter.resetTransform()
    canvas.callout.leave()
    canvas.view.scene().setBackgroundBrush(QBrush())
    canvas.view.scene().render(painter, QRectF(QPointF(), size), source)
    painter.end()
    return image
