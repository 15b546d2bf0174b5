"""The open graph, its file and its history: opening, saving, and that nothing of it is ever lost."""
