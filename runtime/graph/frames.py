"""Frames: rectangles behind the nodes with a title, a colour and a text. A note is a frame without a title.

They stand in a graph's `extra` as its file holds them, so that what is wrong or unknown there is kept as it is.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.graph.model import Graph, nearer, plain
from runtime.graph.names import cleaned

FRAMES = "frames"
COLOURS = ("grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")  # the first one is the default
KEYS = ("title", "colour", "rect", "text")
LEAST = (60.0, 40.0)  # a frame is shown and made no smaller
DEFAULTS: dict[str, Any] = {"title": "", "colour": COLOURS[0], "text": ""}
Rect = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class Frame:
    """A frame as it is shown."""

    id: str
    rect: Rect
    title: str = ""
    colour: str = COLOURS[0]
    text: str = ""  # Markdown

    @property
    def called(self) -> str:
        """What sentences call it: its title or, where it has none, its id."""
        return self.title or self.id


def frames(graph: Graph) -> dict[str, Frame]:
    """The frames of a graph that can be shown, by id; others stay in the file unseen."""
    found = {id: frame(id, value) for id, value in _held(graph).items()}
    return {id: each for id, each in found.items() if each is not None}


def frame(id: str, value: Any) -> Frame | None:
    """What stands under an id in a file, as far as it is understood; None where it has no place."""
    place = rect(value.get("rect")) if isinstance(value, dict) else None
    if place is None:
        return None
    title, colour = value.get("title"), value.get("colour")
    title = " ".join(title.split()) if isinstance(title, str) else ""
    return Frame(id, place, title, colour if colour in COLOURS else COLOURS[0], _text(value.get("text")))


def rect(value: Any) -> Rect | None:
    """Four numbers as a rectangle where the canvas can show it; None where they are none, or have no size."""
    if not isinstance(value, list | tuple) or len(value) != 4 or not all(map(_number, value)):
        return None
    x, y, width, height = map(nearer, value)
    return (x, y, max(width, LEAST[0]), max(height, LEAST[1])) if width > 0 and height > 0 else None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _text(value: Any) -> str:
    """A text may stand in the file as a list of lines, as a node's note may."""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else ""


def understood(graph: Graph) -> bool:
    """Whether frames can be added: what a file holds in their place may be something else altogether."""
    return isinstance(graph.extra.get(FRAMES, {}), dict)


def _held(graph: Graph) -> Mapping[str, Any]:
    found = graph.extra.get(FRAMES)
    return found if isinstance(found, dict) else {}


def with_frame(graph: Graph, id: str, given: Mapping[str, Any]) -> Graph:
    """The graph with a frame changed, or a new one; only what differs from the default is written."""
    held = _held(graph)
    old = held.get(id)
    old = old if isinstance(old, dict) else {}
    new = {**old, **given}
    if isinstance(old.get("text"), list) and isinstance(new["text"], str):
        new["text"] = new["text"].split("\n") if new["text"] else []
    if "rect" in given:
        new["rect"] = [_near(number) for number in given["rect"]]
    written = {key: new[key] for key in (*KEYS, *new) if key in new and not _default(key, new[key])}
    return _with(graph, {**held, id: written})


def without_frame(graph: Graph, id: str) -> Graph:
    """The graph without a frame. Raises KeyError where there is none."""
    held = dict(_held(graph))
    del held[id]
    return _with(graph, held)


def free_frame(graph: Graph, wish: str, taken: Iterable[str] = ()) -> str:
    """An id that no frame has, near `wish`."""
    held = {*_held(graph), *taken}
    first = name = cleaned(wish)
    number = 1
    while name in held:
        number += 1
        name = f"{first.rstrip('0123456789').rstrip('_') or first}_{number}"
    return name


def carried(graph: Graph, ids: Iterable[str], way: tuple[float, float]) -> dict[str, dict[str, Any]]:
    """Frames as they are written, moved by a way, to be put into another graph."""
    known, held = frames(graph), _held(graph)
    return {id: {**held[id], "rect": shifted(known[id].rect, way)} for id in ids if id in known}


def shifted(rect: Rect, way: tuple[float, float]) -> list[float]:
    """A rectangle moved by a way, as it is written."""
    x, y, width, height = rect
    return [_near(number) for number in (x + way[0], y + way[1], width, height)]


def _with(graph: Graph, held: Mapping[str, Any]) -> Graph:
    rest = {key: value for key, value in graph.extra.items() if key != FRAMES}
    return graph.with_(extra={**rest, FRAMES: held} if held else rest)


def _default(key: str, value: Any) -> bool:
    return key in DEFAULTS and (value is None or value == DEFAULTS[key] or value == [])


def _near(number: float) -> float | int:
    return plain(round(nearer(number), 2))
