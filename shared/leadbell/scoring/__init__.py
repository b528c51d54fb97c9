"""The scoring model: its file, and what facts are worth by it. Imports the top of the package alone."""
