"""Everything of Torchweave that exists without a screen: graph, spec, nodes, check, generate, train."""
