"""Many workers at once over the same thing."""
