"""What is shown of the canvas beside the graph itself, switched by an action and remembered."""

from typing import TYPE_CHECKING

from editor.canvas.minimap import SETTING
from runtime.places import write_setting

if TYPE_CHECKING:
    from editor.window.window import Window


def switch_minimap(window: "Window") -> None:
    """The minimap on or off."""
    wanted = window.canvas.view.minimap.switch()
    window.say("The minimap is shown on large graphs." if wanted else "The minimap is off.")
    try:
        write_setting(SETTING, wanted)
    except OSError as problem:
        window.say(f"That the minimap is {'on' if wanted else 'off'} is not remembered: {problem.strerror}")
