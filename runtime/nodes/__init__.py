"""The node types, one file per family."""
