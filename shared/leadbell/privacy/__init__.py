"""Choices of visitors, actions of operators, export, erasure, the map of all data, the audit log.

Imports the top of the package, `web`, `lifecycle`, `contacts`, `outbox`, `capture` and `sales`.
"""
