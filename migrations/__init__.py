"""Changes to the tables, one revision each (Alembic).

On SQLite a table is rebuilt to change a column, and dropping the old one fires ``ON DELETE CASCADE`` in the
tables that point at it: a revision that must rebuild such a table copies those rows too.
"""
