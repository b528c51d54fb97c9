"""A contact in the table: facts, stored state, visitors, accounts; now, or at a past moment.

Imports the top of the package, `scoring`, `lifecycle`, and `outbox` for the mails of a timeline.
"""
