"""What is said of the thing under the cursor: a port, a node, a wire."""

from PySide6.QtCore import QPointF

from editor.canvas.frame_box import FrameBox
from editor.canvas.node import NodeBox
from editor.canvas.port import Port
from editor.canvas.wire import Dot, Wire
from runtime.check.problem import Problem, Report
from runtime.generate.feeding import feeding
from runtime.graph.model import End

Hit = Port | NodeBox | Dot | Wire | FrameBox | None


def tip(hit: Hit, report: Report) -> str:
    """Some lines of plain text; empty over nothing."""
    if isinstance(hit, Port):
        face = hit.box.face
        ports = face.outlets if hit.output else face.inlets
        return next((port.tip for port in ports if port.name == hit.name), "")
    if isinstance(hit, NodeBox):
        return _of_node(hit, report)
    if isinstance(hit, FrameBox):
        return hit.frame.title
    if isinstance(hit, Dot):
        return tip(hit.wire, report)
    if isinstance(hit, Wire):
        carried = report.types.get(hit.edge.source)
        wrong = hit.problem.message if hit.problem else ""
        return _lines(f"{hit.edge.source} to {hit.edge.target}", str(carried or ""), wrong)
    return ""


def _of_node(box: NodeBox, report: Report) -> str:
    progress = box.face.progress.text if box.face.progress else ""
    frozen = "Frozen: training leaves its weights as they are." if box.face.frozen else ""
    wrong = box.face.problem.message if box.face.problem else ""
    fed = feeding(report.types.graph, report) if box.face.family == "collate" else None
    return _lines(f"{box.id}: {box.face.type}", box.face.doc, fed.told if fed else "", frozen, progress, wrong)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def problem_at(hit: Hit, at: QPointF, scale: float) -> Problem | None:
    """The problem that is shown beside the cursor: of a wire, or of the badge of a node."""
    if isinstance(hit, Wire):
        return hit.problem
    if isinstance(hit, NodeBox) and hit.badge_rect(scale).contains(at):
        return hit.face.problem
    return None


def value_at(hit: Hit, at: QPointF) -> End | None:
    """The output whose value can be shown here: that of a wire, of a type chip, or of an output port."""
    if isinstance(hit, Wire):
        return hit.edge.source
    if isinstance(hit, Port):
        return End(hit.box.id, hit.name) if hit.output else None
    if isinstance(hit, NodeBox) and (name := hit.chip_at(at)):
        return End(hit.id, name)
    return None
