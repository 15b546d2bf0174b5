"""The classes of NodeGraphQt that the canvas builds on, shown to the type checker as the Qt classes that they are."""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsView, QMenuBar, QWidget

    class NodeViewer(QGraphicsView):
        """The view: a scene, items, a live wire."""

        _search_widget: QWidget
        _ctx_menu_bar: QMenuBar
        _LIVE_PIPE: Any
        _SLICER_PIPE: Any
        _scene_range: QRectF

        def __init__(self, parent: QWidget | None = None, undo_stack: object = None) -> None: ...
        def all_nodes(self) -> list[Any]: ...
        def all_pipes(self) -> list[Any]: ...

    class AbstractNodeItem(QGraphicsItem):
        """A node's item."""

        id: str

        @property
        def rect(self) -> QRectF: ...

        def __init__(self, name: str = "node", parent: QGraphicsItem | None = None) -> None: ...
        def delete(self) -> None: ...

    class PortItem(QGraphicsItem):
        """A port's item, a child of its node's."""

        name: str
        port_type: str
        connected_pipes: list[Any]

        def __init__(self, parent: QGraphicsItem | None = None) -> None: ...

    class PipeItem(QGraphicsPathItem):
        """A wire's item."""

        _dir_pointer: QGraphicsItem
        input_port: Any
        output_port: Any

        def __init__(self, input_port: Any = None, output_port: Any = None) -> None: ...
        def set_connections(self, port1: PortItem, port2: PortItem) -> None: ...
        def delete(self) -> None: ...

else:
    os.environ.setdefault("QT_PREFERRED_BINDING", "PySide6")  # NodeGraphQt takes whichever binding Qt.py finds first
    from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem
    from NodeGraphQt.qgraphics.pipe import PipeItem
    from NodeGraphQt.qgraphics.port import PortItem
    from NodeGraphQt.widgets.viewer import NodeViewer

__all__ = ["AbstractNodeItem", "NodeViewer", "PipeItem", "PortItem"]
