"""Finding a node type: the tree at the left, the search at the cursor, and the one ranking behind both."""
