"""What an operator's monitoring is told: counted while requests are answered, shown at ``/metrics``."""
