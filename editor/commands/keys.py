"""Which keys reach which action: as declared, or as the user chose, which is kept in the settings."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtGui import QKeySequence

from runtime.places import read_settings, write_setting

SETTING = "shortcuts"
NONE = ""  # an action that no key reaches
ADDS = "adds a node"
ENTERS = "goes into the selected definition, or to the parameters"
FIXED = {
    "Tab": ADDS,
    "Ctrl+Tab": "goes to the next tab",
    "Ctrl+Shift+Tab": "goes to the tab before",
    "Shift+Tab": "leaves the canvas",
    "Space": f"{ADDS}, and pans while it is held",
    "Return": ENTERS,
    "Enter": ENTERS,
    "Backspace": "removes what is selected",
    "Esc": "cancels the gesture under way",
}
MOUSE = (  # what is done, to what, and how
    ("Pan", "the view; or drag with Space held", "Middle drag"),
    ("Zoom", "at the cursor", "Wheel"),
    ("Cut wires", "by a stroke across them; or drag with Alt+Shift", "Ctrl+right drag"),
    ("Set a dot", "on a wire, or take one away", "Alt+click"),
    ("Pull out", "a node of its wires, which heal", "Alt+drag"),
    ("Put into a wire", "a node that is dropped on it", "Drag"),
    ("Connect", "a wire that is dropped on a node, with a port that takes it", "Drag"),
    ("Add a node", "behind or before a wire that is dropped on nothing", "Drag"),
)
ADDING = tuple(its for its, does in FIXED.items() if does.startswith(ADDS))  # beside the keys of the action
ALSO = {"redo": "Ctrl+Y"}  # what other programs have; beside the keys that can be chosen
Keys = Mapping[str, str]  # by the name of an action, in Qt's portable words


def assigned(declared: Keys) -> dict[str, str]:
    """The keys of every action. What the user chose counts first; an action whose keys another one took has none."""
    wishes, found = _chosen(declared), dict[str, str]()
    taken = set[str]()
    for name in (*wishes, *(name for name in declared if name not in wishes)):
        keys = wishes.get(name, declared[name])
        found[name] = NONE if keys in taken else keys
        taken.add(keys)
    return {name: found[name] for name in declared}


def reaching(now: Keys, name: str) -> list[str]:
    """All keys that reach an action, of what `assigned` gives; those of `ALSO` while no other action has them."""
    its, also = now[name], ALSO.get(name, NONE)
    return [its, also] if its and also and also not in now.values() else [its] if its else []


def _chosen(declared: Keys) -> dict[str, str]:
    """What the settings say; what is no name of an action or no keys is passed over."""
    given = read_settings().get(SETTING)
    found: dict[str, Any] = given if isinstance(given, dict) else {}
    return {
        name: normal(keys)
        for name, keys in found.items()
        if name in declared and isinstance(keys, str) and _sound(keys)
    }


def _sound(keys: str) -> bool:
    return keys == NONE or (normal(keys) not in (NONE, *FIXED) and QKeySequence(keys).count() == 1)


def normal(keys: str) -> str:
    """Keys in Qt's portable words; none for what are no keys."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def shown(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def either(several: Iterable[str]) -> str:
    """``Tab, Space or Ctrl+F``: keys as this system writes them, of which each will do."""
    *first, last = [shown(keys) for keys in several if keys] or [NONE]
    return f"{', '.join(first)} or {last}" if first else last


def holder(declared: Keys, name: str, keys: str) -> str:
    """Another action that has these keys, or nothing."""
    return next((other for other, its in assigned(declared).items() if its == keys and other != name), "")


def wrong(keys: str, on_canvas: bool) -> str:
    """Why no action can have these keys, in a sentence, or nothing; on the canvas letters alone are no text."""
    if keys in FIXED:
        return f"{shown(keys)} is taken: on the canvas it {FIXED[keys]}."
    last = keys.rpartition("+")[2]
    held = keys.removesuffix(last).removesuffix("+").split("+")
    if not on_canvas and len(last) == 1 and not {"Ctrl", "Alt", "Meta"} & set(held):
        return f"{shown(keys)} alone is for typing; hold Ctrl or Alt with it."
    return ""


def choose(declared: Keys, name: str, keys: str) -> None:
    """Give an action these keys, or none; another action that had them has none then. Raises OSError."""
    chosen = _chosen(declared)
    if keys and (other := holder(declared, name, keys)):
        chosen[other] = NONE
    chosen[name] = keys
    write_setting(SETTING, {each: its for each, its in chosen.items() if its != declared[each]})


def reset(declared: Keys) -> None:
    """Every action has the keys that it was declared with. Raises OSError."""
    write_setting(SETTING, {})
