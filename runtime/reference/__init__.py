"""The reference: a page for each node type, its example, what it says when something does not fit."""
