"""What every exported package holds beside the model of its graph; its files are copied, and run here in tests."""
