"""What people choose and an operator notes for them, an export, an erasure, the map of all data, the audit.

Imports the top of the package, `web`, `lifecycle`, `contacts`, `outbox`, `capture` and `sales`.
"""
