"""Types for ports, problems, explanations and tried repairs."""
