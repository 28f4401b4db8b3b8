"""Tables and the ways to reach them: SQLAlchemy and the standard library only."""
