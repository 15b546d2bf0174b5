"""The drawing of the graph; the only folder that imports NodeGraphQt."""
