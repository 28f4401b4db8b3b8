"""An API in a process of its own, which takes Paper's access tokens."""
