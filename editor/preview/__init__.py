"""What is on a wire, shown beside it."""
