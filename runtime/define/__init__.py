"""What is done with definitions as wholes: group, dissolve, rename, remove, keep in a library."""
