"""Reps, routing, colleagues; the text of mails to sales; what sales answers; stages set by hand.

Imports the top of the package, `scoring`, `lifecycle`, `contacts`, `outbox` and `capture`.
"""
