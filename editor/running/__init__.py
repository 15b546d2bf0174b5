"""The session of the open graph: its report, its program, and the life of its runs."""
