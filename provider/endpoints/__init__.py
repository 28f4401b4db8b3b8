"""One file per endpoint, named as its specification names it."""
