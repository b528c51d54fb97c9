"""Hostile input for what reads bodies: a list of what is known, and a machine that makes more of it."""
