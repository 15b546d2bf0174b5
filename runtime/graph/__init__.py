"""What the user drew: the graph as a value, its file, and the difference of two graphs."""
