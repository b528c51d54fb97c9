"""One contact brought up to date: read, derive, decide, write; batches, sweep, stories.

Imports the top of the package, `forms`, `scoring`, `lifecycle`, `contacts`, `outbox` and `sales`.
"""
