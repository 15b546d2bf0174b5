"""Which headings of the palette are open; kept in the user's settings where it differs from how the palette starts."""

from typing import Any

from runtime.places import read_settings, write_setting

KEY = "palette"


class Folds:
    """Families start open, groups closed."""

    def __init__(self) -> None:
        kept: Any = read_settings().get(KEY)
        found = kept if isinstance(kept, dict) else {}
        self.turned = {key: value for key, value in found.items() if isinstance(value, bool)}

    def open(self, key: str) -> bool:
        """Whether a heading is open."""
        return self.turned.get(key, "/" not in key)

    def turn(self, key: str, open: bool) -> None:
        """Remember it; settings that cannot be written are no reason to stop anybody."""
        if open == ("/" not in key):
            self.turned.pop(key, None)
        else:
            self.turned[key] = open
        try:
            write_setting(KEY, self.turned)
        except OSError:
            return
