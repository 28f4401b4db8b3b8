"""Everything that a provider is made of, in one sealed file: the database's rows and the master keys."""
