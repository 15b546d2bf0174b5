"""What the trained model says of one sample, tried by hand."""
