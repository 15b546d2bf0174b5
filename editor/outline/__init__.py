"""The graph as a list to be read and worked with by keys: its nodes in the order of the program, and their wires."""
