"""PyTorch: its files, its state_dicts and its live modules."""
