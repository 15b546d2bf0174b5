"""Help: the reference page of a node type, made from its declaration, and what torch says of it."""
