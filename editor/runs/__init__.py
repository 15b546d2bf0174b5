"""The runs of a graph: a table, their curves over each other, and what differs between their graphs."""
