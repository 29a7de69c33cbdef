"""Measurements that anyone can run again; results are in `benchmarks/results/`."""
