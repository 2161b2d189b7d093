"""Measures the daemon beside what a user would pick instead. See Benchmarks/README.md."""
