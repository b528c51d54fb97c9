"""A contact in the table: facts, standing, visitors, accounts; now, or as of then.

Imports the top of the package, `scoring`, `lifecycle`, and `outbox` for the mails of a timeline.
"""
