"""Stores each submission as one fact: forms, files, spam, quarantine, imports.

Imports the top of the package, `web`, `forms`, `scoring`, `lifecycle`, `contacts` and `outbox`.
"""
