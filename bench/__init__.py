"""Speed and weight, measured: `make bench`. Tables in `bench/results`."""
