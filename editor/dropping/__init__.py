"""The sheet that shows what a data file holds before nodes are made of it."""
