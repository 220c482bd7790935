"""The recorded comparisons: which networks learned which tasks, seed by seed, on one runner."""
