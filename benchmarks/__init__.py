"""Measurements against the peers, in one run: `python -m benchmarks.<name> [--json] [--quick] [--check]`."""
