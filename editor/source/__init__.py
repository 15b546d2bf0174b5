"""Python on the screen: the live program, and the editor of own functions."""
