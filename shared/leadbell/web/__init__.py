"""Requests read, limited and answered; pages. Imports the top of the package alone."""
