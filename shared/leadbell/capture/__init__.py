"""Whatever comes in becomes one stored fact: submissions, files, spam, quarantine, imports.

Imports the top of the package, `web`, `forms`, `scoring`, `lifecycle`, `contacts` and `outbox`.
"""
