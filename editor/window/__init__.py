"""The window and its parts: bars, tabs, panels, and what it says."""
