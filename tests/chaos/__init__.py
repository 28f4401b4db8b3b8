"""Paper under load while the things it lives on are killed, stopped, filled up and taken away."""
