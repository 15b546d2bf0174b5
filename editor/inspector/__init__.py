"""The panel in which the parameters of the chosen nodes, or of the run, are set."""
