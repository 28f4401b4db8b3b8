"""Random requests and random lives of grants; ``python -m tests.fuzz`` runs them for long."""
