"""Other providers, measured by the same workloads: ``make bench-peers``."""
