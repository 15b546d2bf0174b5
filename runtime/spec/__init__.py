"""How a node type is declared: ports, parameters, tensor types, safe emission of code, the catalogue."""
