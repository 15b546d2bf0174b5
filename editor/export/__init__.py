"""What leaves the app: scripts, notebooks, packages, models, and pictures of graphs."""
