"""What tests and benchmarks share beside fixtures."""
